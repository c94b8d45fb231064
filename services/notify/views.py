"""Read models of notify's own events: each notification as it stands, and counts of what became of all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field, computed_field
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
from services.notify.domain.rules import BY_NAME
from services.notify.domain.sentences import Sentence, State, standing
from services.notify.reach import Outage, outages


class NotificationRow(
    Row,
    named="notifications",
    key=("notification_id",),
    by=(("position",), ("person_id", "position"), ("source_event_id",)),
    joined=("campaign_id", "unit_id"),
):
    """One notification as it stands: ids alone, no address and no text. `code` is the last provider's or reason's.

    `ended_at` is when it was closed in whatever way; `campaign_id` and `unit_id` are those of the event that it tells.
    """

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
    ended_at: datetime | None
    campaign_id: UUID | None = None
    unit_id: UUID | None = None

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's own documentation has it
    @property
    def title(self) -> Sentence:
        """What the person is told of."""
        rule = BY_NAME.get(self.rule)
        return rule.title if rule else Sentence(vi=self.rule, en=self.rule)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def standing(self) -> Sentence:
        """How it stands, whether it has got there as far as anybody knows, and what to do."""
        return standing(self.state, self.channel, self.code)


Index("notifications_open", NotificationRow.table.c.position, postgresql_where=text("state in ('due', 'under_way')"))
Index(
    "notifications_not_sent",
    *(NotificationRow.table.c.state, NotificationRow.table.c.position),
    postgresql_where=text("state in ('exhausted', 'suppressed')"),
)

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
            yield NotificationRow.put(
                event.notification_id, state=State.COMPLETED, channel=channel, ended_at=recorded.recorded_at
            )
            yield _count("completed")
        case NotificationExhausted(reason=reason):
            ended = {"state": State.EXHAUSTED, "ended_at": recorded.recorded_at, **({"code": reason} if reason else {})}
            yield NotificationRow.put(event.notification_id, **ended)
            yield _count("exhausted")
        case NotificationSuppressed(reason=reason):
            yield NotificationRow.put(
                event.notification_id, state=State.SUPPRESSED, code=reason, ended_at=recorded.recorded_at
            )
            yield _count("suppressed")
        case _:
            assert_never(event)


def _count(what: str, channel: Channel | None = None) -> Add:
    return Add(COUNTS, (what, channel.value if channel else ""), {"number": 1})


OUTBOX: Final = Projection("notifications", 2, [NotificationRow.table, COUNTS], project)


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
