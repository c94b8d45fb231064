"""Read model of nominations: rows that follow from their events."""

from datetime import date

from chassis.testing import project_all
from services.awards.views.nominations import NOMINATED
from tests.awards.examples import (
    AWARD,
    CAMPAIGN,
    COMPLETE,
    GRANTED,
    NOMINATION_ID,
    NUMBER,
    SUBMITTED,
    UNIT,
)

DAY = date(2024, 11, 20)


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
