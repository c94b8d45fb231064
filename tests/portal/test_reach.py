"""What lies below a unit of which a newer version has written something is out of reach, on every page alike."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contracts.campaigns import CampaignLaunched
from contracts.examples import example
from contracts.registry import RegistrationOpened, Role, RoleGranted, TargetRegistered, UnitEstablished
from contracts.values import Direction, Goal, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.dashboard import queries as dashboard
from services.portal.pages.inbox import queries as inbox
from services.portal.pages.people import queries as people
from services.portal.views import progress_queries as progress
from tests.served import Served, served

ROOT, NORTH, DISTRICT, CAMPAIGN = (uuid4() for _ in range(4))
DAY = date(2024, 11, 20)


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing a district below a province: an officer, a task and a target of its own."""
    goal = Goal(indicator="cover", name="Bao phủ", year=2024, direction=Direction.AT_LEAST, value=Decimal(90))
    place = {"campaign_id": CAMPAIGN, "unit_id": DISTRICT}
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        for unit, code, kind, above in (
            (ROOT, "VSS", UnitKind.NATIONAL, None),
            (NORTH, "P01", UnitKind.PROVINCIAL, ROOT),
            (DISTRICT, "P01-D001", UnitKind.DISTRICT, NORTH),
        ):
            await service.feed(
                UnitEstablished(unit_id=unit, code=code, name=code, kind=kind, parent_id=above, established_on=DAY)
            )
        await service.feed(
            RoleGranted(person_id=uuid4(), role=Role.OFFICER, unit_id=DISTRICT, since=DAY),
            example(CampaignLaunched, campaign_id=CAMPAIGN, goals=(goal,)),
            example(RegistrationOpened, **place),
            example(TargetRegistered, **place, indicator="cover", year=2024, value=Decimal(91)),
        )
        yield service


async def seen(portal: Served, held: UUID) -> dict[str, object]:
    """What who holds an officer's role in a unit finds of the district, by page."""
    pool = portal.platform.pool
    [row] = await progress.progress(pool, CAMPAIGN, [held])
    [part] = await dashboard.units(pool, [held], NORTH, day=DAY, campaign=CAMPAIGN, kinds=[UnitKind.DISTRICT])
    return {
        "inbox": [task.unit_id for task in await inbox.tasks(pool, [(Role.OFFICER, held)], "", 10)],
        "counted": dict(await inbox.waiting(pool, [(Role.OFFICER, held)])),
        "people": [each.unit_id for each in await people.held(pool, [held], DAY)],
        "target": row.target,
        "dashboard": part.seen,
    }


@pytest.mark.parametrize("held", [ROOT, NORTH, DISTRICT])
async def test_a_role_reaches_its_unit_and_what_is_below(portal: Served, held: UUID) -> None:
    assert await seen(portal, held) == {
        "inbox": [DISTRICT], "counted": {"register": 1}, "people": [DISTRICT], "target": 91, "dashboard": True,
    }  # fmt: skip


@pytest.mark.parametrize("held", [ROOT, NORTH])
async def test_nothing_is_reached_through_a_unit_in_doubt(portal: Served, held: UUID) -> None:
    pool = portal.platform.pool
    await pool.execute("insert into organisation_doubts (stream, type) values ($1, 'x')", f"unit-{NORTH}")
    try:
        assert await seen(portal, held) == {
            "inbox": [], "counted": {}, "people": [], "target": None, "dashboard": False,
        }  # fmt: skip
    finally:
        await pool.execute("delete from organisation_doubts")
