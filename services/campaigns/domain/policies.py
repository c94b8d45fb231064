"""What campaigns does when something happens elsewhere: an event in, commands out."""

from collections.abc import Iterator
from uuid import UUID

from contracts.event import Event
from contracts.registry import RegistrationConfirmed
from services.campaigns.domain.scorecard import OpenScorecard, scorecard_id


def open_scorecard_when_a_registration_is_confirmed(event: Event) -> Iterator[tuple[UUID, OpenScorecard]]:
    """The scorecard to open and its targets, by the scorecard's id. Source: S002-17, S002-21."""
    match event:
        case RegistrationConfirmed(campaign_id=campaign, unit_id=unit, targets=targets):
            command = OpenScorecard(campaign_id=campaign, unit_id=unit, targets=targets)
            yield scorecard_id(campaign, unit), command
        case _:
            return
