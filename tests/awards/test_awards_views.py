"""Read models of awards: rows that follow from its own events and from those of registry and campaigns."""

from datetime import date
from decimal import Decimal
from uuid import uuid5

from chassis.testing import project_all
from contracts.campaigns import CampaignLaunched, TargetAttained, TargetMissed
from contracts.examples import example
from contracts.registry import RegistrationConfirmed
from contracts.values import Direction, Target
from services.awards.learned import LEARNED
from services.awards.views.decisions import DECIDED
from services.awards.views.nominations import NOMINATED
from tests.awards.examples import (
    AUTHORITY,
    AWARD,
    CAMPAIGN,
    COMPLETE,
    GRANTED,
    ISSUED,
    NOMINATION_ID,
    NUMBER,
    PERIOD,
    SUBMITTED,
    UNIT,
)

DAY = date(2024, 11, 20)
HEALTH, SOCIAL = "health_insurance_coverage", "social_insurance_coverage"
SCORECARD = uuid5(CAMPAIGN, "scorecard")


def test_a_drafted_nomination_with_its_papers_is_shown() -> None:
    tables = project_all(NOMINATED, *COMPLETE)
    assert tables["nominations"] == {
        (NOMINATION_ID,): {
            "version": 4,
            "position": 1,
            "campaign_id": CAMPAIGN,
            "unit_id": UNIT,
            "award": AWARD,
            "year": 2024,
            "status": "draft",
            "papers": 3,
            "drafted_on": DAY,
        }
    }
    kinds = {kind: row["title"] for (_, kind, _), row in tables["papers"].items()}
    assert kinds == dict.fromkeys(("submission_letter", "minutes", "achievement_report"), "Văn bản 1")


def test_a_submitted_nomination_shows_its_rule_and_what_was_attained() -> None:
    row = project_all(NOMINATED, *COMPLETE, SUBMITTED)["nominations"][NOMINATION_ID,]
    assert (row["status"], row["rule"], row["attained"]) == ("submitted", "merit_certificate_dg@98/2023", 2)
    assert (row["version"], row["position"], row["submitted_on"]) == (5, 1, DAY)


def test_a_granted_award_names_its_decision() -> None:
    row = project_all(NOMINATED, *COMPLETE, SUBMITTED, GRANTED)["nominations"][NOMINATION_ID,]
    assert (row["status"], row["decision_id"], row["decision_number"]) == ("granted", GRANTED.decision_id, NUMBER)
    assert (row["granted_on"], row["granted_position"], row["position"]) == (DAY, 6, 1)


def test_a_decision_is_shown_with_its_nominations_and_bases() -> None:
    tables = project_all(DECIDED, ISSUED, GRANTED)
    assert tables["decisions"] == {
        (ISSUED.decision_id,): {
            "version": 1,
            "number": NUMBER,
            "signed_on": ISSUED.signed_on,
            "authority_id": AUTHORITY,
            "award": AWARD,
            "nominations": [str(NOMINATION_ID)],
            "legal_bases": [{"number": "4225/BHXH-TĐKT", "issued_on": "2024-11-10", "title": ""}],
        }
    }


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
