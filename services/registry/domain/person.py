"""A person, known by an id alone: enrolled once, assigned to units, holding roles for periods."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.decider import Command, Context, Decider, Rejected
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
from services.registry.domain.role_refusals import SECOND_PERSON
from services.registry.domain.roles import (
    ADMINISTRATOR,
    Roles,
    Span,
    grant,
    not_ones_own,
    not_too_late,
    revoke,
    second_person,
    somebody_is_left,
)
from services.registry.domain.unit import unit_unknown
from services.registry.reference import ROLE_RULES


class EnrolPerson(Command):
    """Make a person known."""

    person_id: UUID


class AssignPerson(Command):
    """Say where a person works from a day on."""

    person_id: UUID
    unit_id: UUID
    category: StaffCategory
    works_directly: bool
    since: date


class GrantRole(Command):
    """Give a person a role in a unit and the units below it, both days included."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: date
    until: date | None = None


class RevokeRole(Command):
    """End a role as of a day: its last one is the day before; one that begins on that day or later is cancelled."""

    person_id: UUID
    role: Role
    unit_id: UUID
    on: date


class GrantAgreedRole(Command):
    """Give a person a role on which two have agreed: no rule about a second person is left to be asked."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: date
    until: date | None = None


class TakeOffice(Command):
    """Make a person an administrator by the owner's hand; who is not known yet is enrolled."""

    person_id: UUID
    unit_id: UUID
    since: date


PersonCommand = EnrolPerson | AssignPerson | GrantRole | GrantAgreedRole | RevokeRole | TakeOffice


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person."""

    enrolled: bool = False
    assigned: PersonAssigned | None = None
    roles: Roles = field(default_factory=Roles)


@dataclass(frozen=True, slots=True)
class Known:
    """Whether there is a unit such as the command names; the root, and when others are administrators there."""

    unit: bool = False
    root: UUID | None = None
    administrators: tuple[Span, ...] = ()


def decide(command: PersonCommand, person: Person, known: Known, context: Context) -> Sequence[PersonEvent]:
    """Who works where and holds what."""
    match command:
        case EnrolPerson():
            return [] if person.enrolled else [PersonEnrolled(person_id=command.person_id)]
        case TakeOffice(person_id=key):
            enrolled = [] if person.enrolled else [PersonEnrolled(person_id=key)]
            return [*enrolled, *grant(RoleGranted(**command.model_dump(), role=ADMINISTRATOR), person.roles)]
        case _ if not person.enrolled:
            raise Rejected(
                "person-not-enrolled",
                "Chưa có người này trong hệ thống; hãy đăng ký người trước.",
                "This person is not known yet; enrol the person first.",
            )
        case AssignPerson() | GrantRole() | GrantAgreedRole() if not known.unit:
            raise unit_unknown(command.unit_id)
        case AssignPerson():
            return _assign(PersonAssigned(**command.model_dump()), person)
        case GrantRole() | GrantAgreedRole():
            return _grant(command, person, context)
        case RevokeRole():
            return _revoke(command, person, known, context)
        case _:
            assert_never(command)


def _grant(command: GrantRole | GrantAgreedRole, person: Person, context: Context) -> Sequence[PersonEvent]:
    not_ones_own(command.person_id, context)
    rule, today = ROLE_RULES.on(context.occurred_on), context.occurred_on
    if isinstance(command, GrantRole) and second_person(command.role, command.since, rule, today):
        raise SECOND_PERSON()
    not_too_late(command.since, rule, today)
    return grant(RoleGranted(**command.model_dump()), person.roles)


def _revoke(command: RevokeRole, person: Person, known: Known, context: Context) -> Sequence[PersonEvent]:
    not_ones_own(command.person_id, context)
    events = revoke(RoleRevoked(**command.model_dump()), person.roles, context.occurred_on)
    if events and (command.role, command.unit_id) == (ADMINISTRATOR, known.root):
        own = [each.roles.spans(command.role, command.unit_id) for each in (person, PERSON.fold(events, person))]
        before, after = ((*known.administrators, *spans) for spans in own)
        somebody_is_left(before, after, context.occurred_on)
    return events


def _assign(wanted: PersonAssigned, person: Person) -> Sequence[PersonEvent]:
    if person.assigned == wanted:
        return []
    if person.assigned is not None and wanted.since < person.assigned.since:
        raise Rejected(
            "assignment-before-present-one",
            f"Người này đã được phân công từ ngày {person.assigned.since:%d/%m/%Y}; hãy chọn ngày không sớm hơn.",
            f"This person has been assigned since {person.assigned.since}; choose that day or a later one.",
        )
    return [wanted]


def evolve(person: Person, event: PersonEvent) -> Person:
    """State after one fact."""
    match event:
        case PersonEnrolled():
            return replace(person, enrolled=True)
        case PersonAssigned():
            return replace(person, assigned=event)
        case RoleGranted():
            return replace(person, roles=replace(person.roles, granted=(*person.roles.granted, event)))
        case RoleRevoked():
            return replace(person, roles=replace(person.roles, revoked=(*person.roles.revoked, event)))
        case RoleCancelled():
            return replace(person, roles=person.roles.without(event))
        case _:
            assert_never(event)


PERSON: Final[Decider[PersonCommand, Person, PersonEvent, Known]] = Decider("person", Person(), decide, evolve)
