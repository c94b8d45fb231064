"""Read model of campaigns: inspections with what was found. Source: A16."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import FindingClosed, FindingRecorded, InspectionEvent, InspectionHeld, InspectionPlanned


class FindingRow(Row, named="findings", key=("inspection_id", "finding")):
    """What is to be put right; `how` is null as long as it is not."""

    inspection_id: UUID = Field(exclude=True)
    finding: int
    what: str
    before: date | None
    how: str | None
    closed_on: date | None


class InspectionRow(Row, named="inspections", key=("inspection_id",), by=(("unit_id",), ("campaign_id",))):
    """An inspection of a unit; `found` counts its findings, `open` those that are not put right."""

    inspection_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    subject: str
    planned_on: date
    held_on: date | None
    found: int = 0
    open: int = 0


def project_inspections(recorded: Recorded[InspectionEvent]) -> Iterable[Change]:
    """Rows of an inspection and of its findings."""
    match event := recorded.data:
        case InspectionPlanned(inspection_id=key):
            about = event.model_dump(include={"unit_id", "campaign_id", "subject", "planned_on"})
            yield InspectionRow.put(key, **about, found=0, open=0)
        case InspectionHeld(inspection_id=key, held_on=on):
            yield InspectionRow.put(key, held_on=on)
        case FindingRecorded(inspection_id=key, finding=number, what=what, before=before):
            yield InspectionRow.add(key, found=1, open=1)
            yield FindingRow.put(key, number, what=what, before=before)
        case FindingClosed(inspection_id=key, finding=number, how=how):
            yield InspectionRow.add(key, open=-1)
            yield FindingRow.put(key, number, how=how, closed_on=recorded.occurred_on)
        case _:
            assert_never(event)


INSPECTIONS: Final = Projection("inspections", 1, [InspectionRow.table, FindingRow.table], project_inspections)
PLANNED: Final = InspectionRow.listing("unit_id", "campaign_id", by="inspection_id")
_FINDINGS: Final = f"select {FindingRow.columns()} from findings where inspection_id = $1 order by finding"  # noqa: S608


async def findings(pool: asyncpg.Pool, inspection_id: UUID) -> list[FindingRow]:
    """What was found, in its order."""
    return [FindingRow.of(row) for row in await pool.fetch(_FINDINGS, inspection_id)]
