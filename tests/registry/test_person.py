"""Rules of Person: enrolment, assignments, roles."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.facts.decider import Context, Rejected
from chassis.organisation.organisation import ORGANISATION
from chassis.testing import Given, given, project_all
from contracts.event import Event
from contracts.registry import PersonAssigned, PersonEnrolled, PersonEvent, Role, StaffCategory
from services.registry.domain.person import (
    PERSON,
    AssignPerson,
    EnrolPerson,
    GrantRole,
    Known,
    Person,
    PersonCommand,
    RevokeRole,
)
from tests.registry.examples import PERSON_ID, PROVINCE, ROOT, granted, revoked

ENROLLED = PersonEnrolled(person_id=PERSON_ID)
START = date(2024, 1, 1)
MARCH = date(2024, 3, 1)
JULY = date(2024, 7, 1)


def grant(since: date = START, until: date | None = None) -> GrantRole:
    return GrantRole(person_id=PERSON_ID, role=Role.OFFICER, unit_id=PROVINCE, since=since, until=until)


def person(*history: Event, unit: bool = True) -> Given[PersonCommand, Person, PersonEvent, Known]:
    """A person's stream, in an organisation that has the unit or has it not."""
    return given(PERSON, *history).knowing(Known(unit=unit))


def revoke(on: date, role: Role = Role.OFFICER) -> RevokeRole:
    return RevokeRole(person_id=PERSON_ID, role=role, unit_id=PROVINCE, on=on)


def assign(since: date = START, *, directly: bool = True) -> AssignPerson:
    return AssignPerson(
        person_id=PERSON_ID,
        unit_id=PROVINCE,
        category=StaffCategory.PUBLIC_EMPLOYEE,
        works_directly=directly,
        since=since,
    )


ASSIGNED = PersonAssigned(
    person_id=PERSON_ID,
    unit_id=PROVINCE,
    category=StaffCategory.PUBLIC_EMPLOYEE,
    works_directly=True,
    since=MARCH,
)


def test_a_person_is_enrolled_once() -> None:
    person().when(EnrolPerson(person_id=PERSON_ID)).then(ENROLLED)
    person(ENROLLED).when(EnrolPerson(person_id=PERSON_ID)).nothing()


@pytest.mark.parametrize("command", [assign(), grant(), revoke(MARCH)])
def test_nothing_happens_to_a_person_who_is_not_enrolled(command: PersonCommand) -> None:
    person().when(command).rejected("person-not-enrolled")


@pytest.mark.parametrize("command", [assign(), grant()])
def test_an_unknown_unit_is_refused(command: PersonCommand) -> None:
    person(ENROLLED, unit=False).when(command).rejected("unit-unknown")


def test_a_person_is_assigned_from_one_unit_to_the_next() -> None:
    person(ENROLLED).when(assign(MARCH)).then(ASSIGNED)
    person(ENROLLED, ASSIGNED).when(assign(MARCH)).nothing()
    moved = ASSIGNED.model_copy(update={"since": JULY})
    person(ENROLLED, ASSIGNED).when(assign(JULY)).then(moved)


def test_an_assignment_does_not_go_back_behind_the_present_one() -> None:
    person(ENROLLED, ASSIGNED).when(assign(START)).rejected("assignment-before-present-one")


def test_a_role_is_granted_for_a_period() -> None:
    person(ENROLLED).when(grant(START, JULY)).then(granted(START, JULY))
    person(ENROLLED).when(grant(START, START)).then(granted(START, START))


def test_a_role_does_not_end_before_it_starts() -> None:
    person(ENROLLED).when(grant(MARCH, START)).rejected("period-ends-before-it-starts")


def test_what_is_held_already_is_not_granted_again() -> None:
    person(ENROLLED, granted(START)).when(grant(MARCH, JULY)).nothing()
    person(ENROLLED, granted(START, JULY)).when(grant(START, JULY)).nothing()


