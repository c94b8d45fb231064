"""Who is told of publicity and of violations: never the unit in which something was found."""

import pytest

from contracts.campaigns import (
    Office,
    PublicityPublished,
    PublicityToComeDown,
    ViolationAnswered,
    ViolationHandedOver,
    ViolationReported,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import Role
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, Group, InUnit, Oneself
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

PUBLISHED, DOWN = example(PublicityPublished), example(PublicityToComeDown)
REPORTED, ANSWERED = example(ViolationReported), example(ViolationAnswered)
BY = ANSWERED.reported_by
assert BY is not None


@pytest.mark.parametrize(
    ("event", "groups"),
    [
        (PUBLISHED.model_copy(update={"exemplar_id": None}), (InUnit(HEAD_AND_OFFICERS, PUBLISHED.unit_id),)),
        (PUBLISHED, ()),
        (DOWN, (AtTheTop(frozenset({Role.COMMUNICATIONS})), InUnit(HEAD_AND_OFFICERS, DOWN.unit_id))),
        (REPORTED, (AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})),)),
        (example(ViolationHandedOver, to=Office.DEPARTMENT), (AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})),)),
        (example(ViolationHandedOver, to=Office.INSPECTION), (AtTheTop(frozenset({Role.INSPECTOR})),)),
        (ANSWERED, (Oneself(BY),)),
        (ANSWERED.model_copy(update={"reported_by": None}), ()),
    ],
)
def test_whom_a_fact_of_the_press_concerns(event: Event, groups: tuple[Group, ...]) -> None:
    assert RULES[type(event)].audience(event) == groups


@pytest.mark.requirement("S001-23")
@pytest.mark.parametrize("event", [REPORTED, ANSWERED])
def test_no_letter_says_what_was_reported(event: ViolationReported | ViolationAnswered) -> None:
    said = RULES[type(event)].words(event, Names(unit="Đơn vị"))
    told = event.what if isinstance(event, ViolationReported) else event.answer
    assert told not in " ".join(said.values())
