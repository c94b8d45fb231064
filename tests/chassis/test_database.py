"""A database that hangs, is full, or is named: nobody waits without end, and everybody means the same one."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import structlog

from chassis.facts.settings import SESSIONS
from chassis.store import database as doors
from chassis.store.database import FULL, connect, create_database, database_name
from deploy.local.processes import SERVICES
from tests.conftest import Database
from tests.network import tcp_server


class Line:
    """A line to the database that can fall silent, as a paused server does: connections stay, nothing answers."""

    def __init__(self) -> None:
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.url = ""

    async def pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self.goes_on.wait()
            target.write(data)


@asynccontextmanager
async def a_line(url: str) -> AsyncIterator[Line]:
    line, at = Line(), urlsplit(url)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(at.hostname, at.port)
        try:
            both = (line.pass_on(reader, back), line.pass_on(there, writer))
            tasks = [asyncio.create_task(each) for each in both]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # one side has gone
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            back.close()
            with suppress(ConnectionError):
                await back.wait_closed()

    async with tcp_server(talk) as port:
        line.url = at._replace(netloc=f"{at.username}:{at.password}@127.0.0.1:{port}").geturl()
        yield line
        line.goes_on.set()


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(doors, "ACQUIRE_SECONDS", 0.5)


async def test_nobody_waits_without_end_for_a_server_that_hangs_and_all_goes_on_when_it_answers(
    database: Database,
) -> None:
    async with a_line(database.url) as line:
        pool = await connect(line.url, database.role, size=2, statement=1)
        assert await pool.fetchval("select 1") == 1
        line.goes_on.clear()
        began = time.monotonic()
        outcomes = await asyncio.gather(*(pool.fetchval("select 1") for _ in range(20)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {TimeoutError}
        assert time.monotonic() - began < 4
        line.goes_on.set()
        assert await asyncio.gather(*(pool.fetchval("select 1") for _ in range(20))) == [1] * 20
        pool.terminate()


async def test_a_server_that_lets_nobody_in_is_given_up(database: Database) -> None:
    async with a_line(database.url) as line:
        line.goes_on.clear()
        for opening in (connect(line.url), create_database(line.url, None)):
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await opening
            assert time.monotonic() - began < 2


async def test_a_full_server_is_waited_for_with_a_sentence(database: Database) -> None:
    name = f"one_{uuid4().hex[:8]}"
    owner = await asyncpg.connect(database.url)
    await owner.execute(
        f"create role {name} login password 'x' connection limit 1; grant \"{database.role}\" to {name}"
    )
    url = f"postgresql://{name}:x@{database.url.rpartition('@')[2]}"
    first = await asyncpg.connect(url)
    try:
        with structlog.testing.capture_logs() as lines:
            with pytest.raises(asyncpg.TooManyConnectionsError):
                await connect(url, patience=0.1)
            waiting = asyncio.create_task(connect(url, patience=20))
            await asyncio.sleep(0.5)
            assert not waiting.done()
            await first.close()
            pool = await waiting
        assert await pool.fetchval("select current_user") == name
        pool.terminate()
        assert {line["event"] for line in lines} == {FULL}
    finally:
        await asyncio.sleep(0.2)
        await owner.execute(f"drop role {name}")
        await owner.close()


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("postgresql://a:b@h:1/postgres", "thidua_registry"),
        ("postgresql://a:b@h:1/", "thidua_registry"),
        ("postgresql://a:b@h:1", "thidua_registry"),
        ("postgresql://a:b@h:1/vss", "vss_registry"),
        ("postgres://h/vss?sslmode=require", "vss_registry"),
    ],
)
def test_one_rule_names_the_databases(server: str, name: str) -> None:
    assert database_name(server, "registry") == name


def test_the_whole_platform_with_a_tool_beside_it_fits_into_a_stock_server() -> None:
    listening = {"worker": 1, "relay": 1}
    each = sum(SESSIONS[role] + listening.get(role, 0) for roles in SERVICES.values() for role in roles)
    hears_news = 1  # the portal's API
    assert each + hears_news + SESSIONS["tool"] <= 97
