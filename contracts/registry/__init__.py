"""Events of registry: who exists, who holds which role, who pledges what."""

from contracts.event import Event, events_of
from contracts.registry.duty import Duty, DutyEvent, DutyExceptionAllowed, ExceptionReason
from contracts.registry.person import (
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    Role,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)
from contracts.registry.registration import (
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
)
from contracts.registry.unit import UnitEstablished, UnitEvent, UnitNameCorrected

__all__ = [
    "EVENTS",
    "Duty",
    "DutyEvent",
    "DutyExceptionAllowed",
    "ExceptionReason",
    "PersonAssigned",
    "PersonEnrolled",
    "PersonEvent",
    "RegistrationConfirmed",
    "RegistrationEvent",
    "RegistrationOpened",
    "RegistrationSubmitted",
    "Role",
    "RoleGranted",
    "RoleRevoked",
    "StaffCategory",
    "TargetRegistered",
    "TargetRevised",
    "UnitEstablished",
    "UnitEvent",
    "UnitNameCorrected",
]

EVENTS: tuple[type[Event], ...] = events_of(UnitEvent, PersonEvent, RegistrationEvent, DutyEvent)
