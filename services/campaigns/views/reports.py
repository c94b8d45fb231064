"""Read model of campaigns: reports of units, how far each has come, when it came, and who is late by how much.

Their days are those of their deadlines, beside which an excuse stands. Source: S003-10, B18, E9.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    AnnexFilled,
    LessonRecorded,
    RemedyChecked,
    RemedyPlanned,
    ReportAccepted,
    ReportCorrected,
    ReportEvent,
    ReportFileAttached,
    ReportFileDetached,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportsBelowAsked,
    ReportSubmitted,
    ReportUrged,
    ReviewKind,
    SectionWritten,
    ShortfallExplained,
    UnitBelowAsked,
)
from contracts.values import UnitKind
from services.campaigns.domain.report_state import ReportState


class ReportRow(
    Row,
    named="reports",
    key=("report_id",),
    by=(("unit_id", "state"), ("review_id", "to_unit_id", "state"), ("to_unit_id", "state")),
):
    """A unit's report; `revision` is the accepted one, 0 before there is one; `outdated`: one below was corrected.

    `under` is the report of the unit above into which it goes. `days_late` and `received_on` are of what has come.
    """

    report_id: UUID
    review_id: UUID
    unit_id: UUID
    unit_kind: UnitKind
    campaign_id: UUID | None
    to_unit_id: UUID
    under: UUID | None
    opened_on: date
    state: ReportState
    revision: int = 0
    received_on: date | None
    days_late: int | None
    on_paper: bool = False
    late_entry: bool = False
    outdated: bool = False
    urged: int = 0
    urged_on: date | None


class ReportActRow(Row, named="report_acts", key=("report_id", "version")):
    """What happened to a report, when and by whom; the day in the incoming book is `happened_on` where it differs."""

    report_id: UUID
    version: int
    act: str
    happened_on: date
    entered_on: date
    by: UUID | None
    revision: int | None
    detail: str = ""


class ListedReport(ReportRow):
    """A report in a list, with what its review is called and its own day: `before`, and until when where reopened.

    `late` counts days: of what has come, or to the day of the list where nothing has. `moved` and `excuse` say why.
    """

    title: str
    code: str
    kind: ReviewKind
    closed: bool
    before: date
    until: date | None
    moved: str | None
    excuse: str | None
    late: int


_SENT = ReportSubmitted | ReportReturned | ReportRecalled | ReportAccepted | ReportCorrected


_ACTS: Final[dict[type[ReportEvent], str]] = {
    ReportOpened: "opened",
    ReportsBelowAsked: "asked_below",
    ReportSubmitted: "sent",
    ReportReturned: "returned",
    ReportRecalled: "recalled",
    ReportAccepted: "accepted",
    ReportCorrected: "corrected",
    ReportOutdated: "outdated",
    ReportUrged: "urged",
}
"""What stands in a report's history: not what is written before it is sent."""


def project_reports(recorded: Recorded[ReportEvent]) -> Iterable[Change]:
    """The row of a report, and that of what happened to it."""
    event = recorded.data
    if (act := _ACTS.get(type(event))) is not None:
        yield ReportActRow.put(
            event.report_id,
            recorded.version,
            act=act,
            happened_on=getattr(event, "received_on", None) or getattr(event, "on", None) or recorded.occurred_on,
            entered_on=recorded.occurred_on,
            by=recorded.actor,
            revision=getattr(event, "revision", None),
            detail=getattr(event, "reason", "") or getattr(event, "note", ""),
        )
    match event:
        case ReportOpened(report_id=key):
            said = event.model_dump(include={"review_id", "unit_id", "campaign_id", "to_unit_id", "under", "opened_on"})
            nothing_yet = {"revision": 0, "urged": 0, "outdated": False, "on_paper": False, "late_entry": False}
            yield ReportRow.put(key, **said, **nothing_yet, unit_kind=event.unit_kind.value, state=ReportState.OPEN)
        case ReportSubmitted() | ReportReturned() | ReportRecalled() | ReportAccepted() | ReportCorrected():
            yield from _sent(event)
        case ReportOutdated(report_id=key):
            yield ReportRow.put(key, outdated=True)
        case ReportUrged(report_id=key, on=on):
            yield ReportRow.add(key, urged=1)
            yield ReportRow.put(key, urged_on=on)
        case SectionWritten() | AnnexFilled() | ReportFileAttached() | ReportFileDetached() | ReportsBelowAsked():
            return
        case UnitBelowAsked():
            return
        case ShortfallExplained() | RemedyPlanned() | RemedyChecked() | LessonRecorded():
            return
        case _:
            assert_never(event)


def _sent(event: _SENT) -> Iterable[Change]:
    key = event.report_id
    match event:
        case ReportSubmitted(received_on=on, days_late=late):
            paper = {"on_paper": event.paper is not None, "late_entry": event.late_entry}
            yield ReportRow.put(key, state=ReportState.SENT, received_on=on, days_late=late, outdated=False, **paper)
        case ReportReturned():
            state = ReportState.ACCEPTED if event.revision > 1 else ReportState.RETURNED
            yield ReportRow.put(key, state=state)
        case ReportRecalled():
            yield ReportRow.put(key, state=ReportState.OPEN, received_on=None, days_late=None)
        case ReportAccepted(revision=revision):
            yield ReportRow.put(key, state=ReportState.ACCEPTED, revision=revision)
        case ReportCorrected():
            yield ReportRow.put(key, state=ReportState.CORRECTING, outdated=False)
        case _:
            assert_never(event)


