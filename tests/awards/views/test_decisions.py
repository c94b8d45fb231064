"""Read model of decisions: the row that follows from an issue."""

from chassis.testing import project_all
from services.awards.views.decisions import DECIDED
from tests.awards.examples import AUTHORITY, AWARD, GRANTED, ISSUED, NOMINATION_ID, NUMBER


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
