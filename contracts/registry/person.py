"""Events of a person: known by an id, working somewhere, holding roles. Details are in `contracts.people`."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.exact import Count, Day, Flag
from contracts.registry.base import RegistryEvent


class Role(StrEnum):
    """What a person may do in a unit and the units below it, for a period. Source: B6, S001-17.

    The head answers (`unit_head`), with deputies, the Party and the mass organisations beside: roles of their own.
    """

    OFFICER = "officer"
    UNIT_HEAD = "unit_head"
    PROFESSIONAL_DEPARTMENT = "professional_department"
    CLUSTER_HEAD = "cluster_head"
    COUNCIL_MEMBER = "council_member"
    COUNCIL_CHAIR = "council_chair"
    COUNCIL_SECRETARY = "council_secretary"
    EMULATION_DEPARTMENT = "emulation_department"
    DIRECTOR_GENERAL = "director_general"
    COMMUNICATIONS = "communications"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    DEPUTY = "deputy"
    SECTOR_LEADER = "sector_leader"
    CLERK = "clerk"
    ACCOUNTANT = "accountant"
    COUNCIL_STANDING_MEMBER = "council_standing_member"
    COUNCIL_VICE_CHAIR = "council_vice_chair"
    COUNTING_MEMBER = "counting_member"
    TRADE_UNION = "trade_union"
    PARTY_REPRESENTATIVE = "party_representative"
    INSPECTOR = "inspector"


class StaffCategory(StrEnum):
    """Legal kind of employment."""

    CIVIL_SERVANT = "civil_servant"
    PUBLIC_EMPLOYEE = "public_employee"
    CONTRACT_WORKER = "contract_worker"


class LeavingReason(StrEnum):
    """How somebody leaves the sector; who only changes units is assigned anew."""

    RETIRED = "retired"
    DIED = "died"
    MOVED = "moved"
    RESIGNED = "resigned"


class PostKind(StrEnum):
    """A post beside the main one: held as well (kiêm nhiệm), or held for a time instead (biệt phái)."""

    SECOND = "second"
    SECONDED = "seconded"


class PersonEnrolled(RegistryEvent):
    """A person is known by an id; the details live in the erasable people directory."""

    person_id: UUID


class PersonAssigned(RegistryEvent):
    """A person works in a unit from a day on."""

    person_id: UUID
    unit_id: UUID
    category: StaffCategory
    works_directly: Flag
    since: Day


class RoleGranted(RegistryEvent):
    """A person holds a role in a unit and the units below it, from `since` to `until` (both included)."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: Day
    until: Day | None = None


class RoleRevoked(RegistryEvent):
    """A role granted earlier ends: its last day is the day before `on`."""

    takes_away: ClassVar[bool] = True
    person_id: UUID
    role: Role
    unit_id: UUID
    on: Day


class RoleCancelled(RegistryEvent):
    """A role granted from `since` on, a day that was not over yet, is held no longer: its one day is cut short too."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: Day


class AssignmentCorrected(RegistryEvent):
    """The assignment that began on `assigned_on` was entered wrong: this is how it was, from its first day."""

    person_id: UUID
    assigned_on: Day
    unit_id: UUID
    category: StaffCategory
    works_directly: Flag
    since: Day


class PersonLeft(RegistryEvent):
    """A person works in the sector no longer as of `on`; roles end by facts of their own. Source: B3.

    `unit_id` is where the person mainly worked last, None where nobody had said so.
    """

    takes_away: ClassVar[bool] = True
    person_id: UUID
    unit_id: UUID | None = None
    reason: LeavingReason
    on: Day


class LeavingCancelled(RegistryEvent):
    """That the person left was entered wrong; roles that ended meanwhile are to be granted anew."""

    person_id: UUID


class PersonReturned(RegistryEvent):
    """Who had left works in the sector again from a day on; where, the next assignment says."""

    person_id: UUID
    on: Day


class PostTaken(RegistryEvent):
    """A person holds a post beside the main one, from `since` to `until` (both included)."""

    person_id: UUID
    unit_id: UUID
    kind: PostKind
    since: Day
    until: Day | None = None


class PostEnded(RegistryEvent):
    """The post that began on `since` ends: its last day is the day before `on`; who was seconded is back from then."""

    person_id: UUID
    unit_id: UUID
    kind: PostKind
    since: Day
    on: Day


class PersonsJoined(RegistryEvent):
    """Two records are of one human: `into_id` stays, `person_id` counts no longer by itself. Source: B3."""

    takes_away: ClassVar[bool] = True
    person_id: UUID
    into_id: UUID


class PersonsParted(RegistryEvent):
    """Two records that had been joined are of two humans after all."""

    person_id: UUID
    into_id: UUID


class RemarkGiven(RegistryEvent):
    """The unit in which a person worked before has given its remark for a year's rating, by a paper. Source: B4."""

    person_id: UUID
    unit_id: UUID
    year: Count
    document: str


PersonEvent = (
    PersonEnrolled
    | PersonAssigned
    | AssignmentCorrected
    | PersonLeft
    | LeavingCancelled
    | PersonReturned
    | PostTaken
    | PostEnded
    | PersonsJoined
    | PersonsParted
    | RemarkGiven
    | RoleGranted
    | RoleRevoked
    | RoleCancelled
)
"""What may stand in the stream of a person: its `evolve` answers to each."""