REPORTS: Final = Projection("reports", 1, [ReportRow.table, ReportActRow.table], project_reports)
_JOINED: Final = f"""
    select {ReportRow.columns("a")}, r.title, r.code, r.kind, r.closed, coalesce(d.before, r.before) as before,
        d.until, d.moved, d.excuse,
        coalesce(case when a.received_on <= $1 then a.days_late end,
            greatest(0, $1 - coalesce(d.before, r.before) + 1)) as late
    from reports a join reviews r using (review_id)
    left join deadlines d on d.thing_id = a.review_id and d.unit_id = a.unit_id
"""  # noqa: S608 - our own text
_PAGE: Final = f"""
    select * from ({_JOINED}) listed
    where ($2::uuid is null or report_id > $2) and ($4::uuid is null or unit_id = $4)
    and ($5::uuid is null or to_unit_id = $5) and ($6::uuid is null or review_id = $6)
    and ($7::text is null or state = $7)
    and ($8::boolean is null or (not closed and state in ('open', 'returned')) = $8)
    and ($9::uuid is null or campaign_id = $9)
    order by report_id limit $3
"""  # noqa: S608
_LATE: Final = f"""
    select * from ({_JOINED}) listed where review_id = $2 and to_unit_id = $3 and late > 0
    order by late desc, unit_id limit 2000
"""  # noqa: S608


def counting(today: str, review: str, to_unit: str, before: str) -> str:
    """SQL of the counts of a review for a unit that receives reports in it: `asked`, `sent`, `accepted`, `late`."""
    return f"""
        select count(*) as asked, count(*) filter (where a.state in ('sent', 'accepted', 'correcting')) as sent,
            count(*) filter (where a.revision > 0) as accepted,
            count(*) filter (where coalesce(a.days_late, {today} - coalesce(d.before, {before}) + 1) > 0) as late
        from reports a left join deadlines d on d.thing_id = a.review_id and d.unit_id = a.unit_id
        where a.review_id = {review} and a.to_unit_id = {to_unit}
    """  # noqa: S608 - our own text


_COUNTS: Final = counting("$1::date", "$2", "$3", "$4::date")
_UNACCEPTED: Final = "select unit_id from reports where review_id = $1 and revision = 0 order by unit_id limit 2000"
_REPORTING: Final = "select unit_id from reports where review_id = $1"
_HISTORY: Final = f"select {ReportActRow.columns()} from report_acts where report_id = $1 order by version limit 500"  # noqa: S608
_EARLIER: Final = """
    select report_id from reports where unit_id = $1 and report_id <> $2 and opened_on <= $3
    order by opened_on desc limit 10
"""


async def page(
    pool: asyncpg.Pool,
    today: date,
    after: UUID | None,
    limit: int,
    *,
    unit_id: UUID | None = None,
    to_unit_id: UUID | None = None,
    review_id: UUID | None = None,
    campaign_id: UUID | None = None,
    state: ReportState | None = None,
    is_open: bool | None = None,
) -> list[ListedReport]:
    """Reports by id: of a unit, to a unit, in a review or campaign; open ones are still to be sent."""
    rows = await pool.fetch(_PAGE, today, after, limit, unit_id, to_unit_id, review_id, state, is_open, campaign_id)
    return [ListedReport.of(row) for row in rows]


async def late(pool: asyncpg.Pool, on: date, review: UUID, to_unit: UUID) -> list[ListedReport]:
    """Whose report came late, or had not come when it was late already, as of a day; the latest first. Source: E9."""
    return [ListedReport.of(row) for row in await pool.fetch(_LATE, on, review, to_unit)]


async def acts(pool: asyncpg.Pool, report: UUID) -> list[ReportActRow]:
    """What has happened to a report, in its order."""
    return [ReportActRow.of(row) for row in await pool.fetch(_HISTORY, report)]


class Counts(BaseModel):
    """How many units were asked by a unit, of how many a report has come, was accepted, is or was late."""

    asked: int
    sent: int
    accepted: int
    late: int


async def counts(pool: asyncpg.Pool, today: date, review: UUID, to_unit: UUID, before: date) -> Counts:
    """The counts of a review for one of the units that receive reports in it."""
    return Counts.model_validate(dict(await pool.fetchrow(_COUNTS, today, review, to_unit, before)))


async def unaccepted(pool: asyncpg.Pool, review: UUID) -> tuple[UUID, ...]:
    """The units of which no report was accepted."""
    return tuple(UUID(int=row["unit_id"].int) for row in await pool.fetch(_UNACCEPTED, review))


async def reporting(pool: asyncpg.Pool, review: UUID) -> set[UUID]:
    """The units that have a report in a review, whoever has asked them."""
    return {UUID(int=row["unit_id"].int) for row in await pool.fetch(_REPORTING, review)}


async def earlier(pool: asyncpg.Pool, unit: UUID, report: UUID, on: date) -> list[UUID]:
    """Earlier reports of a unit, the latest first."""
    return [UUID(int=row["report_id"].int) for row in await pool.fetch(_EARLIER, unit, report, on)]
