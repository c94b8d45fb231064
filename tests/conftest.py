"""Real servers for the tests that need them: started once, in a folder of their own, on ports of their own."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from chassis.store.database import connect, create_database, foundation
from chassis.telemetry.collector import settle
from deploy.local.embedded import Embedded
from services import ALL

gc.disable()  # until all tests are loaded

httpx._transports.default.create_ssl_context = cache(httpx._config.create_ssl_context)  # type: ignore[attr-defined]
"""One TLS context for all clients of a process: each takes 20 ms, and hundreds of tests begin with two of them."""

pytest_plugins = ["tests.leaks", "tests.asked", "pytester"]

DATA = Path("-".join((".thidua-test", *filter(None, [os.environ.get("PYTEST_XDIST_WORKER")]))))

_LONG = {"browser", "end_to_end", "whole"}
_FIRST = "test_first_day.py"

PLACES = (
    *{model.place for name in ALL for model in import_module(f"services.{name}.app").SERVICE.read_models},
    "units_seen_v1",
)
"""Where read models may lie in a test's database: those of all services, and the one that tests of streams fold."""

settings.register_profile("thidua", deadline=10_000)  # ms; a busy machine stands still for one now and then
settings.load_profile("thidua")

os.environ["THIDUA_ENV"] = "test"  # unset it is production, where the local issuer refuses


@pytest.fixture(scope="session")
def servers() -> Iterator[Embedded]:
    """PostgreSQL and Kafka."""
    with Embedded(DATA) as embedded:
        yield embedded


@dataclass(frozen=True)
class Database:
    """A fresh database with the foundation of every service in it."""

    url: str
    role: str
    pool: asyncpg.Pool
    """Sessions that act as the application role."""


@pytest.fixture
async def database(servers: Embedded) -> AsyncIterator[Database]:
    """An empty event store and its bookkeeping, for one test."""
    name = f"test_{uuid4().hex[:12]}"
    url = f"{servers.database_url.rsplit('/', 1)[0]}/{name}"
    await create_database(url, name)
    owner = await asyncpg.connect(url)
    for statement in foundation(name):
        await owner.execute(statement)
    await owner.close()
    pool = await connect(url, name, PLACES)
    yield Database(url, name, pool)
    pool.terminate()
    admin = await asyncpg.connect(f"{servers.database_url.rsplit('/', 1)[0]}/postgres")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


class Files(LoadScopeScheduling):  # type: ignore[misc]
    """Runs files side by side: the tests of one share what they start. All that drive a browser share one platform."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if "/browser/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    """What runs where, when there are several processes."""
    return Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that needs a server, so that `make check` can leave it to `make test`.

    Files run side by side, the longest first, so that nobody waits for one alone; of those in a browser, the one that
    wants a platform on which nobody has done anything yet.
    """
    settle()
    items.sort(key=lambda item: (not _LONG.intersection(item.path.parts), item.path.name != _FIRST))
    for item in items:
        if "deploy" in item.path.parts or {"servers", "chromium"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.server)
