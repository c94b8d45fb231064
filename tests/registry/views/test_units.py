"""Read model of units: what follows from each event."""

from chassis.testing import project_all
from contracts.values import UnitKind
from services.registry.views.units import UNITS
from tests.registry.examples import DUE, PROVINCE, ROOT, established, granted


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
