"""What the rows stand on: databases of their own, typed events of 500 bytes, processes that end with their block."""

import asyncio
import contextlib
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.facts.projection import Projection
from chassis.store.database import create_database, foundation, pooled
from chassis.store.store import Append, Store
from chassis.stream.security import for_aiokafka
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import TOPICS
from chassis.views.projector import create_views
from contracts.campaigns import ResultReported
from deploy.local.embedded import Embedded
from deploy.local.postgres import binary

DATA: Final = Path(".thidua-bench")
LOG: Final = DATA / "bench.log"
"""What the processes say that a run starts."""

PLAIN: Final = (
    "create table if not exists plain (position bigint generated always as identity primary key, stream text not null,"
    " version integer not null, data json not null, unique (stream, version))"
)
"""The least that an event table can be: what the limits write to."""

_CAMPAIGN: Final = UUID("5d8f6d6e-4225-4225-8225-2024111000aa")
_EVIDENCE: Final = "x" * 211


@dataclass(frozen=True, slots=True)
class Ground:
    """A fresh database with a store in it; `pool` acts as the application role, `owner` as the superuser."""

    url: str
    role: str
    pool: asyncpg.Pool
    owner: asyncpg.Connection
    store: Store


@contextlib.asynccontextmanager
async def fresh(servers: Embedded, *read_models: Projection) -> AsyncIterator[Ground]:
    """An empty store and its bookkeeping for the time of a block, and the tables of read models."""
    server, name = servers.database_url.rpartition("/")[0], f"bench_{uuid4().hex[:8]}"
    url = f"{server}/{name}"
    await create_database(url, name)
    owner = await asyncpg.connect(url)
    try:
        for statement in (*foundation(name), PLAIN, f'grant all on plain to "{name}"'):
            await owner.execute(statement)
        async with pooled(url, name, [each.place for each in read_models]) as pool:
            await create_views(pool, read_models)
            store = Store(pool)
            yield Ground(url, name, pool, owner, store)
            await store.close()
    finally:
        await owner.close()
        await drop(server, name)


async def drop(server: str, name: str) -> None:
    """Remove a database and its role."""
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'drop database if exists "{name}" with (force)')
    await admin.execute(f'drop role if exists "{name}"')
    await admin.close()


def reported(card: UUID, number: int) -> ResultReported:
    """A result whose JSON has 500 bytes."""
    return ResultReported(
        scorecard_id=card, campaign_id=_CAMPAIGN, unit_id=card, indicator="health_insurance_coverage", year=2024,
        value=Decimal(90 + number % 10), reported_by=card, evidence=_EVIDENCE,
    )  # fmt: skip


def an_append(card: UUID, expected: int, events: int = 1, *, stream: str = "") -> Append:
    """A command's outcome, made as the executor makes it."""
    context = Context(occurred_on=date(2024, 11, 20), actor=card, traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    facts = [reported(card, number) for number in range(events)]
    stream = stream or f"scorecard-{card}"
    return Append(stream, expected, facts, context.command_id, b"f" * 32, metadata)


async def until(condition: Callable[[], Awaitable[bool]], pause: float, longest: float = 120) -> float:
    """Wait until the condition holds; gives the moment. Raises TimeoutError after `longest` seconds."""
    async with asyncio.timeout(longest):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(pause)
    return time.perf_counter()


async def fill(ground: Ground, events: int) -> None:
    """Store this many events, in streams of ten whose events stand among those of 999 others."""
    for _ in range(events // 10_000):
        cards = [uuid4() for _ in range(1000)]
        for version in range(10):
            await ground.store.append_all([an_append(card, version) for card in cards])
    await ground.owner.execute("vacuum (analyze) store.events")


async def pgbench(ground: Ground, script: str, clients: int, seconds: float) -> float:
    """Transactions per second of PostgreSQL's own load generator."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(script, encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            binary("pgbench"), "-M", "prepared", "-n", "-T", str(max(1, round(seconds))), "-c", str(clients),
            "-j", str(min(clients, 2)), "-f", str(path), ground.url, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
    found = re.search(r"tps = ([\d.]+) \(without", out.decode())
    if found is None or process.returncode:
        raise RuntimeError(out.decode())
    return float(found[1])


@contextlib.asynccontextmanager
async def process(*arguments: str, env: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process of ours for the time of a block; what it says goes to a log in the data folder."""
    with LOG.open("ab") as log:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, env={**os.environ, **env}, stdout=log, stderr=log
        )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def listening_on(port: int) -> None:
    """Wait until something accepts connections there; raises TimeoutError after 30 s."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def topic(bootstrap: str) -> AsyncIterator[str]:
    """A topic of twelve partitions for the time of a block."""
    admin, name = AIOKafkaAdminClient(**for_aiokafka(bootstrap)), f"bench.{uuid4().hex[:8]}"
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 12, 1)])
        yield name
        await admin.delete_topics([name])
    finally:
        await admin.close()


async def empty_topics(bootstrap: str) -> None:
    """Make every topic of the platform anew."""
    names = {each.name for each in TOPICS}
    admin = AIOKafkaAdminClient(**for_aiokafka(bootstrap))
    await admin.start()
    try:
        if existing := names & set(await admin.list_topics()):
            await admin.delete_topics(list(existing))

        async def gone() -> bool:
            return names.isdisjoint(await admin.list_topics())

        async def made() -> bool:
            with contextlib.suppress(KafkaError):
                await create_topics(bootstrap)
            return names <= set(await admin.list_topics())

        await until(gone, 0.1)
        await until(made, 0.1)
    finally:
        await admin.close()
