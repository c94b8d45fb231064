"""Preparing a database: again, from before the chassis kept its own migrations, and after a rollback."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from chassis.store import migrate
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
    assert first == {"chassis_migrations": "0010", "service_migrations": "0005"}
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
