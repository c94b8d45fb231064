"""Read model of campaigns: what was launched."""

from chassis.testing import project_all
from contracts.campaigns import CampaignLaunched
from services.campaigns.views.campaigns import CAMPAIGNS
from tests.campaigns.examples import CAMPAIGN_ID, LAUNCHED, OPENED


def test_a_launched_campaign_is_listed_with_all_that_was_said() -> None:
    rows = project_all(CAMPAIGNS, LAUNCHED)["campaigns"]
    row = rows[CAMPAIGN_ID,]
    assert (row["code"], row["kind"], row["level"]) == ("4225-2024", "drive", "sector")
    assert CampaignLaunched.model_validate(row["launched"]) == LAUNCHED


def test_other_events_change_nothing() -> None:
    assert not CAMPAIGNS.reads.concerns(OPENED)
