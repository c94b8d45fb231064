"""Read models of registry: what follows from each event."""

from chassis.testing import project_all
from contracts.values import UnitKind
from services.registry.views.registrations import REGISTRATIONS
from services.registry.views.units import UNITS
from tests.registry.examples import (
    CAMPAIGN,
    COMPLETE,
    CONFIRMED,
    DUE,
    HEALTH,
    KEY,
    OPENED,
    PROVINCE,
    ROOT,
    established,
    granted,
    revised,
    submitted,
)


def test_a_unit_has_a_row() -> None:
    province = established("P01", UnitKind.PROVINCIAL, ROOT)
    assert project_all(UNITS, established("VSS", UnitKind.NATIONAL, None), province, granted(DUE))["units"] == {
        (ROOT,): {
            "code": "VSS",
            "name": "Đơn vị VSS",
            "kind": "national",
            "parent_id": None,
            "established_on": province.established_on,
        },
        (PROVINCE,): {
            "code": "P01",
            "name": "Đơn vị P01",
            "kind": "provincial",
            "parent_id": ROOT,
            "established_on": province.established_on,
        },
    }


def test_a_registration_counts_its_targets_and_tells_how_far_it_has_come() -> None:
    opened = {
        "campaign_id": CAMPAIGN,
        "unit_id": PROVINCE,
        "status": "open",
        "submit_before": DUE,
        "goals": 3,
        "targets": 0,
    }
    assert project_all(REGISTRATIONS, OPENED) == {"registrations": {(KEY,): opened}}
    revision = revised(HEALTH, 2025, "97", "95.5")
    assert project_all(REGISTRATIONS, *COMPLETE, revision)["registrations"][KEY,] == {**opened, "targets": 3}
    sent = project_all(REGISTRATIONS, *COMPLETE, submitted(late=True))["registrations"][KEY,]
    assert sent == {**opened, "targets": 3, "status": "submitted", "late": True}
    confirmed = project_all(REGISTRATIONS, *COMPLETE, submitted(), CONFIRMED)["registrations"][KEY,]
    assert confirmed == {**opened, "targets": 3, "status": "confirmed", "late": False}
