"""A person, known by an id alone: enrolled once, assigned to units, holding roles for periods."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Day, Truth, Year
from contracts.registry import (
    AssignmentCorrected,
    LeavingReason,
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    PersonsJoined,
    PersonsParted,
    PostKind,
    PostTaken,
    RemarkGiven,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)
from services.registry.domain import employment
from services.registry.domain.employment import Work
from services.registry.domain.person_refusals import INTO_UNFIT, JOINED, NOT_JOINED, SAME_RECORD
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


class CorrectAssignment(Command):
    """Put an assignment right that was entered wrong: the one that began on `assigned_on`."""

    person_id: UUID
    assigned_on: Day
    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class LeavePerson(Command):
    """Say that a person works in the sector no longer as of a day: all roles end with it."""

    person_id: UUID
    reason: LeavingReason
    on: Day


class CancelLeaving(Command):
    """Take back that a person left, which was entered wrong."""

    person_id: UUID


class ReturnPerson(Command):
    """Say that who had left works here again."""

    person_id: UUID
    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class TakePost(Command):
    """Say that a person holds a second post, or is seconded, in another unit."""

    person_id: UUID
    unit_id: UUID
    kind: PostKind
    since: Day
    until: Day | None = None


class EndPost(Command):
    """End a second post or secondment: its last day is the day before `on`."""

    person_id: UUID
    unit_id: UUID
    kind: PostKind
    on: Day


class JoinPersons(Command):
    """Say that this record is of the same human as another one, which stays; its roles end."""

    person_id: UUID
    into_id: UUID


class PartPersons(Command):
    """Say that a joined record is of another human after all; its roles are to be granted anew."""

    person_id: UUID


class GiveRemark(Command):
    """Note the paper with which a unit remarks on a person's work there, for a year's rating."""

    person_id: UUID
    unit_id: UUID
    year: Year
    document: str


PersonCommand = (
    EnrolPerson
    | AssignPerson
    | CorrectAssignment
    | LeavePerson
    | CancelLeaving
    | ReturnPerson
    | TakePost
    | EndPost
    | JoinPersons
    | PartPersons
    | GiveRemark
    | GrantRole
    | GrantAgreedRole
    | RevokeRole
    | TakeOffice
)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person."""

    enrolled: bool = False
    work: Work = field(default_factory=Work)
    roles: Roles = field(default_factory=Roles)


@dataclass(frozen=True, slots=True)
class Known:
    """Whether there is a unit, or other record, such as the command names; the root, and when others administer it."""

    unit: bool = False
    other: bool = False
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
        case JoinPersons() | PartPersons():
            return _joined(command, person, known, context)
        case RevokeRole():
            return _revoke(command, person, known, context)
        case _ if person.work.into is not None:
            raise JOINED()
        case _:
            return _of_one(command, person, known, context)


Placed = AssignPerson | CorrectAssignment | ReturnPerson | TakePost | GrantRole | GrantAgreedRole
"""Commands that name a unit, which has to be there."""


def _of_one(
    command: Placed | LeavePerson | CancelLeaving | EndPost | GiveRemark, person: Person, known: Known, context: Context
) -> Sequence[PersonEvent]:
    """What happens to a person whose record counts by itself."""
    if isinstance(command, Placed) and not known.unit:
        raise unit_unknown(command.unit_id)
    match command:
        case GrantRole() | GrantAgreedRole():
            return _grant(command, person, context)
        case LeavePerson(person_id=key, reason=reason, on=on):
            left = employment.leave(reason, on, key, person.work, context.occurred_on)
            dies = reason is LeavingReason.DIED
            return [*left, *_roles_end(person, known, context, key, on, dies=dies)] if left else []
        case CancelLeaving(person_id=key):
            return employment.cancel(key, person.work)
        case GiveRemark():
            return employment.remark(RemarkGiven(**command.model_dump()), person.work)
        case _:
            return _work(command, person.work)


