"""Read model of registrations: what follows from each event."""

from chassis.testing import project_all
from services.registry.views.registrations import REGISTRATIONS
from tests.registry.examples import (
    CAMPAIGN,
    COMPLETE,
    CONFIRMED,
    DUE,
    HEALTH,
    KEY,
    OPENED,
    PROVINCE,
    revised,
    submitted,
)


def test_a_registration_counts_its_targets_and_tells_how_far_it_has_come() -> None:
    opened = {
        "campaign_id": CAMPAIGN,
        "unit_id": PROVINCE,
        "status": "open",
        "submit_before": DUE,
        "goals": 3,
        "targets": 0,
        "revision": 1,
    }
    assert project_all(REGISTRATIONS, OPENED) == {"registrations": {(KEY,): opened}}
    revision = revised(HEALTH, 2025, "97", "95.5")
    assert project_all(REGISTRATIONS, *COMPLETE, revision)["registrations"][KEY,] == {**opened, "targets": 3}
    sent = project_all(REGISTRATIONS, *COMPLETE, submitted(late=1))["registrations"][KEY,]
    assert sent == {**opened, "targets": 3, "status": "submitted", "late": True, "judge": "sector"}
    confirmed = project_all(REGISTRATIONS, *COMPLETE, submitted(), CONFIRMED)["registrations"][KEY,]
    assert confirmed == {**opened, "targets": 3, "status": "confirmed", "late": False, "judge": "sector"}
