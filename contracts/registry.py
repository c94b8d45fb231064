"""Events of registry: who exists, who holds which role, who pledges what."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, get_args
from uuid import UUID

from contracts.event import Audience, Event
from contracts.values import Goal, Period, Target, UnitKind


class Role(StrEnum):
    """What a person may do in a unit and the units below it, for a period."""

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


class StaffCategory(StrEnum):
    """Legal kind of employment."""

    CIVIL_SERVANT = "civil_servant"
    PUBLIC_EMPLOYEE = "public_employee"
    CONTRACT_WORKER = "contract_worker"


class UnitEstablished(Event):
    """A unit exists from a day on, below another one (the root has no parent)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None = None
    established_on: date


class UnitNameCorrected(Event):
    """A unit's name had been entered wrong; the right one holds from its first day. A renaming is another fact."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    name: str
    previous: str


class PersonEnrolled(Event):
    """A person is known by an id; the details live in the erasable people directory."""

    person_id: UUID


class PersonAssigned(Event):
    """A person works in a unit from a day on."""

    person_id: UUID
    unit_id: UUID
    category: StaffCategory
    works_directly: bool
    since: date


class RoleGranted(Event):
    """A person holds a role in a unit and the units below it, from `since` to `until` (both included)."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: date
    until: date | None = None


class RoleRevoked(Event):
    """A role granted earlier ends: its last day is the day before `on`."""

    person_id: UUID
    role: Role
    unit_id: UUID
    on: date


class RegistrationOpened(Event):
    """A unit is asked to register its targets for a campaign, on the terms stated here."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    unit_kind: UnitKind
    period: Period
    goals: tuple[Goal, ...]
    submit_before: date | None = None
    refuse_late: bool = False


class TargetRegistered(Event):
    """A unit has pledged a value for one indicator of a campaign. Source: S002 §5.1.1."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    value: Decimal


class TargetRevised(Event):
    """A unit has replaced a value it had pledged, before its registration was confirmed."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    value: Decimal
    previous: Decimal


class RegistrationSubmitted(Event):
    """A unit's head has sent its registration in; `late` when on or after the day it was due before."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    late: bool
    submitted_by: UUID | None = None


class RegistrationConfirmed(Event):
    """The targets are official from now on. Source: S002-17, S002-21."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]


UnitEvent = UnitEstablished | UnitNameCorrected
"""What may stand in the stream of a unit: its `evolve` answers to each."""

PersonEvent = PersonEnrolled | PersonAssigned | RoleGranted | RoleRevoked
"""What may stand in the stream of a person: its `evolve` answers to each."""

RegistrationEvent = (
    RegistrationOpened | TargetRegistered | TargetRevised | RegistrationSubmitted | RegistrationConfirmed
)
"""What may stand in the stream of a registration: its `evolve` answers to each."""

EVENTS: tuple[type[Event], ...] = (*get_args(UnitEvent), *get_args(PersonEvent), *get_args(RegistrationEvent))
