"""Registry as it runs: a small organisation is imported, and the first administrator has given out roles."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.facts.clock import business_date
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.registry.app import SERVICE
from services.registry.bootstrap import appoint_first_administrators
from services.registry.domain.unit import unit_id
from services.registry.imports import import_units
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, OWNER, PROVINCE, ROOT, SECOND, SMALL_FILE
from tests.served import Served, served

ROLES = (
    (OFFICER, Role.OFFICER, PROVINCE),
    (HEAD, Role.UNIT_HEAD, PROVINCE),
    (NEIGHBOUR, Role.UNIT_HEAD, unit_id("P02")),
)


async def caught_up(registry: Served) -> None:
    """Wait until all is known as the facts have it."""
    head = await registry.platform.store.head()
    for projection in SERVICE.projections:
        await registry.platform.at_least(projection, head)


async def later(registry: Served, days: int) -> None:
    """Let the registry live so many days ahead."""
    clock = registry.platform.settings.thidua_clock
    assert clock is not None
    clock.write_text(str(timedelta(days=days).total_seconds()), encoding="ascii")
    await asyncio.sleep(0.1)


def today(registry: Served) -> date:
    """The day that it is for registry."""
    return business_date(registry.platform.clock())


async def given(registry: Served, person: UUID, role: Role, unit: UUID, **more: object) -> None:
    """Let the administrator give a role from today on; one that takes two, the second one confirms."""
    body = {"role": role, "unit_id": str(unit), "since": today(registry).isoformat(), **more}
    answer = await registry.ask(ADMIN, "POST", f"/people/{person}/roles", body)
    assert answer.status_code in {201, 202}, answer.text
    if answer.status_code == 202:
        confirmed = await registry.ask(SECOND, "POST", f"/proposals/{answer.json()['id']}/confirm")
        assert confirmed.status_code == 201, confirmed.text


async def fetch_as_owner(registry: Served, query: str) -> list[tuple[Any, ...]]:
    """Rows that the application role may not read."""
    connection = await asyncpg.connect(registry.platform.settings.database_url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.fixture
async def registry(servers: Embedded, tmp_path: Path) -> AsyncIterator[Served]:
    """The service, knowing four units, its administrator, an officer and two heads."""
    async with served(SERVICE, servers, tmp_path, clock=tmp_path / "clock") as service:
        await import_units(service.platform, SMALL_FILE)
        await appoint_first_administrators(service.platform, [ADMIN, SECOND], ROOT, OWNER)
        await caught_up(service)
        for person, role, unit in ROLES:
            assert (await service.ask(ADMIN, "POST", f"/people/{person}/enrol")).status_code == 201
            await given(service, person, role, unit)
        await caught_up(service)
        yield service


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, with both sentences."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:thidua:problem:{code}"), body
    assert body["title"]
    assert body["detail"]
    return body
