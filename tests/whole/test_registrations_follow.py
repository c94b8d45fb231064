"""A campaign's day of registering is one day in registry and campaigns, however it was moved, and comes to rest."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.deadline import deadline_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import PACK, PAPER
from tests.whole.house import DIRECTOR, HEAD, OFFICER, House, a_house

CAMPAIGN, DAY = campaign_id(PACK["code"]), timedelta(days=1)
UNIT, OTHER = unit_id("P01"), unit_id("P02")


@pytest.fixture
async def house(servers: Embedded, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(servers, tmp_path, 2) as house:
        yield house


async def days(house: House, *units: Any) -> list[tuple[str, str]]:
    """The day of each unit, as its registration and as its deadline has it."""
    await house.settle()
    assert house.parked == []
    found = []
    for unit in units:
        registration = registration_id(CAMPAIGN, unit)
        one = await house.ask(OFFICER, "GET", "registry", f"/registrations/{registration}")
        due = await house.ask(DIRECTOR, "GET", "campaigns", f"/deadlines/{deadline_id(registration, unit)}")
        found.append((one.json()["terms"]["submit_before"], due.json()["before"]))
    return found


async def test_a_day_of_registering_is_the_same_for_both_services_whoever_moved_it(house: House) -> None:
    today = house.today
    first, own, later = (f"{today + count * DAY}" for count in (5, 8, 20))
    await house.tell(DIRECTOR, "campaigns", "/campaigns", PACK | {"register_before": first})
    assert await days(house, UNIT, OTHER) == [(first, first)] * 2
    due = f"/deadlines/{deadline_id(registration_id(CAMPAIGN, UNIT), UNIT)}"
    await house.tell(DIRECTOR, "campaigns", f"{due}/move", {"before": own, "reason": "Bão lũ"})
    assert await days(house, UNIT, OTHER) == [(own, own), (first, first)]
    body = {"until": "2027-12-31", "register_before": later, "document": PAPER}
    await house.tell(DIRECTOR, "campaigns", f"/campaigns/{CAMPAIGN}/extensions", body)
    assert await days(house, UNIT, OTHER) == [(later, later)] * 2
    path = f"/registrations/{registration_id(CAMPAIGN, OTHER)}"
    await house.tell(OFFICER, "registry", f"{path}/targets", {"indicator": "cover", "year": 2024, "value": "91"})
    await house.tell(HEAD, "registry", f"{path}/submit")
    await house.settle()
    assert (await house.ask(OFFICER, "GET", "registry", path)).json()["late"] is False
