"""What auditors, operators and the emulation department may see: who was told of what, and what became of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import Query
from pydantic import BaseModel

from chassis.facts.problem import not_found
from chassis.web.api import AT_ROOT, Asked, Page, Paged, Position, asked_router, asks
from contracts.registry import Role
from services.notify import views
from services.notify.domain.notification import NOTIFICATION
from services.notify.views import NotificationRow, State, Statistics

router = asked_router(tags=["notify"])

_READERS = frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT})
_TIMELINE = "select version, type, recorded_at, data::text from store.events where stream = $1 order by version"
_SHOWN = frozenset(
    ["channel", "channels", "attempt", "code", "permanent", "provider_id", "tracking_id", "failed", "next", "reason"]
)


class Step(BaseModel):
    """One fact about a notification: its type's name, when it was recorded, and what else it says."""

    version: int
    type: str
    recorded_at: datetime
    details: dict[str, bool | int | str | list[str] | None]


class Timeline(BaseModel):
    """A notification as it stands, and how it came to that."""

    notification: NotificationRow
    steps: list[Step]


@router.get("/notifications")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def list_notifications(
    asked: Asked,
    paging: Paged,
    person_id: UUID | None = None,
    status: Annotated[State | None, Query(description="How they stand.")] = None,
    after: Position = 0,
) -> Page[NotificationRow]:
    """Notifications in the order in which they were requested, by person and by how they stand."""
    rows = await views.NOTIFIED.page(asked.pool, after, paging.limit + 1, person_id=person_id, state=status)
    return paging.page(rows, lambda row: row.position)


@router.get("/notifications/{notification_id}")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def show_notification(asked: Asked, notification_id: UUID) -> Timeline:
    """One notification with its timeline."""
    row = await NotificationRow.one(asked.pool, notification_id)
    if row is None:
        raise not_found()
    steps = await asked.pool.fetch(_TIMELINE, NOTIFICATION.stream(notification_id))
    return Timeline(notification=row, steps=[_step(step) for step in steps])


@router.get("/statistics")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def show_statistics(asked: Asked) -> Statistics:
    """Counts: requested, completed, exhausted, suppressed, pending; accepted, failed and unknown by channel.

    Beside them, which channel's provider cannot be spoken to, since when and why.
    """
    return await views.statistics(asked.pool)


def _step(row: asyncpg.Record) -> Step:
    details = {name: value for name, value in orjson.loads(row["data"]).items() if name in _SHOWN}
    kind = row["type"].split(".")[2]
    return Step(version=row["version"], type=kind, recorded_at=row["recorded_at"], details=details)
