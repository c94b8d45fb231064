"""Read models of notify's own events: each notification as it stands, and counts of what became of all."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, text

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Add, Change, Projection
from chassis.facts.rows import Row
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


class State(StrEnum):
    """How a notification stands: waiting for an attempt, in the midst of one, or closed in one of three ways."""

    DUE = "due"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    EXHAUSTED = "exhausted"
    SUPPRESSED = "suppressed"


class NotificationRow(
    Row, named="notifications", key=("notification_id",), by=(("position",), ("person_id", "position"))
):
    """One notification as it stands: ids alone, no address and no text. `code` is the last provider's or reason's."""

    notification_id: UUID
    position: int
    request_id: UUID = Field(exclude=True)
    requested_at: datetime
    correlation_id: UUID | None = Field(exclude=True)
    traceparent: str | None = Field(exclude=True)
    source_event_id: UUID
    source_type: str
    rule: str
    person_id: UUID
    channel: Channel
    attempt: int
    state: State
    code: str | None


Index("notifications_open", NotificationRow.table.c.position, postgresql_where=text("state in ('due', 'under_way')"))

COUNTS: Final = Table(
    "counts",
    MetaData(),
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
            yield NotificationRow.put(
                event.notification_id,
                position=recorded.position,
                request_id=recorded.id,
                requested_at=recorded.recorded_at,
                correlation_id=cause.correlation_id,
                traceparent=cause.traceparent,
                channel=event.channels[0],
                attempt=0,
                state=State.DUE,
                **event.model_dump(include={"source_event_id", "source_type", "rule", "person_id"}),
            )
            yield _count("requested")
        case DeliveryAttempted(channel=channel, attempt=attempt):
            yield NotificationRow.put(event.notification_id, state=State.UNDER_WAY, attempt=attempt)
            yield _count("attempted", channel)
        case DeliveryAccepted(channel=channel):
            yield _count("accepted", channel)
        case DeliveryFailed(channel=channel, code=code):
            yield NotificationRow.put(event.notification_id, state=State.DUE, code=code)
            yield _count("failed", channel)
        case DeliveryOutcomeUnknown(channel=channel):
            yield NotificationRow.put(event.notification_id, state=State.DUE, code="outcome-unknown")
            yield _count("unknown", channel)
        case FallbackTriggered(next=following):
            yield NotificationRow.put(event.notification_id, state=State.DUE, channel=following, attempt=0)
        case NotificationCompleted(channel=channel):
            yield NotificationRow.put(event.notification_id, state=State.COMPLETED, channel=channel)
            yield _count("completed")
        case NotificationExhausted(reason=reason):
            yield NotificationRow.put(
                event.notification_id, state=State.EXHAUSTED, **({"code": reason} if reason else {})
            )
            yield _count("exhausted")
        case NotificationSuppressed(reason=reason):
            yield NotificationRow.put(event.notification_id, state=State.SUPPRESSED, code=reason)
            yield _count("suppressed")
        case _:
            assert_never(event)


def _count(what: str, channel: Channel | None = None) -> Add:
    return Add(COUNTS, (what, channel.value if channel else ""), {"number": 1})


OUTBOX: Final = Projection("notifications", 1, [NotificationRow.table, COUNTS], project)
NOTIFIED: Final = NotificationRow.listing("person_id", "state", by="position")


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
