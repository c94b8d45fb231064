"""What a registration holds besides figures to be reached: what is kept, what has no figure, solutions, movements."""

from decimal import Decimal

import pytest

from chassis.testing import given
from contracts.registry import MovementsTied, QualitativeProgressTold, QualitativeTargetSet, SolutionSet
from contracts.values import TargetKind
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import (
    ConfirmRegistration,
    RegisterTarget,
    SetQualitativeTarget,
    SetSolution,
    TellQualitativeProgress,
    TieMovements,
)
from tests.registry.examples import ABOUT, COMPLETE, CONFIRMED, CONFIRMER, HEALTH, OPENED, registered, submitted

KEPT = TargetKind.MAINTAIN
PLEDGE = SetQualitativeTarget(number=1, requirement="Giảm giờ thực hiện", solution="Giao dịch số")
PLEDGED = QualitativeTargetSet(**ABOUT, number=1, requirement="Giảm giờ thực hiện", solution="Giao dịch số")


def test_a_goal_that_is_met_already_is_kept() -> None:
    keep = RegisterTarget(indicator=HEALTH, year=2025, value=Decimal("95.5"), kind=KEPT)
    fact = registered(HEALTH, 2025, "95.5").model_copy(update={"kind": KEPT})
    given(REGISTRATION, OPENED).when(keep).then(fact)
    given(REGISTRATION, OPENED, fact).when(keep).nothing()
    history = (OPENED, fact, *COMPLETE[2:], submitted())
    [confirmed] = given(REGISTRATION, *history).when(ConfirmRegistration(), by=CONFIRMER).events
    kinds = {each["indicator"]: each["kind"] for each in confirmed.model_dump()["targets"]}
    assert kinds.pop(HEALTH) == "maintain"
    assert set(kinds.values()) == {"quantitative"}
    low = RegisterTarget(indicator=HEALTH, year=2025, value=Decimal(90), kind=KEPT)
    given(REGISTRATION, OPENED).when(low).rejected("target-below-national-goal")


def test_what_has_no_figure_is_pledged_by_number_and_its_progress_told_later() -> None:
    given(REGISTRATION, OPENED).when(PLEDGE).then(PLEDGED)
    given(REGISTRATION, OPENED, PLEDGED).when(PLEDGE).nothing()
    given(REGISTRATION, OPENED).when(PLEDGE.model_copy(update={"number": 3})).rejected("qualitative-target-unknown")
    told = TellQualitativeProgress(number=1, progress="Đã giảm", done=True)
    fact = QualitativeProgressTold(**ABOUT, number=1, progress="Đã giảm", done=True)
    official = (COMPLETE[0], PLEDGED, *COMPLETE[1:], submitted(), CONFIRMED)
    given(REGISTRATION, *official).when(told).then(fact)
    given(REGISTRATION, *official, fact).when(told).nothing()
    given(REGISTRATION, OPENED).when(told).rejected("qualitative-target-unknown")
    again = PLEDGE.model_copy(update={"requirement": "Khác"})
    given(REGISTRATION, *official).when(again).rejected("registration-already-confirmed")


def test_a_solution_stands_beside_its_indicator() -> None:
    solve = SetSolution(indicator=HEALTH, solution="Vận động theo hộ")
    fact = SolutionSet(**ABOUT, indicator=HEALTH, solution="Vận động theo hộ")
    given(REGISTRATION, OPENED).when(solve).then(fact)
    given(REGISTRATION, OPENED, fact).when(solve).nothing()
    given(REGISTRATION, OPENED).when(SetSolution(indicator="other", solution="?")).rejected("indicator-unknown")


@pytest.mark.requirement("S001-15")
def test_a_unit_ties_what_it_registers_to_the_movements_that_its_campaign_links() -> None:
    tie = TieMovements(numbers=["3/CT-TTg"])
    fact = MovementsTied(**ABOUT, numbers=("3/CT-TTg",))
    given(REGISTRATION, OPENED).when(tie).then(fact)
    given(REGISTRATION, OPENED, fact).when(tie).nothing()
    refusal = given(REGISTRATION, OPENED).when(TieMovements(numbers=["9/KH"])).rejected("movement-not-linked")
    assert "3/CT-TTg" in refusal.vi
