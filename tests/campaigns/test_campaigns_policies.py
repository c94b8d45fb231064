"""What campaigns does when something happens elsewhere."""

from datetime import date
from uuid import uuid4

from contracts.campaigns import ThingKind
from contracts.examples import example
from contracts.registry import RegistrationConfirmed, RegistrationTermsChanged
from services.campaigns.domain.deadline import Known, SetDeadline, deadline_id
from services.campaigns.domain.policies import (
    keep_the_deadline_of_a_registration,
    open_scorecard_when_a_registration_is_confirmed,
)
from services.campaigns.domain.scorecard import OpenScorecard
from tests.campaigns.examples import CAMPAIGN_ID, CARD, TARGETS, UNIT


def test_a_confirmed_registration_opens_the_units_scorecard() -> None:
    confirmed = RegistrationConfirmed(registration_id=uuid4(), campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS)
    assert open_scorecard_when_a_registration_is_confirmed(confirmed) == (
        CARD,
        OpenScorecard(campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS),
    )


def test_a_registrations_deadline_follows_the_day_of_its_campaign_and_nothing_else_of_its_terms() -> None:
    changed = example(RegistrationTermsChanged)
    key = deadline_id(changed.registration_id, changed.unit_id)
    assert keep_the_deadline_of_a_registration(changed, date(2024, 11, 20)) == (
        key,
        SetDeadline(
            unit_id=changed.unit_id,
            campaign_id=changed.campaign_id,
            thing_kind=ThingKind.REGISTRATION,
            thing_id=changed.registration_id,
            before=date(2024, 12, 15),
            instead_of=date(2024, 11, 30),
        ),
        Known(),
    )
    same = changed.model_copy(update={"previous_day": changed.register_before})
    assert keep_the_deadline_of_a_registration(same, date(2024, 11, 20)) is None
