"""What campaigns does when something happens elsewhere."""

from uuid import uuid4

from contracts.registry import RegistrationConfirmed
from services.campaigns.domain.policies import open_scorecard_when_a_registration_is_confirmed
from services.campaigns.domain.scorecard import OpenScorecard
from tests.campaigns.examples import CAMPAIGN_ID, CARD, TARGETS, UNIT


def test_a_confirmed_registration_opens_the_units_scorecard() -> None:
    confirmed = RegistrationConfirmed(registration_id=uuid4(), campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS)
    assert open_scorecard_when_a_registration_is_confirmed(confirmed) == (
        CARD,
        OpenScorecard(campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS),
    )
