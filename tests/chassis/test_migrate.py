"""Preparing a database: again, from before the chassis kept its own migrations, and after a rollback."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from chassis.store import migrate
from chassis.store.database import OWNER
from contracts import CATALOGUE
from deploy.local.embedded import Embedded


@pytest.fixture
def name() -> str:
    return f"test_migrate_{uuid4().hex[:8]}"


async def _revisions(url: str) -> dict[str, str]:
    connection = await asyncpg.connect(url)
    try:
        return {
            table: await connection.fetchval(f"select version_num from {table}")  # noqa: S608
            for table in ("chassis_migrations", "service_migrations")
        }
    finally:
        await connection.close()


async def test_a_database_may_be_prepared_again_and_after_a_rollback(servers: Embedded, name: str) -> None:
    url = f"{servers.database_url.rsplit('/', 1)[0]}/{name}"
    for _ in range(2):
        await asyncio.to_thread(migrate.prepare, "registry", url, name)
    first = await _revisions(url)
    assert first == {"chassis_migrations": "0010", "service_migrations": "0007"}
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("update chassis_migrations set version_num = '9999'")
        await connection.execute("update service_migrations set version_num = '9998'")
    finally:
        await connection.close()
    await asyncio.to_thread(migrate.prepare, "registry", url, name)
    assert await _revisions(url) == {"chassis_migrations": "9999", "service_migrations": "9998"}
    admin = await asyncpg.connect(servers.database_url)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


async def test_a_store_from_before_it_had_its_own_clock_goes_on(servers: Embedded, name: str) -> None:
    """Its events stay as they are; it takes what its service declares, and no other service's facts."""
    url = f"{servers.database_url.rsplit('/', 1)[0]}/{name}"
    await asyncio.to_thread(migrate.prepare, "registry", url, name)
    owner = await asyncpg.connect(url)
    await owner.execute("drop table store.types, store.clock; update chassis_migrations set version_num = '0007'")
    await owner.execute("revoke all on all tables in schema store from public")
    await asyncio.to_thread(migrate.prepare, "registry", url, name)
    types = {each[0] for each in await owner.fetch("select type from store.types")}
    assert types == {kind for kind in CATALOGUE if kind.startswith("thidua.registry.")}
    assert await owner.fetchval("select ahead = '0' from store.clock")
    rows = await owner.fetch("select tableowner from pg_tables where schemaname = 'store' and tablename <> 'events'")
    assert {each[0] for each in rows} == {OWNER}
    await owner.execute("insert into store.types values ('thidua.registry.OfTomorrow.v1')")
    await asyncio.to_thread(migrate.prepare, "registry", url, name)
    assert await owner.fetchval("select count(*) from store.types") == len(types) + 1, (
        "an older version takes none away"
    )
    await owner.close()
    admin = await asyncpg.connect(servers.database_url)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()
