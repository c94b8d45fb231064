"""Which steps are open follows from the rules alone: of registration, scorecard and nomination, state by state."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.facts.decider import Context, Decider
from chassis.facts.offers import Offer, offers, opening
from contracts.event import Event
from services.awards.domain.nomination import NOMINATION, Known, NominationCommand
from services.campaigns.domain.scorecard import SCORECARD, ScorecardCommand
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import RegistrationCommand
from tests.awards import examples as awards
from tests.campaigns import examples as campaigns
from tests.registry import examples as registry

ON, SOMEBODY = date(2024, 11, 20), UUID(int=77)
REPORTED = campaigns.reported("44")
KNOWN = Known(rule=awards.RULE, period=awards.PERIOD, targets=awards.MET)


def steps(
    decider: Decider[Any, Any, Any, Any], offers: Sequence[Offer[Any, Any, Any]], known: Any, *facts: Event
) -> dict[str, str]:
    """By command: `open`, or the code of why it is not."""
    state = decider.fold(facts)
    found = {offer.command.__name__: opening(decider, offer, state, known, Context(ON, SOMEBODY)) for offer in offers}
    return {name: "open" if each.refused is None else each.refused.code for name, each in found.items()}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], ("step-without-content", *["registration-not-open"] * 4)),
        (
            [registry.OPENED],
            (
                "open",
                "registration-empty",
                "registration-not-submitted",
                "registration-not-submitted",
                "registration-not-confirmed",
            ),
        ),
        (
            registry.COMPLETE,
            ("open", "open", "registration-not-submitted", "registration-not-submitted", "registration-not-confirmed"),
        ),
        (
            [*registry.COMPLETE, registry.submitted()],
            ("registration-already-submitted", "step-done", "open", "open", "registration-not-confirmed"),
        ),
        (
            [*registry.COMPLETE, registry.submitted(), registry.CONFIRMED],
            ("registration-already-confirmed", "step-done", "step-done", "registration-already-confirmed", "open"),
        ),
    ],
)
def test_steps_of_a_registration(facts: Sequence[Event], expected: tuple[str, ...]) -> None:
    found = steps(REGISTRATION, offers(RegistrationCommand), None, *facts)
    named = ("RegisterTarget", "SubmitRegistration", "ConfirmRegistration", "ReturnRegistration", "ReopenRegistration")
    assert tuple(found[each] for each in named) == expected


def test_every_goal_is_a_choice_as_long_as_the_registration_is_open() -> None:
    [pledge, *_] = offers(RegistrationCommand)
    found = opening(REGISTRATION, pledge, REGISTRATION.fold([registry.OPENED]), None, Context(ON, SOMEBODY))
    assert [(each["indicator"], each["year"]) for each in found.choices] == [
        (goal.indicator, goal.year) for goal in registry.GOALS
    ]
    assert all(set(each) == {"indicator", "year"} for each in found.choices)


def test_steps_of_a_scorecard() -> None:
    def found(*facts: Event) -> tuple[str, ...]:
        every = steps(SCORECARD, offers(ScorecardCommand), None, *facts)
        return tuple(every[each] for each in ("ReportResult", "VerifyResult", "ReturnResult", "CorrectResult"))

    assert found() == ("step-without-content",) * 4
    assert found(campaigns.OPENED) == ("open", *["step-without-content"] * 3)
    assert found(campaigns.OPENED, REPORTED) == ("open", "open", "open", "result-not-verified")


def test_only_what_was_reported_and_not_verified_is_a_choice() -> None:
    [verify] = [each for each in offers(ScorecardCommand) if each.command.__name__ == "VerifyResult"]
    facts = [campaigns.OPENED, REPORTED]
    found = opening(SCORECARD, verify, SCORECARD.fold(facts), None, Context(ON, SOMEBODY))
    assert found.choices == ({"indicator": REPORTED.indicator, "year": REPORTED.year},)
    [verified, *_] = SCORECARD.decide(
        verify.command(**found.choices[0]), SCORECARD.fold(facts), None, Context(ON, SOMEBODY)
    )
    after = opening(SCORECARD, verify, SCORECARD.fold([*facts, verified]), None, Context(ON, SOMEBODY))
    assert (after.open, after.choices) == (False, ())
    assert after.refused is not None
    assert after.refused.code == "step-done"


def test_steps_of_a_nomination() -> None:
    def found(*facts: Event) -> tuple[str, ...]:
        return tuple(steps(NOMINATION, offers(NominationCommand), KNOWN, *facts).values())

    assert found(awards.DRAFTED) == ("open", "dossier-incomplete")
    assert found(*awards.COMPLETE) == ("open", "open")
    assert found(*awards.COMPLETE, awards.SUBMITTED) == ("nomination-already-submitted", "step-done")
