"""The national data set in databases: written into stores once, folded into read models, kept, and copied for a run."""

import asyncio
import contextlib
import time as clock
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4, uuid5

import asyncpg
import structlog

from bench.ground import drop
from bench.nation import Nation
from bench.nation_folded import SERVICES, fold
from bench.nation_story import Entry, in_batches
from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store import migrate
from chassis.store.database import pooled
from chassis.store.store import Append, Store
from chassis.telemetry.collector import settle
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.registry import people

_MANY: Final = 3000
_LONGEST: Final = 600.0
_HOUR: Final = time(10, tzinfo=UTC)
_WHOLE: Final = """
    select description from pg_shdescription join pg_database d on d.oid = objoid and classoid = 'pg_database'::regclass
    where datname = $1
"""
_AT: Final = "update store.clock set ahead = $1::timestamptz - clock_timestamp()"
log = structlog.get_logger()


class Writing:
    """One service's store while the data set is written into it, at the moments of which it tells."""

    def __init__(self, pool: asyncpg.Pool, owner: asyncpg.Connection) -> None:
        self._owner, self._ids, self._told = owner, deque[UUID](), list[Entry]()
        self.store = Store(pool, ids=lambda count: [self._ids.popleft() for _ in range(count)])

    async def take(self, entry: Entry) -> None:
        """Write what came before, if it is enough and of days that are over."""
        if len(self._told) >= _MANY and entry.on > self._told[-1].on:
            await self.write()
        self._told.append(entry)

    async def write(self) -> None:
        """Write what is left."""
        entries, self._told = self._told, []
        for batch in in_batches(entries):
            await self._owner.execute(_AT, datetime.combine(entries[-1].on, _HOUR))
            self._ids.extend(each for entry in batch for each in entry.ids)
            if await self.store.append_all([entry.append for entry in batch]) is None:
                raise RuntimeError(f"the story contradicts itself on {entries[-1].on}")


async def write(nation: Nation, pools: dict[str, asyncpg.Pool], owners: dict[str, asyncpg.Connection]) -> None:
    """Write the events of all services into their stores side by side, then the people's details."""
    queues: dict[str, asyncio.Queue[list[Entry]]] = {name: asyncio.Queue(4) for name in pools}

    async def writing(name: str) -> None:
        into = Writing(pools[name], owners[name])
        while entries := await queues[name].get():
            for entry in entries:
                await into.take(entry)
        await into.write()
        await owners[name].execute("update store.clock set ahead = '0'")

    async with asyncio.TaskGroup() as group:
        for name in pools:
            group.create_task(writing(name))
        waiting: dict[str, list[Entry]] = {name: [] for name in pools}
        for entry in nation.entries():
            if len(some := waiting[entry.service]) == _MANY:
                await queues[entry.service].put(some)
                waiting[entry.service] = some = []
            some.append(entry)
        for name, some in waiting.items():
            for each in (some, []) if some else ([],):
                await queues[name].put(each)
    await enrol(nation, pools["registry"])


async def enrol(nation: Nation, pool: asyncpg.Pool) -> None:
    """Put everybody's details into the people directory, as its own statements do, each by a command of its own."""
    by = nation.society().root.holders[Role.EMULATION_DEPARTMENT][0]
    commands, changes, journal = list[Append](), list[tuple[object, ...]](), list[tuple[object, ...]]()
    for place, each in enumerate(nation.details(), start=1):
        key = UUID(int=each.person_id.int)
        context = Context(nation.first_day, by, uuid5(key, "details"))
        metadata = Metadata.of(context).model_dump_json(exclude_none=True)
        commands.append(Append(f"person_details-{key}", 0, [], context.command_id, b"", metadata))
        changes.append((key, each.model_dump_json(), place, 1, by, uuid5(key, "salt").bytes))
        journal.append((context.command_id, key, by, False, place, 1))
    async with pool.acquire() as connection, connection.transaction():
        await connection.executemany(people.CHANGE, changes)
        await connection.executemany(people.JOURNAL, journal)
        await connection.execute("update people_head set position = $1", len(changes))
    await Store(pool).append_all(commands)


def key_of(nation: Nation) -> str:
    """What tells a kept data set from those of another size, another story, other facts or other read models."""
    parts = [repr(nation), *(service.mark for service in SERVICES.values())]
    parts += [file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("nation*.py"))]
    return sha256("\n".join(parts).encode()).hexdigest()[:10]


async def keep(servers: Embedded, nation: Nation) -> dict[str, str]:
    """The names of the databases that hold the data set, by service; they are made where they are not there."""
    server, key = servers.database_url.rpartition("/")[0], key_of(nation)
    names = {service: f"nation_{key}_{service}" for service in SERVICES}
    admin = await asyncpg.connect(f"{server}/postgres")
    try:
        there = {row[0] for row in await admin.fetch("select datname from pg_database where datname ~ '^nation_'")}
        if await admin.fetchval(_WHOLE, names["registry"]) == "whole" and there >= set(names.values()):
            return names
        for name in there:
            await drop(server, name)
        await _make(server, nation, names)
        await admin.execute(f"comment on database \"{names['registry']}\" is 'whole'")
    finally:
        await admin.close()
    return names


async def _make(server: str, nation: Nation, names: dict[str, str]) -> None:
    began, worked = clock.perf_counter(), clock.process_time()
    settle()
    async with contextlib.AsyncExitStack() as stack:
        owners, pools = dict[str, asyncpg.Connection](), dict[str, asyncpg.Pool]()
        for service, name in names.items():
            await asyncio.to_thread(migrate.prepare, service, f"{server}/{name}", name)
            owners[service] = await asyncpg.connect(f"{server}/{name}")
            stack.push_async_callback(owners[service].close)
            await owners[service].execute(f'alter database "{name}" set synchronous_commit = off')
            places = [each.place for each in SERVICES[service].read_models]
            pools[service] = await stack.enter_async_context(
                pooled(f"{server}/{name}", name, places, statement=_LONGEST)
            )
        await write(nation, pools, owners)
        written = clock.perf_counter() - began
        stores = {service: (f"{server}/{name}", name) for service, name in names.items()}
        await asyncio.gather(*(fold(nation, each, stores) for each in stores))
        for service, owner in owners.items():
            await owner.execute(f'alter database "{names[service]}" reset synchronous_commit')
            await owner.execute("vacuum (analyze)")
    took, own = clock.perf_counter() - began, clock.process_time() - worked
    log.error("nation_kept", written_seconds=round(written), seconds=round(took), own_processor_seconds=round(own))


@contextlib.asynccontextmanager
async def copied(servers: Embedded, nation: Nation) -> AsyncIterator[dict[str, dict[str, str]]]:
    """Copies of the kept databases for the time of a block; gives each service's DATABASE_URL and DATABASE_ROLE."""
    server = servers.database_url.rpartition("/")[0]
    kept, run = await keep(servers, nation), uuid4().hex[:8]
    copies = {service: f"bench_{service}_{run}" for service in kept}
    admin = await asyncpg.connect(f"{server}/postgres")
    try:
        for service, name in copies.items():
            await admin.execute(f'create database "{name}" template "{kept[service]}" strategy file_copy')
            await asyncio.to_thread(migrate.prepare, service, f"{server}/{name}", kept[service])  # what is new since
        yield {
            service: {"DATABASE_URL": f"{server}/{name}", "DATABASE_ROLE": kept[service]}
            for service, name in copies.items()
        }
    finally:
        for name in copies.values():
            await admin.execute(f'drop database if exists "{name}" with (force)')
        await admin.close()
