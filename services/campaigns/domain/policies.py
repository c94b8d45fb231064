"""What campaigns does when something happens elsewhere: an event in, commands out."""

from uuid import UUID

from contracts.registry import RegistrationConfirmed
from services.campaigns.domain.scorecard import OpenScorecard, scorecard_id


def open_scorecard_when_a_registration_is_confirmed(confirmed: RegistrationConfirmed) -> tuple[UUID, OpenScorecard]:
    """The scorecard to open, by its id, and with which targets. Source: S002-17, S002-21."""
    campaign, unit = confirmed.campaign_id, confirmed.unit_id
    return scorecard_id(campaign, unit), OpenScorecard(campaign_id=campaign, unit_id=unit, targets=confirmed.targets)
