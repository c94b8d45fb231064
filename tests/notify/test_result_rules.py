"""Who is told of a returned result and of an attainment that is lost, in which words."""

from contracts.campaigns import AttainmentLost, ResultReturned
from contracts.examples import INDICATOR, UNIT, example
from contracts.registry import Role
from services.notify.domain.rule import AtTheTop, InUnit
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

OWN = frozenset({Role.UNIT_HEAD, Role.OFFICER})
NAMES = Names("BHXH tỉnh Một", "Đợt thi đua", {INDICATOR: "Tỷ lệ bao phủ"})


def test_the_unit_is_told_of_a_returned_result() -> None:
    rule, fact = RULES[ResultReturned], example(ResultReturned)
    assert rule.audience(fact) == (InUnit(OWN, UNIT),)
    assert rule.words(fact, NAMES)["indicator"] == "Tỷ lệ bao phủ"


def test_the_unit_and_the_emulation_department_are_told_of_a_lost_attainment() -> None:
    rule, fact = RULES[AttainmentLost], example(AttainmentLost)
    assert rule.audience(fact) == (InUnit(OWN, UNIT), AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})))
    assert (rule.words(fact, NAMES)["target"], rule.words(fact, NAMES)["target_en"]) == ("95,2 %", "95.2 %")
