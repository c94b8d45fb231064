"""A person, known by an id alone: enrolled once, assigned to units, holding roles for periods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from chassis.decider import Command, Context, Decider, Rejected
from contracts.event import Event
from contracts.registry import PersonAssigned, PersonEnrolled, Role, RoleGranted, RoleRevoked, StaffCategory


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
    """End a role; its last day is the day before `on`."""

    person_id: UUID
    role: Role
    unit_id: UUID
    on: date


PersonCommand = EnrolPerson | AssignPerson | GrantRole | RevokeRole


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person."""

    enrolled: bool = False
    assigned: PersonAssigned | None = None
    grants: frozenset[RoleGranted] = frozenset()


def decide(command: PersonCommand, person: Person, _: Context) -> Sequence[Event]:
    """Who works where and holds what."""
    match command:
        case EnrolPerson():
            return [] if person.enrolled else [PersonEnrolled(person_id=command.person_id)]
        case _ if not person.enrolled:
            raise Rejected(
                "person-not-enrolled",
                "Chưa có người này trong hệ thống; hãy đăng ký người trước.",
                "This person is not known yet; enrol the person first.",
            )
        case AssignPerson():
            assigned = PersonAssigned(**command.model_dump())
            return [] if person.assigned == assigned else [assigned]
        case GrantRole():
            if command.until is not None and command.until < command.since:
                raise Rejected(
                    "period-ends-before-it-starts",
                    "Ngày kết thúc vai trò trước ngày bắt đầu; hãy sửa lại thời hạn.",
                    "The role would end before it starts; correct its period.",
                )
            granted = RoleGranted(**command.model_dump())
            return [] if granted in person.grants else [granted]
        case RevokeRole():
            held = any((g.role, g.unit_id) == (command.role, command.unit_id) for g in person.grants)
            return [RoleRevoked(**command.model_dump())] if held else []
        case _:
            assert_never(command)


def evolve(person: Person, event: Event) -> Person:
    """State after one fact."""
    match event:
        case PersonEnrolled():
            return replace(person, enrolled=True)
        case PersonAssigned():
            return replace(person, assigned=event)
        case RoleGranted():
            return replace(person, grants=person.grants | {event})
        case RoleRevoked():
            kept = {g for g in person.grants if (g.role, g.unit_id) != (event.role, event.unit_id)}
            return replace(person, grants=frozenset(kept))
        case _:
            return person


PERSON: Decider[PersonCommand, Person] = Decider("person", Person(), decide, evolve)
