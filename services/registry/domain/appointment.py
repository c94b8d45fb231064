"""An appointment: an administrator whom the owner of the database appoints, for good reason and seen by everyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.decider import Command, Context, Decider
from contracts.registry import AdministratorAppointedByOwner, AppointmentEvent, AppointmentReason
from services.registry.domain.proposal import Number
from services.registry.domain.role_refusals import ADMINISTRATOR_EXISTS, OWN_ROLE, SECOND_EXISTS

_TWO: Final = 2


class AppointAdministrator(Command):
    """Appoint an administrator at the root, by a person's hand; `document` is the number of the paper that says why."""

    appointment_id: UUID
    person_id: UUID
    unit_id: UUID
    since: date
    hand: UUID
    reason: AppointmentReason
    document: Number | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """How many others are administrators today, and whether anybody else ever was."""

    administrators: int = 0
    ever: bool = False


def decide(
    command: AppointAdministrator, appointed: AdministratorAppointedByOwner | None, known: Known, _: Context
) -> Sequence[AppointmentEvent]:
    """The reason that is given must be so, where the facts can tell."""
    if appointed is not None:
        return []
    if command.hand == command.person_id:
        raise OWN_ROLE()
    match command.reason:
        case AppointmentReason.FIRST if known.ever:
            raise ADMINISTRATOR_EXISTS()
        case AppointmentReason.NOBODY_LEFT if known.administrators:
            raise ADMINISTRATOR_EXISTS()
        case AppointmentReason.NO_SECOND_PERSON if known.administrators >= _TWO:
            raise SECOND_EXISTS()
        case _:
            return [AdministratorAppointedByOwner(**command.model_dump())]


def evolve(_: AdministratorAppointedByOwner | None, event: AppointmentEvent) -> AdministratorAppointedByOwner | None:
    """The appointment, once it was made."""
    return event


APPOINTMENT: Final[Decider[AppointAdministrator, AdministratorAppointedByOwner | None, AppointmentEvent, Known]] = (
    Decider("appointment", None, decide, evolve)
)
