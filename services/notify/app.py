"""notify, put together."""

from collections.abc import Callable, Coroutine
from typing import Any

from chassis.service.platform import Platform
from chassis.service.service import Service
from services.notify.consumers import LEARNS, reactions
from services.notify.views import OUTBOX


def tasks(platform: Platform) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """The dispatcher beside the worker's consumers; no other process loads what it needs."""
    from services.notify.worker import build  # noqa: PLC0415

    return [build(platform).run]


SERVICE = Service(
    "notify",
    apis=["services.notify.api"],
    projections=[OUTBOX],
    learns=LEARNS,
    reactions=reactions,
    tasks=tasks,
    grants={"api": {"dispatch.claims": "select", "dispatch.unreachable": "select"}},
)
