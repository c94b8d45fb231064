"""Events of a person: known by an id, working somewhere, holding roles. Details are in `contracts.people`."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.exact import Day, Flag
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


PersonEvent = PersonEnrolled | PersonAssigned | RoleGranted | RoleRevoked | RoleCancelled
"""What may stand in the stream of a person: its `evolve` answers to each."""
