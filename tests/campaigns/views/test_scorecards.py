"""Read model of scorecards: targets, and results beside them."""

from decimal import Decimal

from chassis.testing import project_all
from contracts.campaigns import TargetAttained, TargetMissed
from services.campaigns.views.scorecards import SCORECARDS
from tests.campaigns.examples import CAMPAIGN_ID, CARD, LATE, LAUNCHED, OPENED, PLAN, SOCIAL, UNIT, reported, verified

FACTS = {"scorecard_id": CARD, "campaign_id": CAMPAIGN_ID, "unit_id": UNIT, "year": 2024}


def test_an_open_scorecard_shows_its_targets() -> None:
    tables = project_all(SCORECARDS, OPENED)
    assert tables["scorecards"] == {(CARD,): {"campaign_id": CAMPAIGN_ID, "unit_id": UNIT, "version": 1}}
    assert tables["results"][CARD, LATE, 2024] == {
        "direction": "below",
        "measure": "share",
        "target": Decimal("2.5"),
    }


def test_results_stand_beside_their_targets() -> None:
    attained = TargetAttained.model_validate(
        {**FACTS, "indicator": SOCIAL, "target": "43.5", "value": "44", "margin": "0.5", "early": True}
    )
    missed = TargetMissed.model_validate(
        {**FACTS, "indicator": LATE, "target": "2.5", "value": "2.6", "shortfall": "0.1"}
    )
    events = (OPENED, reported("43"), reported("44"), verified("44"), attained, reported("2.6", LATE), missed)
    results = project_all(SCORECARDS, *events)["results"]
    social, late, plan = (results[CARD, indicator, 2024] for indicator in (SOCIAL, LATE, PLAN))
    assert (social["result"], social["verified"], social["attained"], social["early"], social["margin"]) == (
        Decimal(44),
        True,
        True,
        True,
        Decimal("0.5"),
    )
    assert (late["result"], late["attained"], late["margin"]) == (Decimal("2.6"), False, Decimal("-0.1"))
    assert "result" not in plan


def test_the_scorecard_keeps_its_streams_version_for_the_etag() -> None:
    assert project_all(SCORECARDS, OPENED, reported("44"))["scorecards"][CARD,]["version"] == 2


def test_other_events_change_nothing() -> None:
    assert not SCORECARDS.reads.concerns(LAUNCHED)
