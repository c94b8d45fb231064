"""Events of an appointment: an administrator whom the owner of the database has appointed, without a second person."""

from enum import StrEnum
from uuid import UUID

from contracts.exact import Day
from contracts.registry.base import RegistryEvent


class AppointmentReason(StrEnum):
    """Why the owner's hand was needed."""

    FIRST = "first"
    """The system begins: two are appointed, so that each has a second person."""
    NOBODY_LEFT = "nobody_left"
    NOBODY_REACHABLE = "nobody_reachable"
    NO_SECOND_PERSON = "no_second_person"
    """One administrator is there, whom nobody could confirm."""


class AdministratorAppointedByOwner(RegistryEvent):
    """Whoever holds the database has appointed an administrator; everyone concerned is told.

    `hand` is the person who did it, by id: the name stands in the erasable people directory. `document` is the number
    of the paper that says more.
    """

    appointment_id: UUID
    person_id: UUID
    unit_id: UUID
    since: Day
    hand: UUID
    reason: AppointmentReason
    document: str | None = None


AppointmentEvent = AdministratorAppointedByOwner
"""What may stand in the stream of an appointment."""
