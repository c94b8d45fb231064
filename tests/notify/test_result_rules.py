"""Who is told of a returned result and of an attainment that is lost, in which words."""

import pytest

from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    ResultCorrected,
    ResultReturned,
    ResultsFiledOnBehalf,
)
from contracts.event import Event
from contracts.examples import INDICATOR, UNIT, example
from contracts.registry import RegistrationFiledOnBehalf, Role
from services.notify.domain.rule import AtTheTop, InUnit
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

OWN = frozenset({Role.UNIT_HEAD, Role.OFFICER})
NAMES = Names("BHXH tỉnh Một", "Đợt thi đua", {INDICATOR: "Tỷ lệ bao phủ"})


@pytest.mark.parametrize(
    ("event", "signed_on"), [(RegistrationFiledOnBehalf, "18/11/2024"), (ResultsFiledOnBehalf, "30/12/2024")]
)
def test_the_unit_is_told_what_was_filed_on_its_behalf(event: type[Event], signed_on: str) -> None:
    rule, fact = RULES[event], example(event)
    assert rule.audience(fact) == (InUnit(OWN | {Role.DEPUTY}, UNIT),)
    assert rule.words(fact, NAMES)["signed_on"] == signed_on


def test_the_unit_is_told_of_a_returned_result() -> None:
    rule, fact = RULES[ResultReturned], example(ResultReturned)
    assert rule.audience(fact) == (InUnit(OWN, UNIT),)
    assert rule.words(fact, NAMES)["indicator"] == "Tỷ lệ bao phủ"


def test_the_unit_and_the_emulation_department_are_told_of_a_lost_attainment() -> None:
    rule, fact = RULES[AttainmentLost], example(AttainmentLost)
    assert rule.audience(fact) == (InUnit(OWN, UNIT), AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})))
    assert (rule.words(fact, NAMES)["target"], rule.words(fact, NAMES)["target_en"]) == ("95,2 %", "95.2 %")


def test_the_unit_and_the_emulation_department_are_told_of_a_regained_attainment() -> None:
    rule, fact = RULES[AttainmentRegained], example(AttainmentRegained)
    assert rule.audience(fact) == (InUnit(OWN, UNIT), AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})))
    assert {"target", "value", "indicator"} <= set(rule.words(fact, NAMES))


def test_who_verifies_and_who_relies_on_a_result_is_told_that_it_was_corrected_and_why() -> None:
    rule, fact = RULES[ResultCorrected], example(ResultCorrected)
    verifies = frozenset({Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT})
    assert rule.audience(fact) == (InUnit(OWN, UNIT), AtTheTop(verifies))
    words = rule.words(fact, NAMES)
    assert (words["previous"], words["value"], words["reason"]) == ("95,4 %", "95,1 %", "Nhập sai tử số")
