"""Read model of campaigns: deadlines, who is late by how much, and why."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    DeadlineApproaching,
    DeadlineClosed,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlinePassed,
    DeadlineReopened,
    DeadlineSet,
    DeadlineTakenBack,
    LatenessExcused,
    SubDeadlineSet,
    ThingKind,
)


class DeadlineState(StrEnum):
    """How a deadline stands: not come and open, passed, closed, or opened again; or come, in time or late."""

    OPEN = "open"
    PASSED = "passed"
    CLOSED = "closed"
    REOPENED = "reopened"
    MET = "met"


class DeadlineRow(
    Row,
    named="deadlines",
    key=("deadline_id",),
    by=(("unit_id", "state"), ("thing_id",), ("campaign_id", "state"), ("state", "before")),
):
    """A unit's deadline; `days_late` of what has come; `excuse` where it was excused."""

    deadline_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    thing_kind: ThingKind
    thing_id: UUID
    title: str
    before: date
    since: date
    under: UUID | None
    reminded: date | None
    state: DeadlineState
    until: date | None
    moved: str | None
    met_on: date | None
    days_late: int | None
    excused_by: UUID | None
    excuse: str | None


def project_deadlines(recorded: Recorded[DeadlineEvent]) -> Iterable[Change]:  # noqa: C901 - a line for each fact
    """The row of a deadline."""
    match event := recorded.data:
        case DeadlineSet(deadline_id=key):
            about = event.model_dump(include={"unit_id", "campaign_id", "thing_id", "title", "before", "under"})
            kind = event.thing_kind.value
            yield DeadlineRow.put(key, **about, thing_kind=kind, since=event.set_on, state=DeadlineState.OPEN)
        case DeadlineApproaching(deadline_id=key, reminder_on=day):
            yield DeadlineRow.put(key, reminded=day)
        case DeadlinePassed(deadline_id=key):
            yield DeadlineRow.put(key, state=DeadlineState.PASSED)
        case DeadlineMet(deadline_id=key, on=on, days_late=late):
            yield DeadlineRow.put(key, state=DeadlineState.MET, met_on=on, days_late=late)
        case DeadlineTakenBack(deadline_id=key):
            yield DeadlineRow.put(key, state=DeadlineState.OPEN, met_on=None, days_late=None)
        case DeadlineMovedFor(deadline_id=key, before=before, moved_on=on, reason=reason):
            yield DeadlineRow.put(key, state=DeadlineState.OPEN, before=before, since=on, moved=reason, until=None)
        case LatenessExcused(deadline_id=key, reason=reason, excused_by=by):
            yield DeadlineRow.put(key, excuse=reason, excused_by=by)
        case DeadlineClosed(deadline_id=key):
            yield DeadlineRow.put(key, state=DeadlineState.CLOSED, until=None)
        case DeadlineReopened(deadline_id=key, until=until):
            yield DeadlineRow.put(key, state=DeadlineState.REOPENED, until=until)
        case SubDeadlineSet():
            return
        case _:
            assert_never(event)


DEADLINES: Final = Projection("deadlines", 2, [DeadlineRow.table], project_deadlines)
_LISTED: Final = f"""
    select {DeadlineRow.columns()} from deadlines
    where ($1::uuid is null or deadline_id > $1) and ($4::uuid is null or unit_id = $4)
        and ($5::uuid is null or campaign_id = $5) and ($6::uuid is null or thing_id = $6)
        and ($7::text is null or state = $7)
        and ($3::date is null or days_late > 0 or (met_on is null and before <= $3))
    order by deadline_id limit $2
"""  # noqa: S608 - our own text
_AHEAD: Final = f"""
    select {DeadlineRow.columns()} from deadlines
    where state in ('open', 'reopened') and least(before, coalesce(until, before)) <= $1::date + 40
"""  # noqa: S608


async def deadlines(
    pool: asyncpg.Pool,
    after: UUID | None,
    limit: int,
    late_on: date | None,
    *,
    unit_id: UUID | None,
    campaign_id: UUID | None,
    thing_id: UUID | None,
    state: DeadlineState | None,
) -> list[DeadlineRow]:
    """Deadlines by id, those after one; only what was late on a day where one is given."""
    rows = await pool.fetch(_LISTED, after, limit, late_on, unit_id, campaign_id, thing_id, state)
    return [DeadlineRow.of(row) for row in rows]


async def of_thing(pool: asyncpg.Pool, thing: UUID, unit: UUID) -> DeadlineRow | None:
    """A unit's deadline for a thing, None where it has none."""
    row = await pool.fetchrow(
        f"select {DeadlineRow.columns()} from deadlines where thing_id = $1 and unit_id = $2 limit 1",  # noqa: S608
        thing,
        unit,
    )
    return None if row is None else DeadlineRow.of(row)


async def ahead(pool: asyncpg.Pool, today: date) -> list[DeadlineRow]:
    """Deadlines that are to be looked at by a day: those of the next weeks that were not met."""
    return [DeadlineRow.of(row) for row in await pool.fetch(_AHEAD, today)]


_OF_REPORTS: Final = """
    select before, state = 'closed' or (state = 'reopened' and until <= $3) as closed from deadlines
    where unit_id = $1 and campaign_id = $2 and thing_kind = 'result'
"""


async def of_reports(pool: asyncpg.Pool, unit: UUID, campaign: UUID, today: date) -> tuple[tuple[date, bool], ...]:
    """The days of a unit's reports of results for a campaign, each with whether nothing is taken any more."""
    return tuple((row["before"], row["closed"]) for row in await pool.fetch(_OF_REPORTS, unit, campaign, today))