def _work(
    command: AssignPerson | CorrectAssignment | ReturnPerson | TakePost | EndPost, work: Work
) -> Sequence[PersonEvent]:
    match command:
        case AssignPerson():
            return employment.assign(PersonAssigned(**command.model_dump()), work)
        case CorrectAssignment():
            return employment.correct(AssignmentCorrected(**command.model_dump()), work)
        case ReturnPerson():
            return employment.come_back(PersonAssigned(**command.model_dump()), work)
        case TakePost():
            return employment.take_post(PostTaken(**command.model_dump()), work)
        case EndPost(person_id=key, unit_id=unit, kind=kind, on=on):
            return employment.end_post(key, unit, kind, on, work)
        case _:
            assert_never(command)


def _grant(command: GrantRole | GrantAgreedRole, person: Person, context: Context) -> Sequence[PersonEvent]:
    not_ones_own(command.person_id, context)
    rule, today = ROLE_RULES.on(context.occurred_on), context.occurred_on
    if isinstance(command, GrantRole) and second_person(command.role, command.since, rule, today):
        raise SECOND_PERSON()
    not_too_late(command.since, rule, today)
    employment.still_there(person.work, command.until)
    return grant(RoleGranted(**command.model_dump()), person.roles)


def _revoke(command: RevokeRole, person: Person, known: Known, context: Context) -> Sequence[PersonEvent]:
    not_ones_own(command.person_id, context)
    events = revoke(RoleRevoked(**command.model_dump()), person.roles, context.occurred_on)
    if events and (command.role, command.unit_id) == (ADMINISTRATOR, known.root):
        own = [each.roles.spans(command.role, command.unit_id) for each in (person, PERSON.fold(events, person))]
        before, after = ((*known.administrators, *spans) for spans in own)
        somebody_is_left(before, after, context.occurred_on)
    return events


def _roles_end(
    person: Person, known: Known, context: Context, key: UUID, on: date, *, dies: bool = False
) -> Sequence[PersonEvent]:
    """All roles end with a leaving or a joining, never as of a day before today: what was done stays rightly done.

    The last administrator does not go before there is another one, but by death.
    """
    not_ones_own(key, context)
    today, events = context.occurred_on, list[PersonEvent]()
    for role, unit in sorted({(each.role, each.unit_id) for each in person.roles.granted}, key=str):
        wanted = RoleRevoked(person_id=key, role=role, unit_id=unit, on=max(on, today))
        events += revoke(wanted, person.roles, today)
    if known.root is not None and not dies:
        after = PERSON.fold(events, person)
        own = [each.roles.spans(ADMINISTRATOR, known.root) for each in (person, after)]
        before, left = ((*known.administrators, *spans) for spans in own)
        somebody_is_left(before, left, today)
    return events


def _joined(
    command: JoinPersons | PartPersons, person: Person, known: Known, context: Context
) -> Sequence[PersonEvent]:
    into, key = person.work.into, command.person_id
    if isinstance(command, PartPersons):
        if into is None:
            raise NOT_JOINED()
        return [PersonsParted(person_id=key, into_id=into)]
    if into is not None:
        if command.into_id == into:
            return []
        raise JOINED()
    if command.into_id == key:
        raise SAME_RECORD()
    if not known.other:
        raise INTO_UNFIT()
    return [PersonsJoined(**command.model_dump()), *_roles_end(person, known, context, key, context.occurred_on)]


def evolve(person: Person, event: PersonEvent) -> Person:
    """State after one fact."""
    match event:
        case PersonEnrolled():
            return replace(person, enrolled=True)
        case RoleGranted():
            return replace(person, roles=replace(person.roles, granted=(*person.roles.granted, event)))
        case RoleRevoked():
            return replace(person, roles=replace(person.roles, revoked=(*person.roles.revoked, event)))
        case RoleCancelled():
            return replace(person, roles=person.roles.without(event))
        case _:
            return replace(person, work=person.work.after(event))


PERSON: Final[Decider[PersonCommand, Person, PersonEvent, Known]] = Decider("person", Person(), decide, evolve)
