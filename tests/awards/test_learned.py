"""What awards learns of others: rows that follow from the events of registry and campaigns."""

from decimal import Decimal
from uuid import uuid5

from chassis.testing import project_all
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    CampaignLaunched,
    ResultCorrected,
    TargetAttained,
    TargetMissed,
)
from contracts.examples import example
from contracts.registry import RegistrationConfirmed
from contracts.values import Direction, Target
from services.awards.learned import LEARNED
from tests.awards.examples import CAMPAIGN, PERIOD, UNIT

HEALTH, SOCIAL = "health_insurance_coverage", "social_insurance_coverage"
SCORECARD = uuid5(CAMPAIGN, "scorecard")


def test_campaigns_are_learned_from_the_others() -> None:
    campaign = example(
        CampaignLaunched,
        campaign_id=CAMPAIGN,
        code="4225-2024",
        theme="Thi đua đặc biệt",
        period=PERIOD,
        goals=(),
    )
    tables = project_all(LEARNED, campaign)
    assert tables["campaigns"] == {(CAMPAIGN,): {"code": "4225-2024", "start": PERIOD.start, "end": PERIOD.end}}


def pledged(indicator: str, value: str) -> Target:
    return Target(indicator=indicator, year=2024, value=Decimal(value), direction=Direction.AT_LEAST)


def attained(value: str) -> TargetAttained:
    return TargetAttained(
        scorecard_id=SCORECARD,
        campaign_id=CAMPAIGN,
        unit_id=UNIT,
        indicator=HEALTH,
        year=2024,
        target=Decimal("94.2"),
        value=Decimal(value),
        margin=Decimal(value) - Decimal("94.2"),
        early=True,
    )


MISSED = TargetMissed(
    scorecard_id=SCORECARD,
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    indicator=HEALTH,
    year=2024,
    target=Decimal("94.2"),
    value=Decimal(90),
    shortfall=Decimal("4.2"),
)


def test_confirmed_targets_and_verified_results_are_learned_whichever_comes_first() -> None:
    confirmed = RegistrationConfirmed(
        registration_id=uuid5(CAMPAIGN, "registration"),
        campaign_id=CAMPAIGN,
        unit_id=UNIT,
        targets=(pledged(HEALTH, "94.2"), pledged(SOCIAL, "42.8")),
    )
    one, other = project_all(LEARNED, confirmed, attained("95")), project_all(LEARNED, attained("95"), confirmed)
    assert one == other
    assert {key[2]: row["target"] for key, row in one["pledged_targets"].items()} == {
        HEALTH: Decimal("94.2"),
        SOCIAL: Decimal("42.8"),
    }
    assert list(one["achievements"].values()) == [{"value": Decimal(95), "attained": True}]


def test_the_last_verified_result_counts() -> None:
    assert list(project_all(LEARNED, attained("95"), MISSED)["achievements"].values()) == [
        {"value": Decimal(90), "attained": False}
    ]


def test_what_no_person_judged_again_keeps_who_verified_it() -> None:
    lost = example(AttainmentLost, campaign_id=CAMPAIGN, unit_id=UNIT, indicator=HEALTH, year=2024)
    back = example(AttainmentRegained, campaign_id=CAMPAIGN, unit_id=UNIT, indicator=HEALTH, year=2024)
    [row] = project_all(LEARNED, attained("95"), lost)["achievements"].values()
    assert (row["attained"], "verified_by" in row) == (False, False)
    [row] = project_all(LEARNED, attained("95"), lost, back)["achievements"].values()
    assert row["attained"]


def test_a_corrected_result_is_known_as_such_with_what_it_was_before() -> None:
    place = {"campaign_id": CAMPAIGN, "unit_id": UNIT, "indicator": HEALTH, "year": 2024}
    first = example(ResultCorrected, **place, previous=Decimal("95.4"))
    second = example(ResultCorrected, **place, previous=Decimal("95.1"))
    [row] = project_all(LEARNED, attained("95.4"), first, second)["corrections"].values()
    assert row["previous"] == Decimal("95.1")
    assert row["corrected_on"] is not None
