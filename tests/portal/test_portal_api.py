"""The HTTP door of the portal, over real sockets and on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import Role, RoleGranted, TargetRegistered, UnitEstablished
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from tests.portal.test_progress import CAMPAIGN, INDICATOR, LAUNCH, PLACE, PLEDGE, REGISTRATION, RESULT, UNIT, UNITS
from tests.served import Served, served

READER, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing one campaign and two units: the first has attained its target, the second has pledged."""
    second = UnitEstablished.model_validate({**UNITS[0].model_dump(), "unit_id": SECOND, "code": "T02"})
    pledged = TargetRegistered.model_validate(
        {**PLACE, "unit_id": SECOND, "registration_id": REGISTRATION, "value": "2.5"}
    )
    role = RoleGranted(person_id=READER, role=Role.OFFICER, unit_id=UNIT, since=date(2024, 1, 1))
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(role, *RESULT, *UNITS, second, *PLEDGE, pledged, *LAUNCH)
        yield service


async def rows(portal: Served, query: str = "") -> list[dict[str, Any]]:
    """All pages of the progress, one row at a time."""
    found, after = [], ""
    while True:
        answer = await portal.ask(READER, "GET", f"/campaigns/{CAMPAIGN}/progress?limit=1{query}{after}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        after = f"&after={answer.json()['next']}"


async def test_progress_shows_goal_target_and_result_of_each_unit(portal: Served) -> None:
    by_code = {row["unit_code"]: row for row in await rows(portal)}
    assert set(by_code) == {"T01", "T02"}
    first, second = by_code["T01"], by_code["T02"]
    assert (first["indicator"], first["year"], first["direction"]) == (INDICATOR, 2024, "below")
    assert [Decimal(first[name]) for name in ("goal", "target", "result")] == [3, Decimal("2.5"), Decimal("2.4")]
    assert (first["attained"], first["unit_name"]) == (True, "Bảo hiểm xã hội tỉnh Một")
    assert (second["result"], second["attained"], second["verified"]) == (None, None, False)


async def test_what_is_not_confirmed_shows_to_the_unit_and_those_above_it_alone(portal: Served) -> None:
    neighbour, own = uuid4(), uuid4()
    for person, unit in ((neighbour, UNIT), (own, SECOND)):
        await portal.feed(RoleGranted(person_id=person, role=Role.OFFICER, unit_id=unit, since=date(2024, 1, 1)))
    targets = {}
    for person in (neighbour, own):
        answer = await portal.ask(person, "GET", f"/campaigns/{CAMPAIGN}/progress?unit_id={SECOND}")
        [row] = answer.json()["items"]
        targets[person] = row["target"]
    assert targets == {neighbour: None, own: "2.5"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (f"&unit_id={UNIT}", 1),
        (f"&indicator={INDICATOR}", 2),
        ("&indicator=another", 0),
        ("&year=2024", 2),
        ("&year=2025", 0),
        (f"&unit_id={SECOND}&indicator={INDICATOR}&year=2024", 1),
    ],
)
async def test_progress_is_filtered(portal: Served, query: str, count: int) -> None:
    assert len(await rows(portal, query)) == count


async def test_the_summary_counts_units(portal: Served) -> None:
    (row,) = (await portal.ask(READER, "GET", f"/campaigns/{CAMPAIGN}/summary")).json()
    counts = {name: row[name] for name in ("units", "registered", "reported", "verified", "attained", "missed")}
    assert counts == {"units": 2, "registered": 1, "reported": 1, "verified": 1, "attained": 1, "missed": 0}


@pytest.mark.parametrize("what", ["progress", "summary"])
async def test_a_campaign_that_was_not_launched_is_not_found(portal: Served, what: str) -> None:
    answer = await portal.ask(READER, "GET", f"/campaigns/{uuid4()}/{what}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:thidua:problem:not-found")


@pytest.mark.parametrize("query", ["after=x", "year=1", "indicator=A%00", "unit_id=1", "limit=0"])
async def test_a_malformed_question_is_refused(portal: Served, query: str) -> None:
    answer = await portal.ask(READER, "GET", f"/campaigns/{CAMPAIGN}/progress?{query}")
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


async def test_nobody_without_a_token_reads_anything(portal: Served) -> None:
    answer = await portal.client.get(f"/api/v1/campaigns/{CAMPAIGN}/progress")
    assert answer.status_code == 401
