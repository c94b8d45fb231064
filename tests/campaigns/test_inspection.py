"""Rules of inspections."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import FindingClosed, FindingRecorded, InspectionHeld, InspectionPlanned
from services.campaigns.domain.inspection import (
    INSPECTION,
    CloseFinding,
    HoldInspection,
    PlanInspection,
    RecordFinding,
)

KEY, UNIT = UUID(int=1, version=4), UUID(int=2, version=4)
ABOUT: dict[str, Any] = {"inspection_id": KEY, "unit_id": UNIT}
PLANNED = InspectionPlanned(**ABOUT, subject="Thực hiện đợt thi đua", planned_on=date(2025, 3, 10))
HELD = InspectionHeld(**ABOUT, held_on=date(2025, 3, 11))
FOUND = FindingRecorded(**ABOUT, finding=1, what="Chưa sơ kết", before=date(2025, 4, 1))
CLOSED = FindingClosed(**ABOUT, finding=1, how="Đã sơ kết")
ON = date(2025, 3, 11)


@pytest.mark.requirement("A16")
def test_an_inspection_is_planned_held_and_its_findings_are_recorded_and_closed() -> None:
    plan = PlanInspection(unit_id=UNIT, subject="Thực hiện đợt thi đua", planned_on=date(2025, 3, 10))
    given(INSPECTION).knowing(KEY).when(plan).then(PLANNED)
    given(INSPECTION, PLANNED).when(HoldInspection(held_on=ON), on=ON).then(HELD)
    record = RecordFinding(what="Chưa sơ kết", before=date(2025, 4, 1))
    given(INSPECTION, PLANNED, HELD).when(record).then(FOUND)
    given(INSPECTION, PLANNED, HELD, FOUND).when(CloseFinding(finding=1, how="Đã sơ kết")).then(CLOSED)


def test_the_same_again_changes_nothing() -> None:
    history = (PLANNED, HELD, FOUND, CLOSED)
    given(INSPECTION, *history).when(HoldInspection(held_on=ON), on=ON).nothing()
    given(INSPECTION, *history).when(RecordFinding(what="Chưa sơ kết", before=date(2025, 4, 1))).nothing()
    given(INSPECTION, *history).when(CloseFinding(finding=1, how="Đã sơ kết")).nothing()


def test_findings_are_numbered_in_their_order() -> None:
    second = FindingRecorded(**ABOUT, finding=2, what="Chưa niêm yết")
    given(INSPECTION, PLANNED, HELD, FOUND).when(RecordFinding(what="Chưa niêm yết")).then(second)


def test_what_was_not_held_found_nothing_and_what_was_not_found_is_not_closed() -> None:
    given(INSPECTION).when(HoldInspection(held_on=ON), on=ON).rejected("inspection-not-planned")
    given(INSPECTION, PLANNED).when(RecordFinding(what="…")).rejected("inspection-not-held")
    later = HoldInspection(held_on=date(2025, 3, 12))
    given(INSPECTION, PLANNED).when(later, on=ON).rejected("inspection-in-future")
    given(INSPECTION, PLANNED, HELD).when(later, on=date(2025, 3, 12)).rejected("inspection-already-held")
    given(INSPECTION, PLANNED, HELD, FOUND).when(CloseFinding(finding=2, how="…")).rejected("finding-unknown")
    again = CloseFinding(finding=1, how="Cách khác")
    given(INSPECTION, PLANNED, HELD, FOUND, CLOSED).when(again).rejected("finding-already-closed")
