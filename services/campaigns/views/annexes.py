"""Read model of campaigns: the figures of accepted reports, in each revision that was accepted. S003-16, B19."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import AnnexRow, ReportAccepted, UsedReport
from services.campaigns.domain.consolidating import Counted


class FiguresRow(Row, named="report_figures", key=("report_id", "revision"), by=(("review_id",),)):
    """What counts for a unit and all below it, as it was accepted in one revision."""

    report_id: UUID
    revision: int
    review_id: UUID
    unit_id: UUID
    whole: list[Any]


def project_figures(recorded: Recorded[ReportAccepted]) -> Iterable[Change]:
    """The row of an accepted revision."""
    event = recorded.data
    said = event.model_dump(mode="json", include={"whole"})
    yield FiguresRow.put(
        event.report_id, event.revision, review_id=event.review_id, unit_id=event.unit_id, whole=said["whole"]
    )


FIGURES: Final = Projection("figures", 1, [FiguresRow.table], project_figures)

_ROWS: Final = TypeAdapter(tuple[AnnexRow, ...])
_LATEST: Final = """
    select distinct on (f.report_id) f.report_id, f.unit_id, f.revision, f.whole
    from report_figures f join reports a using (report_id)
    where f.review_id = $1 and a.under is not distinct from $2 order by f.report_id, f.revision desc
"""
_NAMED: Final = _LATEST.replace(", f.whole", "")
_ASKED: Final = "select count(*) from reports where review_id = $1 and under is not distinct from $2"
_USED: Final = """
    select f.report_id, f.unit_id, f.revision, f.whole from report_figures f
    join unnest($1::uuid[], $2::int[]) u (report_id, revision) using (report_id, revision) order by f.report_id
"""


async def latest(pool: asyncpg.Pool, review: UUID, under: UUID | None = None) -> list[Counted]:
    """What counts of each report that goes to the review itself, or into the one above: the latest revision."""
    return await asyncio.to_thread(_counted, await pool.fetch(_LATEST, review, under))


async def asked_below(pool: asyncpg.Pool, review: UUID, under: UUID) -> int:
    """How many units were asked for a report that goes into this one."""
    return int(await pool.fetchval(_ASKED, review, under))


async def used(pool: asyncpg.Pool, reports: Sequence[UsedReport]) -> list[Counted]:
    """What these reports said in these revisions."""
    keys, revisions = [each.report_id for each in reports], [each.revision for each in reports]
    return await asyncio.to_thread(_counted, await pool.fetch(_USED, keys, revisions))


async def named(pool: asyncpg.Pool, review: UUID) -> tuple[UsedReport, ...]:
    """The reports that count now in the review itself, without their figures."""
    return tuple(_report(row) for row in await pool.fetch(_NAMED, review, None))


def _report(row: asyncpg.Record) -> UsedReport:
    return UsedReport(
        report_id=UUID(int=row["report_id"].int), unit_id=UUID(int=row["unit_id"].int), revision=row["revision"]
    )


def _counted(rows: Sequence[asyncpg.Record]) -> list[Counted]:
    """The reports in these rows; a sector's figures take a moment to read, in which others are answered."""
    return [Counted(_report(row), _ROWS.validate_json(row["whole"])) for row in rows]
