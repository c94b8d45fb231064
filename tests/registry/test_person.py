"""Rules of Person: enrolment, assignments, roles."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.facts.decider import Context, Rejected
from chassis.organisation.organisation import ORGANISATION
from chassis.testing import Given, given, project_all
from contracts.event import Event
from contracts.registry import (
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)
from services.registry.domain.person import (
    PERSON,
    AssignPerson,
    EnrolPerson,
    GrantAgreedRole,
    GrantRole,
    Known,
    Person,
    PersonCommand,
    RevokeRole,
    TakeOffice,
)
from services.registry.domain.roles import nobody_from
from tests.registry.examples import ADMIN, PERSON_ID, PROVINCE, ROOT, granted, revoked

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
    person().when(EnrolPerson(person_id=PERSON_ID), on=START).then(ENROLLED)
    person(ENROLLED).when(EnrolPerson(person_id=PERSON_ID), on=START).nothing()


@pytest.mark.parametrize("command", [assign(), grant(), revoke(MARCH)])
def test_nothing_happens_to_a_person_who_is_not_enrolled(command: PersonCommand) -> None:
    person().when(command, on=START).rejected("person-not-enrolled")


@pytest.mark.parametrize("command", [assign(), grant()])
def test_an_unknown_unit_is_refused(command: PersonCommand) -> None:
    person(ENROLLED, unit=False).when(command, on=START).rejected("unit-unknown")


def test_a_person_is_assigned_from_one_unit_to_the_next() -> None:
    person(ENROLLED).when(assign(MARCH), on=START).then(ASSIGNED)
    person(ENROLLED, ASSIGNED).when(assign(MARCH), on=START).nothing()
    moved = ASSIGNED.model_copy(update={"since": JULY})
    person(ENROLLED, ASSIGNED).when(assign(JULY), on=START).then(moved)


def test_an_assignment_does_not_go_back_behind_the_present_one() -> None:
    person(ENROLLED, ASSIGNED).when(assign(START), on=START).rejected("assignment-before-present-one")


def test_a_role_is_granted_for_a_period() -> None:
    person(ENROLLED).when(grant(START, JULY), on=START).then(granted(START, JULY))
    person(ENROLLED).when(grant(START, START), on=START).then(granted(START, START))


def test_a_role_does_not_end_before_it_starts() -> None:
    person(ENROLLED).when(grant(MARCH, START), on=START).rejected("period-ends-before-it-starts")


def test_what_is_held_already_is_not_granted_again() -> None:
    person(ENROLLED, granted(START)).when(grant(MARCH, JULY), on=START).nothing()
    person(ENROLLED, granted(START, JULY)).when(grant(START, JULY), on=START).nothing()


def test_a_role_held_for_a_while_may_be_granted_for_longer() -> None:
    person(ENROLLED, granted(START, MARCH)).when(grant(START, JULY), on=START).then(granted(START, JULY))


def test_another_role_or_unit_is_another_grant() -> None:
    person(ENROLLED, granted(START, role=Role.UNIT_HEAD)).when(grant(), on=START).then(granted(START))
    elsewhere = granted(START).model_copy(update={"unit_id": ROOT})
    person(ENROLLED, elsewhere).when(grant(), on=START).then(granted(START))


def test_a_role_is_revoked_as_of_a_day() -> None:
    person(ENROLLED, granted(START)).when(revoke(MARCH), on=START).then(revoked(MARCH))
    person(ENROLLED, granted(START), revoked(JULY)).when(revoke(MARCH), on=START).then(revoked(MARCH))


def test_what_has_ended_is_not_revoked_again() -> None:
    person(ENROLLED, granted(START), revoked(MARCH)).when(revoke(JULY), on=START).nothing()
    person(ENROLLED, granted(START, MARCH)).when(revoke(JULY), on=START).nothing()


def test_a_role_that_was_never_held_is_not_revoked() -> None:
    person(ENROLLED, granted(START)).when(revoke(MARCH, Role.UNIT_HEAD), on=START).rejected("role-not-held")


def cancelled(since: date) -> RoleCancelled:
    return RoleCancelled(person_id=PERSON_ID, role=Role.OFFICER, unit_id=PROVINCE, since=since)


def test_a_role_of_today_or_later_is_cancelled_at_once() -> None:
    person(ENROLLED, granted(START)).when(revoke(START), on=START).then(cancelled(START))
    person(ENROLLED, granted(MARCH), granted(JULY)).when(revoke(START), on=START).then(
        cancelled(MARCH), cancelled(JULY)
    )
    both = person(ENROLLED, granted(START, MARCH), granted(JULY))
    both.when(revoke(MARCH), on=MARCH).then(revoked(MARCH), cancelled(JULY))
    both.when(revoke(JULY), on=MARCH).then(cancelled(JULY))


def test_what_was_cancelled_is_held_no_longer_and_may_be_granted_again() -> None:
    gone = person(ENROLLED, granted(START), cancelled(START))
    gone.when(revoke(START), on=START).nothing()
    gone.when(grant(START), on=START).then(granted(START))
    person(ENROLLED, granted(START), cancelled(START), granted(START)).when(grant(START), on=START).nothing()
    assert PERSON.fold([ENROLLED, granted(START), cancelled(START)]).roles.spans(Role.OFFICER, PROVINCE) == []


def test_after_a_revocation_the_role_starts_anew_on_its_day_or_later() -> None:
    ended = (ENROLLED, granted(START), revoked(MARCH))
    person(*ended).when(grant(MARCH), on=START).then(granted(MARCH))
    person(*ended).when(grant(START + timedelta(days=9)), on=START).rejected("role-revoked-meanwhile")


@pytest.mark.parametrize("command", [grant(), revoke(MARCH)])
def test_nobody_changes_roles_of_ones_own(command: PersonCommand) -> None:
    person(ENROLLED, granted(START)).when(command, by=PERSON_ID, on=START).rejected("own-role")
    agreed = GrantAgreedRole(person_id=PERSON_ID, role=Role.AUDITOR, unit_id=PROVINCE, since=START)
    person(ENROLLED).when(agreed, by=PERSON_ID, on=START).rejected("own-role")


@pytest.mark.parametrize("role", [Role.DIRECTOR_GENERAL, Role.EMULATION_DEPARTMENT])
def test_no_single_person_gives_the_roles_that_take_two(role: Role) -> None:
    wanted = grant().model_copy(update={"role": role})
    person(ENROLLED).when(wanted, by=ADMIN, on=START).rejected("second-person-needed")
    agreed = GrantAgreedRole(**wanted.model_dump())
    person(ENROLLED).when(agreed, by=ADMIN, on=START).then(granted(START, role=role))


def test_no_single_person_dates_a_grant_back_nor_lets_it_sleep_for_years() -> None:
    person(ENROLLED).when(grant(START), by=ADMIN, on=START + timedelta(days=1)).rejected("second-person-needed")
    late = START + timedelta(days=367)
    person(ENROLLED).when(grant(late), by=ADMIN, on=START).rejected("role-starts-too-late")
    person(ENROLLED).when(grant(late), by=ADMIN, on=START + timedelta(days=1)).then(granted(late))


def test_what_was_rightly_done_is_not_undone_by_a_revocation_of_before_today() -> None:
    held = person(ENROLLED, granted(START))
    held.when(revoke(MARCH), by=ADMIN, on=MARCH + timedelta(days=1)).rejected("revocation-backdated")
    held.when(revoke(MARCH), by=ADMIN, on=MARCH).then(revoked(MARCH))


OFFICE: dict[str, Any] = {"role": Role.EMULATION_DEPARTMENT, "unit_id": ROOT}
ADMINISTERS = RoleGranted(person_id=PERSON_ID, since=START, **OFFICE)


def administrator(*others: tuple[date, date]) -> Given[PersonCommand, Person, PersonEvent, Known]:
    known = Known(unit=True, root=ROOT, administrators=others)
    return given(PERSON, ENROLLED, ADMINISTERS).knowing(known)


def ends(on: date) -> RevokeRole:
    return RevokeRole(person_id=PERSON_ID, on=on, **OFFICE)


def test_the_last_administrator_stays() -> None:
    administrator().when(ends(MARCH), by=ADMIN, on=MARCH).rejected("last-administrator")
    administrator((START, date.max)).when(ends(MARCH), by=ADMIN, on=MARCH).then(RoleRevoked(**ends(MARCH).model_dump()))


@pytest.mark.parametrize(
    "others",
    [
        [(START, JULY)],  # who stays goes later
        [(JULY, date.max)],  # who comes is not there yet
        [(START, MARCH), (JULY, date.max)],  # nobody in between
        [(START, START)],  # who was
    ],
)
def test_somebody_is_administrator_on_every_day_to_come(others: list[tuple[date, date]]) -> None:
    administrator(*others).when(ends(MARCH), by=ADMIN, on=START).rejected("last-administrator")


def test_days_without_an_administrator_that_are_so_already_keep_nobody_in_office() -> None:
    until = given(PERSON, ENROLLED, ADMINISTERS.model_copy(update={"until": JULY}))
    known = Known(unit=True, root=ROOT, administrators=((START, JULY),))
    until.knowing(known).when(ends(MARCH), by=ADMIN, on=START).then(RoleRevoked(**ends(MARCH).model_dump()))
    assert nobody_from([(START, JULY)], MARCH) == JULY + timedelta(days=1)
    assert nobody_from([(START, JULY), (MARCH, date.max)], MARCH) is None
    assert nobody_from([], MARCH) == MARCH


def test_the_last_administrator_is_not_cancelled_either() -> None:
    administrator().when(ends(START), by=ADMIN, on=START).rejected("last-administrator")


def test_elsewhere_the_same_role_may_end_without_another() -> None:
    below = ADMINISTERS.model_copy(update={"unit_id": PROVINCE})
    end = ends(MARCH).model_copy(update={"unit_id": PROVINCE})
    known = Known(unit=True, root=ROOT)
    given(PERSON, ENROLLED, below).knowing(known).when(end, by=ADMIN, on=MARCH).then(RoleRevoked(**end.model_dump()))


def test_the_owner_s_hand_makes_an_administrator_of_whom_nobody_has_enrolled() -> None:
    office = TakeOffice(person_id=PERSON_ID, unit_id=ROOT, since=START)
    given(PERSON).knowing(Known()).when(office, by=ADMIN, on=START).then(ENROLLED, ADMINISTERS)
    given(PERSON, ENROLLED, ADMINISTERS).knowing(Known()).when(office, by=ADMIN, on=START).nothing()


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
