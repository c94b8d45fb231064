"""What campaigns does when something happens: an event in, commands out."""

from datetime import date
from uuid import UUID

from contracts.campaigns import ThingKind
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    RegistrationTermsChanged,
)
from services.campaigns.domain.deadline import Known, MeetDeadline, SetDeadline, deadline_id
from services.campaigns.domain.scorecard import OpenScorecard, scorecard_id


def open_scorecard_when_a_registration_is_confirmed(confirmed: RegistrationConfirmed) -> tuple[UUID, OpenScorecard]:
    """The scorecard to open, or to hold against other targets, by its id. Source: S002-17, S002-21, B11."""
    campaign, unit = confirmed.campaign_id, confirmed.unit_id
    return scorecard_id(campaign, unit), OpenScorecard(
        campaign_id=campaign,
        unit_id=unit,
        targets=confirmed.targets,
        revision=confirmed.revision,
        change=confirmed.change,
    )


def keep_the_deadline_of_a_registration(
    event: RegistrationOpened | RegistrationTermsChanged | RegistrationSubmitted, on: date
) -> tuple[UUID, SetDeadline | MeetDeadline, Known] | None:
    """The deadline that a registration sets, moves with its campaign, or meets on a day, by its id.

    None for one without a day. Source: B18.
    """
    key = deadline_id(event.registration_id, event.unit_id)
    if isinstance(event, RegistrationSubmitted):
        return key, MeetDeadline(on=on), Known(met_by=event.submitted_by)
    before, instead = event.submit_before, None
    if isinstance(event, RegistrationTermsChanged):
        before, instead = event.register_before, event.previous_day
    if before is None or before == instead:
        return None
    wanted = SetDeadline(
        unit_id=event.unit_id,
        campaign_id=event.campaign_id,
        thing_kind=ThingKind.REGISTRATION,
        thing_id=event.registration_id,
        before=before,
        instead_of=instead,
    )
    return key, wanted, Known()
