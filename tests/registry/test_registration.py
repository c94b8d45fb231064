"""Rules of Registration."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from pydantic import ValidationError

from chassis.facts.decider import Context, Rejected
from chassis.testing import Signed, given
from contracts.event import Event
from contracts.values import Direction
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import (
    ConfirmRegistration,
    OpenRegistration,
    RegisterTarget,
    RegistrationCommand,
    SubmitRegistration,
)
from services.registry.domain.registration_state import Known
from tests.registry.examples import (
    COMPLETE,
    CONFIRMED,
    CONFIRMER,
    DUE,
    GOALS,
    HEAD,
    HEALTH,
    LATE,
    OPENED,
    PLAN,
    goal,
    registered,
    revised,
    submitted,
)

OPEN = OpenRegistration(terms=OPENED)
SUBMIT = SubmitRegistration()
CONFIRM = ConfirmRegistration()


def register(indicator: str, year: int, value: str) -> RegisterTarget:
    return RegisterTarget(indicator=indicator, year=year, value=Decimal(value))


def test_a_registration_is_opened_once() -> None:
    given(REGISTRATION).when(OPEN).then(OPENED)
    given(REGISTRATION, OPENED).when(OPEN).nothing()


@pytest.mark.parametrize("command", [register(HEALTH, 2025, "96"), SUBMIT, CONFIRM])
def test_a_unit_that_was_not_asked_does_not_register(command: RegistrationCommand) -> None:
    given(REGISTRATION).when(command).rejected("registration-not-open")


@pytest.mark.parametrize(
    ("indicator", "year", "value"),
    [(HEALTH, 2025, "95.16"), (HEALTH, 2025, "100"), (LATE, 2024, "2.58"), (LATE, 2024, "0"), (PLAN, 2025, "250.5")],
)
def test_a_target_on_the_good_side_of_its_goal_is_registered(indicator: str, year: int, value: str) -> None:
    given(REGISTRATION, OPENED).when(register(indicator, year, value)).then(registered(indicator, year, value))


@pytest.mark.parametrize(
    ("indicator", "year", "value"), [(HEALTH, 2025, "95.15"), (LATE, 2024, "2.59"), (PLAN, 2025, "100")]
)
def test_a_target_weaker_than_the_goal_is_refused_in_the_goals_own_direction(
    indicator: str, year: int, value: str
) -> None:
    refusal = given(REGISTRATION, OPENED).when(register(indicator, year, value)).rejected("target-below-national-goal")
    assert refusal.source == "S002-13"


def test_a_year_without_a_goal_of_its_own_takes_any_possible_target() -> None:
    given(REGISTRATION, OPENED).when(register(HEALTH, 2024, "90")).then(registered(HEALTH, 2024, "90"))
    given(REGISTRATION, OPENED).when(register(HEALTH, 2024, "100.1")).rejected("share-out-of-range")


def test_an_unknown_indicator_is_refused_and_the_known_ones_are_named() -> None:
    refusal = given(REGISTRATION, OPENED).when(register("happiness", 2025, "96")).rejected("indicator-unknown")
    assert all(each.indicator in refusal.vi for each in GOALS)


@pytest.mark.parametrize("year", [2023, 2026])
def test_a_year_outside_the_campaign_is_refused(year: int) -> None:
    given(REGISTRATION, OPENED).when(register(HEALTH, year, "96")).rejected("year-outside-campaign")


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_target_is_a_finite_number(value: str) -> None:
    with pytest.raises(ValidationError):
        register(HEALTH, 2025, value)


@pytest.mark.parametrize("value", ["0E-20000", f"95.{'0' * 16_384}", "95.0000000"])
@pytest.mark.parametrize("indicator", [HEALTH, PLAN])
def test_more_places_than_databases_keep_are_refused_noughts_too(value: str, indicator: str) -> None:
    given(REGISTRATION, OPENED).when(register(indicator, 2025, value)).rejected("value-out-of-bounds")


@pytest.mark.parametrize("value", ["-0.01", "100.01", "1e9"])
def test_a_share_lies_within_0_and_100(value: str) -> None:
    given(REGISTRATION, OPENED).when(register(HEALTH, 2025, value)).rejected("share-out-of-range")


@pytest.mark.parametrize("value", ["-1", "1e9", "1e999999", "100.0000001", "1e-999999"])
def test_a_figure_has_bounds_and_six_places(value: str) -> None:
    given(REGISTRATION, OPENED).when(register(PLAN, 2025, value)).rejected("value-out-of-bounds")


def test_another_value_before_submission_revises_the_target() -> None:
    history = (OPENED, registered(HEALTH, 2025, "96"))
    given(REGISTRATION, *history).when(register(HEALTH, 2025, "97")).then(revised(HEALTH, 2025, "97", "96"))
    given(REGISTRATION, *history, revised(HEALTH, 2025, "97", "96")).when(register(HEALTH, 2025, "97.0")).nothing()


def test_targets_stand_once_the_registration_is_submitted() -> None:
    history = (*COMPLETE, submitted())
    given(REGISTRATION, *history).when(register(HEALTH, 2025, "97")).rejected("registration-already-submitted")
    given(REGISTRATION, *history).when(register(HEALTH, 2025, "95.5")).nothing()
    confirmed = given(REGISTRATION, *history, CONFIRMED)
    confirmed.when(register(HEALTH, 2025, "97")).rejected("registration-already-confirmed")


def test_a_complete_registration_is_submitted_once() -> None:
    given(REGISTRATION, *COMPLETE).when(SUBMIT, by=HEAD).then(submitted())
    given(REGISTRATION, *COMPLETE, submitted()).when(SUBMIT, by=HEAD).nothing()


def test_an_empty_registration_is_not_submitted() -> None:
    given(REGISTRATION, OPENED).when(SUBMIT, by=HEAD).rejected("registration-empty")


def test_a_registration_without_each_goals_target_is_not_submitted_and_the_missing_ones_are_named() -> None:
    refusal = given(REGISTRATION, *COMPLETE[:2]).when(SUBMIT, by=HEAD).rejected("targets-missing")
    assert f"{LATE} 2024" in refusal.en
    assert f"{PLAN} 2025" in refusal.en
    assert HEALTH not in refusal.en


@pytest.mark.parametrize(("on", "late"), [(date(2024, 11, 29), 0), (DUE, 1), (date(2024, 12, 1), 2)])
def test_before_a_day_means_strictly_before_it(on: date, late: int) -> None:
    given(REGISTRATION, *COMPLETE).when(SUBMIT, by=HEAD, on=on).then(submitted(late=late))


def test_a_campaign_may_refuse_what_is_late() -> None:
    strict = OPENED.model_copy(update={"refuse_late": True})
    given(REGISTRATION, strict, *COMPLETE[1:]).when(SUBMIT, by=HEAD, on=DUE).rejected("registration-late")
    given(REGISTRATION, strict, *COMPLETE[1:]).when(SUBMIT, by=HEAD, on=date(2024, 11, 29)).then(submitted())


def test_a_campaign_without_a_due_day_knows_no_lateness() -> None:
    endless = OPENED.model_copy(update={"submit_before": None})
    given(REGISTRATION, endless, *COMPLETE[1:]).when(SUBMIT, by=HEAD, on=date(2025, 12, 31)).then(submitted())


def test_somebody_else_makes_the_targets_official_once() -> None:
    given(REGISTRATION, *COMPLETE, submitted()).when(CONFIRM, by=CONFIRMER).then(CONFIRMED)
    given(REGISTRATION, *COMPLETE, submitted(), CONFIRMED).when(CONFIRM, by=CONFIRMER).nothing()


def test_who_submitted_may_not_confirm() -> None:
    given(REGISTRATION, *COMPLETE, submitted()).when(CONFIRM, by=HEAD).rejected("same-person-may-not-confirm")


@pytest.mark.parametrize("place", range(1, len(COMPLETE)))
def test_who_wrote_any_target_may_not_confirm_though_somebody_else_sent_it_in(place: int) -> None:
    history: list[Event | Signed] = [
        Signed(event, CONFIRMER) if at == place else event for at, event in enumerate(COMPLETE)
    ]
    given(REGISTRATION, *history, submitted()).when(CONFIRM, by=CONFIRMER).rejected("same-person-may-not-confirm")
    given(REGISTRATION, *history, submitted()).when(CONFIRM, by=UUID(int=9)).then(CONFIRMED)


def test_who_wrote_a_target_may_not_confirm_though_somebody_else_has_revised_it_since() -> None:
    first, *others = COMPLETE[1:]
    history: list[Event | Signed] = [
        OPENED,
        Signed(first, CONFIRMER),
        *others,
        Signed(revised(HEALTH, 2025, "97", "96"), HEAD),
        submitted(),
    ]
    given(REGISTRATION, *history).when(CONFIRM, by=CONFIRMER).rejected("same-person-may-not-confirm")


def test_sabotage_where_nobody_signs_who_wrote_the_targets_confirms_them() -> None:
    careless = replace(REGISTRATION, signed=None)
    history: list[Event | Signed] = [OPENED, *(Signed(event, CONFIRMER) for event in COMPLETE[1:]), submitted()]
    given(careless, *history).when(CONFIRM, by=CONFIRMER).then(CONFIRMED)


def test_a_head_above_may_let_somebody_confirm_their_own_targets() -> None:
    history: list[Event | Signed] = [OPENED, *(Signed(event, CONFIRMER) for event in COMPLETE[1:]), submitted()]
    own = given(REGISTRATION, *history)
    own.knowing(Known(frozenset({CONFIRMER}))).when(CONFIRM, by=CONFIRMER).then(CONFIRMED)
    own.knowing(Known(frozenset({HEAD}))).when(CONFIRM, by=CONFIRMER).rejected("same-person-may-not-confirm")


def test_what_was_not_submitted_is_not_confirmed() -> None:
    given(REGISTRATION, *COMPLETE).when(CONFIRM, by=CONFIRMER).rejected("registration-not-submitted")


def test_a_target_is_held_as_the_goal_of_its_own_year_says() -> None:
    goals = (goal(HEALTH, 2024, "90", Direction.ABOUT), goal(HEALTH, 2025, "95", Direction.ABOVE))
    terms = OPENED.model_copy(update={"goals": goals})
    history = (terms, registered(HEALTH, 2024, "90"), registered(HEALTH, 2025, "96"), submitted())
    [confirmed] = REGISTRATION.decide(CONFIRM, REGISTRATION.fold(history), None, Context(DUE, CONFIRMER))
    assert [target["direction"] for target in confirmed.model_dump()["targets"]] == ["about", "above"]


COMMANDS = (
    some.sampled_from([OPEN, SUBMIT, CONFIRM, register(HEALTH, 2025, "96"), register(LATE, 2024, "1")])
    | some.just(register(PLAN, 2025, "110"))
    | some.builds(
        RegisterTarget,
        indicator=some.sampled_from([HEALTH, LATE, PLAN, "other"]),
        year=some.integers(2023, 2026),
        value=some.decimals(-10, 200, places=1),
    )
)
PEOPLE = some.sampled_from([HEAD, CONFIRMER])


@for_all(asked=some.lists(some.tuples(COMMANDS, PEOPLE), min_size=1, max_size=20))
def test_the_same_command_a_second_time_changes_nothing(asked: list[tuple[RegistrationCommand, UUID]]) -> None:
    history: list[Event] = [OPENED]
    for command, actor in asked:
        for turn in range(2):
            try:
                events = REGISTRATION.decide(command, REGISTRATION.fold(history), None, Context(DUE, actor))
            except Rejected:
                events = []
            assert not (turn and events)
            history += events