def test_a_role_held_for_a_while_may_be_granted_for_longer() -> None:
    person(ENROLLED, granted(START, MARCH)).when(grant(START, JULY)).then(granted(START, JULY))


def test_another_role_or_unit_is_another_grant() -> None:
    person(ENROLLED, granted(START, role=Role.UNIT_HEAD)).when(grant()).then(granted(START))
    elsewhere = granted(START).model_copy(update={"unit_id": ROOT})
    person(ENROLLED, elsewhere).when(grant()).then(granted(START))


def test_a_role_is_revoked_as_of_a_day() -> None:
    person(ENROLLED, granted(START)).when(revoke(MARCH)).then(revoked(MARCH))
    person(ENROLLED, granted(START), revoked(JULY)).when(revoke(MARCH)).then(revoked(MARCH))


def test_what_has_ended_is_not_revoked_again() -> None:
    person(ENROLLED, granted(START), revoked(MARCH)).when(revoke(JULY)).nothing()
    person(ENROLLED, granted(START, MARCH)).when(revoke(JULY)).nothing()


def test_a_role_that_was_never_held_is_not_revoked() -> None:
    person(ENROLLED, granted(START)).when(revoke(MARCH, Role.UNIT_HEAD)).rejected("role-not-held")


@pytest.mark.parametrize("on", [START, START - timedelta(days=1)])
def test_a_role_is_not_revoked_as_of_its_first_day(on: date) -> None:
    person(ENROLLED, granted(START)).when(revoke(on)).rejected("role-ends-before-it-starts")


def test_after_a_revocation_the_role_starts_anew_on_its_day_or_later() -> None:
    ended = (ENROLLED, granted(START), revoked(MARCH))
    person(*ended).when(grant(MARCH)).then(granted(MARCH))
    person(*ended).when(grant(START + timedelta(days=9))).rejected("role-revoked-meanwhile")


DAYS = some.dates(START, START + timedelta(days=9))
COMMANDS = (
    some.just(EnrolPerson(person_id=PERSON_ID))
    | some.builds(assign, since=DAYS, directly=some.booleans())
    | some.builds(grant, since=DAYS, until=some.none() | DAYS)
    | some.builds(revoke, on=DAYS, role=some.sampled_from([Role.OFFICER, Role.UNIT_HEAD]))
)


def facts_of(commands: list[PersonCommand]) -> list[Event]:
    """What is recorded when each command is sent twice; the second time nothing may follow."""
    history: list[Event] = []
    for command in commands:
        for turn in range(2):
            try:
                events = PERSON.decide(command, PERSON.fold(history), Known(unit=True), Context(occurred_on=START))
            except Rejected:
                events = []
            assert not (turn and events)
            history += events
    return history


@for_all(commands=some.lists(COMMANDS, max_size=12))
def test_the_same_command_a_second_time_changes_nothing(commands: list[PersonCommand]) -> None:
    facts = facts_of([EnrolPerson(person_id=PERSON_ID), *commands])
    assert all(former != latter for former, latter in pairwise(facts))


@for_all(commands=some.lists(COMMANDS, max_size=12))
def test_the_rules_and_the_access_table_agree_on_what_is_held(commands: list[PersonCommand]) -> None:
    facts = facts_of([EnrolPerson(person_id=PERSON_ID), *commands])
    tables = project_all(ORGANISATION, *facts)
    ends = [on for (_, role, _, on) in tables["organisation_revocations"] if role == Role.OFFICER]
    for number in range(12):
        day = START + timedelta(days=number)
        held = any(
            role == Role.OFFICER
            and since <= day <= (row["until"] or date.max)
            and not any(since < on <= day for on in ends if isinstance(on, date))
            for (_, role, _, since), row in tables["organisation_roles"].items()
            if isinstance(since, date)
        )
        spans = PERSON.fold(facts).roles.spans(Role.OFFICER, PROVINCE)
        assert held == any(first <= day <= last for first, last in spans)
