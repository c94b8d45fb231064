"""Read model of registry: how far its registrations have come."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
)


class Status(StrEnum):
    """How far a registration has come."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"


class RegistrationRow(
    Row, named="registrations", key=("registration_id",), by=(("campaign_id", "unit_id"), ("unit_id",))
):
    """A registration: how many goals it was opened with, how many targets it holds, whether it came late."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    status: Status
    submit_before: date | None
    goals: int
    targets: int
    late: bool | None


def project_registrations(recorded: Recorded[RegistrationEvent]) -> Iterable[Change]:
    """Rows of registrations."""
    match event := recorded.data:
        case RegistrationOpened() as opened:
            yield RegistrationRow.put(
                opened.registration_id,
                campaign_id=opened.campaign_id,
                unit_id=opened.unit_id,
                status=Status.OPEN,
                submit_before=opened.submit_before,
                goals=len(opened.goals),
                targets=0,
            )
        case TargetRegistered(registration_id=key):
            yield RegistrationRow.add(key, targets=1)
        case RegistrationSubmitted(registration_id=key, late=late):
            yield RegistrationRow.put(key, status=Status.SUBMITTED, late=late)
        case RegistrationConfirmed(registration_id=key):
            yield RegistrationRow.put(key, status=Status.CONFIRMED)
        case TargetRevised():
            return
        case _:
            assert_never(event)


REGISTRATIONS: Final = Projection("registrations", 1, [RegistrationRow.table], project_registrations)
REGISTERED: Final = RegistrationRow.listing("campaign_id", "unit_id", "status", by="registration_id")
