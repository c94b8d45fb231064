"""Read models of notify's own events: each notification as it stands, and counts of what became of all."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, text

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Add, Change, Projection, Put
from contracts.notify import (
    Channel,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryOutcomeUnknown,
    FallbackTriggered,
    NotificationCompleted,
    NotificationEvent,
    NotificationExhausted,
    NotificationRequested,
    NotificationSuppressed,
)
from services.notify.reach import Outage, outages

_metadata = MetaData()


class State(StrEnum):
    """How a notification stands: waiting for an attempt, in the midst of one, or closed in one of three ways."""

    DUE = "due"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    EXHAUSTED = "exhausted"
    SUPPRESSED = "suppressed"


NOTIFICATIONS: Final = Table(
    "notifications",
    _metadata,
    Column("notification_id", Uuid, primary_key=True),
    Column("position", BigInteger),
    Column("request_id", Uuid),
    Column("requested_at", DateTime(timezone=True)),
    Column("correlation_id", Uuid),
    Column("traceparent", Text),
    Column("source_event_id", Uuid),
    Column("source_type", Text),
    Column("rule", Text),
    Column("person_id", Uuid),
    Column("channel", Text),
    Column("attempt", Integer),
    Column("state", Text),
    Column("code", Text),
)
Index("notifications_open", NOTIFICATIONS.c.position, postgresql_where=text("state in ('due', 'under_way')"))
Index("notifications_by_position", NOTIFICATIONS.c.position)
Index("notifications_by_person", NOTIFICATIONS.c.person_id, NOTIFICATIONS.c.position)

COUNTS: Final = Table(
    "counts",
    _metadata,
    Column("what", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("number", BigInteger),
)


def project(recorded: Recorded[NotificationEvent]) -> Iterable[Change]:
    """The row of one notification after one of its events, and the counts that move with it."""
    event = recorded.data
    match event:
        case NotificationRequested():
            cause = recorded.metadata
            requested = {
                "position": recorded.position,
                "request_id": recorded.id,
                "requested_at": recorded.recorded_at,
                "correlation_id": cause.correlation_id,
                "traceparent": cause.traceparent,
                "channel": event.channels[0].value,
                "attempt": 0,
                "state": State.DUE.value,
                **event.model_dump(include={"source_event_id", "source_type", "rule", "person_id"}),
            }
            yield Put(NOTIFICATIONS, (event.notification_id,), requested)
            yield _count("requested")
        case DeliveryAttempted(channel=channel, attempt=attempt):
            yield _put(event.notification_id, state=State.UNDER_WAY, attempt=attempt)
            yield _count("attempted", channel)
        case DeliveryAccepted(channel=channel):
            yield _count("accepted", channel)
        case DeliveryFailed(channel=channel, code=code):
            yield _put(event.notification_id, state=State.DUE, code=code)
            yield _count("failed", channel)
        case DeliveryOutcomeUnknown(channel=channel):
            yield _put(event.notification_id, state=State.DUE, code="outcome-unknown")
            yield _count("unknown", channel)
        case FallbackTriggered(next=following):
            yield _put(event.notification_id, state=State.DUE, channel=following.value, attempt=0)
        case NotificationCompleted(channel=channel):
            yield _put(event.notification_id, state=State.COMPLETED, channel=channel.value)
            yield _count("completed")
        case NotificationExhausted(reason=reason):
            yield _put(event.notification_id, state=State.EXHAUSTED, **({"code": reason} if reason else {}))
            yield _count("exhausted")
        case NotificationSuppressed(reason=reason):
            yield _put(event.notification_id, state=State.SUPPRESSED, code=reason)
            yield _count("suppressed")
        case _:
            assert_never(event)


def _put(notification_id: UUID, *, state: State, **values: str | int) -> Put:
    return Put(NOTIFICATIONS, (notification_id,), {"state": state.value, **values})


def _count(what: str, channel: Channel | None = None) -> Add:
    return Add(COUNTS, (what, channel.value if channel else ""), {"number": 1})


OUTBOX: Final = Projection("notifications", 1, [NOTIFICATIONS, COUNTS], project)


class NotificationRow(BaseModel):
    """One notification as it stands: ids alone, no address and no text. `code` is the last provider's or reason's."""

    notification_id: UUID
    position: int
    requested_at: datetime
    source_event_id: UUID
    source_type: str
    rule: str
    person_id: UUID
    channel: Channel
    attempt: int
    state: State
    code: str | None


class Statistics(BaseModel):
    """Counts since the beginning; `pending` = requested - completed - exhausted - suppressed.

    `unreachable` names the channels whose provider cannot be spoken to at present.
    """

    requested: int
    completed: int
    exhausted: int
    suppressed: int
    pending: int
    accepted: dict[Channel, int]
    failed: dict[Channel, int]
    unknown: dict[Channel, int]
    unreachable: dict[Channel, Outage]


_COLUMNS = ", ".join(NotificationRow.model_fields)
_LIST = f"""
    select {_COLUMNS} from notifications
    where position > $1 and ($2::uuid is null or person_id = $2) and ($3::text is null or state = $3)
    order by position limit $4
"""  # noqa: S608 - our own column names
_ONE = f"select {_COLUMNS} from notifications where notification_id = $1"  # noqa: S608


async def notifications(
    pool: asyncpg.Pool, person: UUID | None, state: State | None, after: int, limit: int
) -> list[NotificationRow]:
    """Up to `limit` notifications that were requested after a position, in that order."""
    rows = await pool.fetch(_LIST, after, person, state and state.value, limit)
    return [NotificationRow.model_validate(dict(row)) for row in rows]


async def notification(pool: asyncpg.Pool, notification_id: UUID) -> NotificationRow | None:
    """One notification, None when there is none of this id."""
    row = await pool.fetchrow(_ONE, notification_id)
    return None if row is None else NotificationRow.model_validate(dict(row))


async def statistics(pool: asyncpg.Pool) -> Statistics:
    """What became of all notifications so far, and which channels are at a standstill."""
    counted = {(row["what"], row["channel"]): row["number"] for row in await pool.fetch("select * from counts")}
    requested, completed, exhausted, suppressed = (
        counted.get((what, ""), 0) for what in ("requested", "completed", "exhausted", "suppressed")
    )
    by_channel = {
        what: {channel: counted.get((what, channel.value), 0) for channel in Channel}
        for what in ("accepted", "failed", "unknown")
    }
    return Statistics(
        requested=requested,
        completed=completed,
        exhausted=exhausted,
        suppressed=suppressed,
        pending=requested - completed - exhausted - suppressed,
        unreachable=await outages(pool),
        **by_channel,
    )
