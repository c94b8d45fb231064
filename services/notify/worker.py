"""What notify's worker does beside its consumers: it delivers."""

from chassis.service.platform import Platform
from contracts.notify import Channel
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.email.smtp import EmailSender
from services.notify.settings import ProviderSettings
from services.notify.zalo.sender import ZaloSender


def build(platform: Platform) -> Dispatcher:
    """The dispatcher of a worker, with its senders as the environment sets them."""
    settings = ProviderSettings.read()
    return Dispatcher(
        platform.pool,
        platform.executor,
        platform.clock,
        {Channel.ZALO: ZaloSender(settings), Channel.EMAIL: EmailSender(settings)},
        platform.settings.thidua_instance,
        in_flight=settings.in_flight,
        retry_seconds=settings.retry_seconds,
    )
