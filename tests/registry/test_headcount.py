"""Rules of headcount: figures by category at a day, corrected with trace; the establishment stands apart."""

from datetime import date
from typing import Any, Final

import pytest

from chassis.testing import Given, given
from contracts.event import Event
from contracts.registry import (
    EstablishmentAssigned,
    HeadcountCorrected,
    HeadcountEvent,
    HeadcountReported,
    Heads,
    StaffCategory,
    UnitDissolved,
)
from contracts.values import LegalBasis, UnitKind
from services.registry.domain.headcount import (
    HEADCOUNT,
    AssignEstablishment,
    CorrectHeadcount,
    Headcount,
    HeadcountCommand,
    HeadsOf,
    ReportHeadcount,
)
from services.registry.domain.unit import UNIT
from services.registry.domain.unit_commands import Basis
from services.registry.domain.unit_state import Unit
from tests.registry.examples import PROVINCE, ROOT, established

YEAR_END: Final = date(2024, 12, 31)
LATER: Final = date(2025, 1, 15)
PAPER: Final[dict[str, Any]] = {"number": "12/QĐ-BHXH", "issuer": "BHXH Việt Nam", "issued_on": date(2024, 12, 20)}
PUBLIC, CIVIL, CONTRACT = StaffCategory.PUBLIC_EMPLOYEE, StaffCategory.CIVIL_SERVANT, StaffCategory.CONTRACT_WORKER
FIRST: Final = HeadcountReported(unit_id=PROVINCE, on=YEAR_END, heads=(Heads(category=PUBLIC, people=240),))
PROVINCIAL: Final = established("P01", UnitKind.PROVINCIAL, ROOT)


def heads(**people: int) -> tuple[HeadsOf, ...]:
    return tuple(HeadsOf(category=StaffCategory(name), people=count) for name, count in people.items())


def report(on: date = YEAR_END, **people: int) -> ReportHeadcount:
    return ReportHeadcount(unit_id=PROVINCE, on=on, heads=heads(**people))


def correct(**people: int) -> CorrectHeadcount:
    return CorrectHeadcount(unit_id=PROVINCE, on=YEAR_END, heads=heads(**people), reason="Nhập thiếu")


def province(*history: Event, unit: tuple[Event, ...] = (PROVINCIAL,)) -> Given[
    HeadcountCommand, Headcount, HeadcountEvent, Unit
]:  # fmt: skip
    return given(HEADCOUNT, *history).knowing(UNIT.fold(unit))


def test_people_are_reported_by_category_and_who_is_not_named_is_not_there() -> None:
    told = province().when(report(public_employee=240, civil_servant=12, contract_worker=0), on=LATER)
    told.then(
        HeadcountReported(
            unit_id=PROVINCE, on=YEAR_END, heads=(Heads(category=CIVIL, people=12), Heads(category=PUBLIC, people=240))
        )
    )
    province(*told.events).when(report(civil_servant=12, public_employee=240), on=LATER).nothing()
    province(FIRST).when(report(LATER, contract_worker=3), on=LATER).then(
        HeadcountReported(unit_id=PROVINCE, on=LATER, heads=(Heads(category=CONTRACT, people=3),))
    )


@pytest.mark.requirement("B2")
def test_a_correction_keeps_the_old_figure_and_counts_its_revisions_and_none_is_changed_silently() -> None:
    province(FIRST).when(report(public_employee=241), on=LATER).rejected("headcount-reported-before")
    told = province(FIRST).when(correct(public_employee=241), on=LATER)
    corrected = HeadcountCorrected(
        unit_id=PROVINCE, on=YEAR_END, revision=2, heads=(Heads(category=PUBLIC, people=241),),
        previous=FIRST.heads, reason="Nhập thiếu",
    )  # fmt: skip
    told.then(corrected)
    again = province(FIRST, corrected).when(correct(public_employee=240), on=LATER)
    [back] = again.events
    assert isinstance(back, HeadcountCorrected)
    assert (back.revision, back.previous) == (3, corrected.heads)


def test_what_is_corrected_was_reported_and_changes() -> None:
    province().when(correct(public_employee=1), on=LATER).rejected("headcount-not-reported")
    province(FIRST).when(correct(public_employee=240, contract_worker=0), on=LATER).rejected("headcount-unchanged")


def test_a_day_ahead_or_without_the_unit_is_refused_and_so_is_a_category_twice() -> None:
    province().when(report(date(2025, 1, 16), public_employee=1), on=LATER).rejected("headcount-ahead")
    province().when(report(date(2024, 11, 9), public_employee=1), on=LATER).rejected("headcount-of-no-unit")
    ended = UnitDissolved(unit_id=PROVINCE, change_id=ROOT, on=YEAR_END, basis=LegalBasis(**PAPER))
    gone = (PROVINCIAL, ended)
    province(unit=gone).when(report(public_employee=1), on=LATER).rejected("headcount-of-no-unit")
    assert len(province(unit=gone).when(report(date(2024, 12, 30), public_employee=1), on=LATER).events) == 1
    twice = ReportHeadcount(unit_id=PROVINCE, on=YEAR_END, heads=(*heads(public_employee=1), *heads(public_employee=2)))
    province().when(twice, on=LATER).rejected("headcount-category-twice")


def test_only_units_of_the_sector_have_people_here() -> None:
    outside = established("BNV", UnitKind.OUTSIDE_BODY, ROOT)
    for unit in ((), (outside,)):
        province(unit=unit).when(report(public_employee=1), on=LATER).rejected("headcount-of-unknown-unit")


def test_posts_are_given_by_a_paper_from_a_day_on_and_put_right_with_trace() -> None:
    def assign(posts: int, on: date = LATER) -> AssignEstablishment:
        return AssignEstablishment(unit_id=PROVINCE, on=on, posts=posts, basis=Basis(**PAPER))

    told = province(FIRST).when(assign(250), on=YEAR_END)  # the paper says from when on, a day ahead too
    assigned = EstablishmentAssigned(unit_id=PROVINCE, on=LATER, posts=250, basis=LegalBasis(**PAPER))
    told.then(assigned)
    province(assigned).when(assign(250)).nothing()
    [righted] = province(assigned).when(assign(245)).events
    assert isinstance(righted, EstablishmentAssigned)
    assert (righted.posts, righted.previous) == (245, 250)
