"""Read model of registry: how far its registrations have come."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    MovementsTied,
    OpinionAsked,
    OpinionRecorded,
    QualitativeProgressTold,
    QualitativeTargetSet,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationDayChanged,
    RegistrationEnteredAsHistory,
    RegistrationEvent,
    RegistrationFiledOnBehalf,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    SolutionSet,
    TargetAgreed,
    TargetObjected,
    TargetRegistered,
    TargetRevised,
    TargetWithdrawn,
)


class Status(StrEnum):
    """How far a registration has come."""

    OPEN = "open"
    APPRAISAL = "appraisal"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


class RegistrationRow(
    Row, named="registrations", key=("registration_id",), by=(("campaign_id", "unit_id"), ("unit_id",))
):
    """A registration: how many goals it was opened with, how many targets it holds, whether it came late, its version.

    `appraise_before` is the due day of those who appraise; `judge` is known once it was laid before somebody.
    """

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    status: Status
    submit_before: date | None
    goals: int
    targets: int
    late: bool | None
    appraise_before: date | None
    judge: Judge | None
    revision: int


def project_registrations(  # noqa: C901, PLR0912 - a line for each fact
    recorded: Recorded[RegistrationEvent],
) -> Iterable[Change]:
    """Rows of registrations."""
    event = recorded.data
    key = event.registration_id
    match event:
        case RegistrationOpened() as opened:
            yield RegistrationRow.put(
                key,
                campaign_id=opened.campaign_id,
                unit_id=opened.unit_id,
                status=Status.OPEN,
                submit_before=opened.submit_before,
                goals=len(opened.goals),
                targets=0,
                revision=1,
            )
        case RegistrationTermsChanged(submit_before=day, goals=goals):
            yield RegistrationRow.put(key, submit_before=day, goals=len(goals))
        case RegistrationDayChanged(submit_before=day):
            yield RegistrationRow.put(key, submit_before=day)
        case TargetRegistered():
            yield RegistrationRow.add(key, targets=1)
        case TargetWithdrawn():
            yield RegistrationRow.add(key, targets=-1)
        case DraftSentForAppraisal(appraise_before=due, judge=judge):
            yield RegistrationRow.put(key, status=Status.APPRAISAL, appraise_before=due, judge=judge)
        case AppraisalCompleted() | RegistrationApproved():
            yield RegistrationRow.put(key, status=Status.OPEN)
        case RegistrationSubmitted(late=late, judge=judge):
            yield RegistrationRow.put(key, status=Status.SUBMITTED, late=late, judge=judge)
        case RegistrationReturned():
            yield RegistrationRow.put(key, status=Status.RETURNED)
        case RegistrationConfirmed(revision=revision):
            yield RegistrationRow.put(key, status=Status.CONFIRMED, revision=revision)
        case RegistrationReopened(revision=revision):
            yield RegistrationRow.put(key, status=Status.REOPENED, revision=revision)
        case (
            TargetRevised() | TargetAgreed() | TargetObjected() | OpinionAsked()
            | OpinionRecorded() | QualitativeTargetSet() | QualitativeProgressTold() | SolutionSet() | MovementsTied()
            | RegistrationFiledOnBehalf() | RegistrationEnteredAsHistory()
        ):  # fmt: skip
            return
        case _:
            assert_never(event)


REGISTRATIONS: Final = Projection("registrations", 3, [RegistrationRow.table], project_registrations)
REGISTERED: Final = RegistrationRow.listing("campaign_id", "unit_id", "status", by="registration_id")
_OF_CAMPAIGN: Final = "select registration_id from registrations where campaign_id = $1"


async def of_campaign(pool: asyncpg.Pool, campaign: UUID) -> frozenset[UUID]:
    """Ids of all registrations that a campaign has opened."""
    return frozenset(UUID(int=row["registration_id"].int) for row in await pool.fetch(_OF_CAMPAIGN, campaign))
