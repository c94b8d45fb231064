"""notify, put together."""

from collections.abc import Callable, Coroutine
from typing import Any

from chassis.platform import Platform
from chassis.service import Service
from contracts.notify import Channel
from services.notify.api import router
from services.notify.consumers import subscriptions
from services.notify.dispatcher import Dispatcher
from services.notify.settings import ProviderSettings
from services.notify.smtp import EmailSender
from services.notify.views import OUTBOX
from services.notify.zalo import ZaloSender


def tasks(platform: Platform) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """The dispatcher beside the worker's consumers."""
    settings = ProviderSettings()
    dispatcher = Dispatcher(
        platform.pool,
        platform.executor,
        platform.clock,
        {Channel.ZALO: ZaloSender(settings), Channel.EMAIL: EmailSender(settings)},
        platform.settings.thidua_instance,
        in_flight=settings.in_flight,
        retry_seconds=settings.retry_seconds,
    )
    return [dispatcher.run]


SERVICE = Service("notify", routers=[router], projections=[OUTBOX], subscriptions=subscriptions, tasks=tasks)
