"""Events of registry: who exists, who holds which role, who pledges what."""

from contracts.event import Event, events_of
from contracts.registry.appointment import AdministratorAppointedByOwner, AppointmentEvent, AppointmentReason
from contracts.registry.duty import Duty, DutyEvent, DutyExceptionAllowed, ExceptionReason
from contracts.registry.headcount import HeadcountCorrected, HeadcountEvent, HeadcountReported, Heads
from contracts.registry.person import (
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)
from contracts.registry.proposal import (
    Backdating,
    ProposalEvent,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
)
from contracts.registry.registration import (
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
)
from contracts.registry.signing import SigningDelegated, SigningEnded, SigningEvent
from contracts.registry.unit import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)

__all__ = [
    "EVENTS",
    "AdministratorAppointedByOwner",
    "AppointmentEvent",
    "AppointmentReason",
    "Backdating",
    "DutiesTakenOver",
    "Duty",
    "DutyEvent",
    "DutyExceptionAllowed",
    "ExceptionReason",
    "HeadcountCorrected",
    "HeadcountEvent",
    "HeadcountReported",
    "Heads",
    "PersonAssigned",
    "PersonEnrolled",
    "PersonEvent",
    "ProposalEvent",
    "RegistrationConfirmed",
    "RegistrationEvent",
    "RegistrationOpened",
    "RegistrationSubmitted",
    "Role",
    "RoleCancelled",
    "RoleGranted",
    "RoleProposalConfirmed",
    "RoleProposalDeclined",
    "RoleProposalWithdrawn",
    "RoleProposed",
    "RoleRevoked",
    "SigningDelegated",
    "SigningEnded",
    "SigningEvent",
    "StaffCategory",
    "TargetRegistered",
    "TargetRevised",
    "UnitChangeWithdrawn",
    "UnitDissolved",
    "UnitEstablished",
    "UnitEvent",
    "UnitJoinedBloc",
    "UnitLeftBloc",
    "UnitMerged",
    "UnitMoved",
    "UnitNameCorrected",
    "UnitRenamed",
    "UnitSplit",
]

EVENTS: tuple[type[Event], ...] = events_of(
    UnitEvent,
    PersonEvent,
    RegistrationEvent,
    DutyEvent,
    ProposalEvent,
    AppointmentEvent,
    SigningEvent,
    HeadcountEvent,
)
