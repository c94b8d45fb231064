"""Rules of what becomes of a unit: each change has its day and its paper, and what has ended takes nothing new."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.testing import Given, Outcome, given
from contracts.event import Event
from contracts.registry import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import LegalBasis, UnitKind
from services.registry.domain.unit import UNIT, CorrectUnitName, EstablishUnit, UnitCommand, unit_id
from services.registry.domain.unit_commands import (
    Basis,
    DissolveUnit,
    JoinBloc,
    LeaveBloc,
    MergeUnit,
    MoveUnit,
    RenameUnit,
    SplitUnit,
    TakeDutiesOver,
    WithdrawChange,
)
from services.registry.domain.unit_state import Known, Other, Unit
from tests.registry.examples import ROOT, established

MARCH: Final = date(2025, 3, 1)
JULY: Final = date(2025, 7, 1)
TODAY: Final = date(2025, 8, 1)
PAPER: Final = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": date(2025, 2, 26)}
BASIS, LAW = Basis(**PAPER), LegalBasis(**PAPER)  # type: ignore[arg-type]
CHANGE: Final = UUID(int=77)
OLD, NEW, OTHER, BLOC, OUTSIDE = map(unit_id, ("TDKT", "TCCB", "VP", "KCQ", "BNV"))
DEPARTMENT: Final = established("TDKT", UnitKind.CENTRAL_DEPARTMENT, ROOT)
TOP: Final = Other("Đơn vị VSS", UnitKind.NATIONAL)
OTHERS: Final[Mapping[UUID, Other]] = {
    ROOT: TOP,
    NEW: Other("Ban Tổ chức cán bộ", UnitKind.CENTRAL_DEPARTMENT),
    OTHER: Other("Văn phòng", UnitKind.CENTRAL_DEPARTMENT),
    BLOC: Other("Khối cơ quan", UnitKind.AGENCY_BLOC),
    OUTSIDE: Other("Bộ Nội vụ", UnitKind.OUTSIDE_BODY),
}
ABOUT: Final[dict[str, Any]] = {"unit_id": OLD, "change_id": CHANGE, "on": MARCH, "basis": LAW}
ENDED: Final = UnitDissolved(**ABOUT)
RENAMED: Final = UnitRenamed(
    **ABOUT, name="Ban Thi đua", code="TDKT", kind=UnitKind.CENTRAL_DEPARTMENT, former=(DEPARTMENT.name,)
)


def department(*history: Event, **more: Any) -> Given[UnitCommand, Unit, UnitEvent, Known]:
    """Vụ Thi đua - Khen thưởng, below the root, beside two other departments."""
    known = {"parent_kind": UnitKind.NATIONAL, "parent": TOP, "root_id": ROOT, "others": OTHERS}
    return given(UNIT, DEPARTMENT, *history).knowing(Known(**{**known, **more}))


def fact(outcome: Outcome) -> Event:
    """The one fact that follows, under the id of change that these tests use."""
    assert outcome.refusal is None, outcome.refusal
    [event] = outcome.events
    return event.model_copy(update={"change_id": CHANGE})


def test_a_unit_is_renamed_from_a_day_on_by_a_paper_and_stays_itself() -> None:
    rename = RenameUnit(name="Ban Thi đua", on=MARCH, basis=BASIS)
    assert fact(department().when(rename, on=TODAY)) == RENAMED
    department(RENAMED).when(rename, on=TODAY).nothing()


def test_a_name_code_and_kind_may_change_together() -> None:
    district = established("P01-D001", UnitKind.DISTRICT, NEW)
    known = Known(parent_kind=UnitKind.PROVINCIAL)
    rename = RenameUnit(name="BHXH cơ sở Ba Đình", code="P01-C01", kind=UnitKind.BASE_OFFICE, on=JULY, basis=BASIS)
    renamed = fact(given(UNIT, district).knowing(known).when(rename, on=TODAY))
    assert isinstance(renamed, UnitRenamed)
    assert (renamed.code, renamed.kind, renamed.former) == ("P01-C01", UnitKind.BASE_OFFICE, (district.name,))


def test_a_code_that_another_unit_has_is_refused() -> None:
    rename = RenameUnit(name="Ban Thi đua", code="TCCB", on=MARCH, basis=BASIS)
    department(code_taken=True).when(rename, on=TODAY).rejected("unit-code-taken")


def test_a_kind_goes_with_the_units_above_and_below() -> None:
    rename = RenameUnit(name="Phòng Thi đua", kind=UnitKind.TEAM, on=MARCH, basis=BASIS)
    department().when(rename, on=TODAY).rejected("kind-does-not-fit")
    rename = RenameUnit(name="Trung tâm Thi đua", kind=UnitKind.OUTSIDE_BODY, on=MARCH, basis=BASIS)
    department(below=(UnitKind.TEAM,)).when(rename, on=TODAY).rejected("kind-does-not-fit")


def test_a_unit_moves_below_another_one() -> None:
    province = established("P01", UnitKind.PROVINCIAL, ROOT)
    region = {NEW: Other("BHXH khu vực I", UnitKind.REGIONAL)}
    known = Known(parent_kind=UnitKind.NATIONAL, others=region)
    moved = fact(given(UNIT, province).knowing(known).when(MoveUnit(parent_id=NEW, on=MARCH, basis=BASIS), on=TODAY))
    assert moved == UnitMoved(**ABOUT | {"unit_id": province.unit_id}, parent_id=NEW, previous_id=ROOT)


def test_a_cyclic_tree_is_refused() -> None:
    move = MoveUnit(parent_id=NEW, on=MARCH, basis=BASIS)
    department(above=frozenset({NEW, OLD, ROOT})).when(move, on=TODAY).rejected("unit-below-itself")
    department().when(move.model_copy(update={"parent_id": OLD}), on=TODAY).rejected("unit-below-itself")


def test_a_unit_moves_only_where_its_kind_may_stand() -> None:
    department().when(MoveUnit(parent_id=NEW, on=MARCH, basis=BASIS), on=TODAY).rejected("kind-does-not-fit")


def test_a_unit_ends_in_another_one_in_several_or_in_none() -> None:
    merge = MergeUnit(successor_id=NEW, on=MARCH, basis=BASIS)
    assert fact(department().when(merge, on=TODAY)) == UnitMerged(**ABOUT, successor_id=NEW)
    split = SplitUnit(successor_ids=(NEW, OTHER), on=MARCH, basis=BASIS)
    assert fact(department().when(split, on=TODAY)) == UnitSplit(**ABOUT, successor_ids=(NEW, OTHER))
    assert fact(department().when(DissolveUnit(on=MARCH, basis=BASIS), on=TODAY)) == ENDED
    department(ENDED).when(DissolveUnit(on=MARCH, basis=BASIS), on=TODAY).nothing()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SplitUnit(successor_ids=(NEW, NEW), on=MARCH, basis=BASIS), "split-needs-two"),
        (MergeUnit(successor_id=OLD, on=MARCH, basis=BASIS), "successor-does-not-fit"),
        (MergeUnit(successor_id=OUTSIDE, on=MARCH, basis=BASIS), "successor-does-not-fit"),
        (MergeUnit(successor_id=unit_id("X"), on=MARCH, basis=BASIS), "successor-does-not-fit"),
        (TakeDutiesOver(to_id=NEW, on=MARCH, basis=BASIS), "duties-of-a-living-unit"),
        (DissolveUnit(on=date(2025, 8, 2), basis=BASIS), "change-not-in-force"),
        (DissolveUnit(on=date(2024, 11, 9), basis=BASIS), "change-before-last-one"),
        (JoinBloc(bloc_id=NEW, on=MARCH), "not-a-bloc"),
        (LeaveBloc(bloc_id=BLOC, on=MARCH), "not-in-bloc"),
        (WithdrawChange(change_id=CHANGE, reason="Nhập nhầm"), "no-such-change"),
    ],
)
def test_what_cannot_be_is_refused(command: UnitCommand, code: str) -> None:
    department().when(command, on=TODAY).rejected(code)


def test_a_unit_with_units_below_it_does_not_end() -> None:
    end = DissolveUnit(on=MARCH, basis=BASIS)
    department(below=(UnitKind.TEAM, UnitKind.TEAM)).when(end, on=TODAY).rejected("units-still-below")


def test_the_root_stays() -> None:
    top = given(UNIT, established("VSS", UnitKind.NATIONAL, None)).knowing(Known(others=OTHERS))
    for command in (DissolveUnit(on=MARCH, basis=BASIS), MoveUnit(parent_id=NEW, on=MARCH, basis=BASIS)):
        top.when(command, on=TODAY).rejected("root-stays")


@pytest.mark.parametrize(
    "command",
    [
        RenameUnit(name="Ban", on=JULY, basis=BASIS),
        MoveUnit(parent_id=NEW, on=JULY, basis=BASIS),
        MergeUnit(successor_id=NEW, on=JULY, basis=BASIS),
        DissolveUnit(on=JULY, basis=BASIS),
        JoinBloc(bloc_id=BLOC, on=JULY),
    ],
)
def test_what_has_ended_takes_nothing_new(command: UnitCommand) -> None:
    department(ENDED).when(command, on=TODAY).rejected("unit-ended")


def test_no_unit_is_established_below_one_that_has_ended() -> None:
    ended = Known(parent_kind=UnitKind.PROVINCIAL, parent=Other("P01", UnitKind.PROVINCIAL, date(2025, 2, 28)))
    below = EstablishUnit(code="P01-T1", name="Phòng 1", kind=UnitKind.TEAM, parent_id=NEW, established_on=JULY)
    given(UNIT).knowing(ended).when(below, on=TODAY).rejected("unit-ended")


@pytest.mark.requirement("B8")
def test_another_unit_takes_the_duties_of_one_that_has_ended_over() -> None:
    over = TakeDutiesOver(to_id=NEW, on=MARCH, basis=BASIS)
    taken = DutiesTakenOver(**ABOUT, to_id=NEW)
    assert fact(department(ENDED).when(over, on=TODAY)) == taken
    department(ENDED, taken).when(over, on=TODAY).nothing()
    gone = {**OTHERS, NEW: Other("Ban", UnitKind.CENTRAL_DEPARTMENT, date(2025, 5, 1))}
    department(ENDED, others=gone).when(over, on=TODAY).rejected("unit-ended")


@pytest.mark.requirement("B1")
def test_a_unit_joins_a_bloc_and_leaves_it_wherever_it_stands() -> None:
    joined = UnitJoinedBloc(unit_id=OLD, bloc_id=BLOC, on=MARCH)
    department().when(JoinBloc(bloc_id=BLOC, on=MARCH), on=TODAY).then(joined)
    department(joined).when(JoinBloc(bloc_id=BLOC, on=JULY), on=TODAY).nothing()
    left = UnitLeftBloc(unit_id=OLD, bloc_id=BLOC, since=MARCH, on=JULY)
    department(joined).when(LeaveBloc(bloc_id=BLOC, on=JULY), on=TODAY).then(left)
    department(joined, left).when(LeaveBloc(bloc_id=BLOC, on=JULY), on=TODAY).rejected("not-in-bloc")


def test_a_change_that_was_entered_wrong_is_withdrawn_and_what_was_before_holds_again() -> None:
    withdraw = WithdrawChange(change_id=CHANGE, reason="Nhập nhầm đơn vị")
    again = UnitChangeWithdrawn(
        unit_id=OLD, change_id=CHANGE, reason="Nhập nhầm đơn vị", name=DEPARTMENT.name, code="TDKT",
        kind=UnitKind.CENTRAL_DEPARTMENT, parent_id=ROOT,
    )  # fmt: skip
    for wrong in (RENAMED, ENDED):
        department(wrong).when(withdraw, on=TODAY).then(again)
    department(ENDED, again).when(RenameUnit(name="Ban", on=JULY, basis=BASIS), on=TODAY)
    department(RENAMED, again).when(withdraw, on=TODAY).rejected("no-such-change")


def test_an_end_on_which_a_take_over_rests_is_not_withdrawn_alone() -> None:
    taken = DutiesTakenOver(**ABOUT | {"change_id": UUID(int=78)}, to_id=NEW)
    withdraw = WithdrawChange(change_id=CHANGE, reason="Nhập nhầm")
    department(ENDED, taken).when(withdraw, on=TODAY).rejected("change-stands-under-another")


def test_a_name_is_not_corrected_from_the_first_day_once_another_one_holds() -> None:
    department(RENAMED).when(CorrectUnitName(name="Vụ"), on=TODAY).rejected("unit-renamed-since")
