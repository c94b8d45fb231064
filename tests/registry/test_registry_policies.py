"""Reactions of registry."""

from chassis.testing import given
from contracts.campaigns import CampaignAnnounced, Terms
from contracts.values import UnitKind
from services.registry.domain.policies import open_registrations_when_a_campaign_begins
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.domain.unit import unit_id
from tests.registry.examples import CAMPAIGN, DUE, LAUNCHED, OPENED, PROVINCE

DISTRICT = unit_id("P01-D001")
OFFICE = unit_id("TST")
UNITS = [(PROVINCE, UnitKind.PROVINCIAL), (DISTRICT, UnitKind.DISTRICT), (OFFICE, UnitKind.CENTRAL_DEPARTMENT)]


def test_each_unit_of_the_audience_is_asked_on_the_campaigns_terms() -> None:
    asked = dict(open_registrations_when_a_campaign_begins(LAUNCHED, UNITS))
    assert list(asked) == [registration_id(CAMPAIGN, PROVINCE), registration_id(CAMPAIGN, DISTRICT)]
    assert asked[REGISTRATION_OF_PROVINCE].terms == OPENED


def test_only_the_goals_of_its_kind_apply_to_a_unit() -> None:
    _, district = open_registrations_when_a_campaign_begins(LAUNCHED, UNITS)
    assert district[1].terms.goals == ()
    assert district[1].terms.submit_before == DUE


REGISTRATION_OF_PROVINCE = registration_id(CAMPAIGN, PROVINCE)


def test_a_unit_is_asked_once_however_often_the_event_comes() -> None:
    _, command = next(open_registrations_when_a_campaign_begins(LAUNCHED, UNITS))
    assert REGISTRATION.fold([OPENED]).terms == command.terms


def test_an_announcement_asks_as_a_launch_does_and_whichever_comes_second_asks_nobody_again() -> None:
    announced = CampaignAnnounced(**{name: getattr(LAUNCHED, name) for name in Terms.model_fields})
    first = dict(open_registrations_when_a_campaign_begins(announced, UNITS))
    assert first == dict(open_registrations_when_a_campaign_begins(LAUNCHED, UNITS))
    command = first[REGISTRATION_OF_PROVINCE]
    given(REGISTRATION).when(command).then(OPENED)
    given(REGISTRATION, OPENED).when(command).nothing()
