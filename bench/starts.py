"""S1: how long a service takes to start when much is stored and its version is the one that was here before."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

import asyncpg
import httpx

from bench.commands import prepared
from bench.figures import Demand, Measured, Row, Scale
from bench.ground import Ground, an_append, fill, free_port, process, until
from chassis.store.database import pooled
from chassis.store.store import Store
from deploy.local.embedded import Embedded

_POLL = 0.01
_LONGEST = 600.0


async def _caught_up(pool: asyncpg.Pool) -> bool:
    head = await pool.fetchval("select position from store.head")
    reached = await pool.fetchval("select min(position) from chassis.positions where topic = 'store'")
    return bool(head == reached)


async def _started(env: Mapping[str, str], store: Store) -> float:
    """Seconds from the start of API and worker until the API is ready and a new event is in every read model."""
    port = free_port()
    own = {**env, "THIDUA_ISSUER": "http://127.0.0.1:1"}
    began = time.perf_counter()
    async with (
        process("services.campaigns", "api", env={**own, "PORT": str(port)}),
        process("services.campaigns", "worker", env=own),
        httpx.AsyncClient() as client,
    ):

        async def ready() -> bool:
            with contextlib.suppress(httpx.TransportError):
                return (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success
            return False

        await until(ready, _POLL, _LONGEST)
        await store.append(an_append(uuid4(), 0))
        return await until(lambda: _caught_up(store.pool), _POLL, _LONGEST) - began


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The row S1."""
    del wanted
    async with (
        prepared(servers, "campaigns") as full,
        prepared(servers, "campaigns") as empty,
        pooled(full["DATABASE_URL"], full["DATABASE_ROLE"]) as much,
        pooled(empty["DATABASE_URL"], empty["DATABASE_ROLE"]) as little,
    ):
        owner = await asyncpg.connect(full["DATABASE_URL"])
        ground = Ground(full["DATABASE_URL"], full["DATABASE_ROLE"], much, owner, Store(much))
        await fill(ground, scale.events)
        await owner.close()
        stores = {True: (full, ground.store), False: (empty, Store(little))}
        found: dict[bool, list[float]] = {True: [], False: []}
        for env, store in stores.values():
            await _started(env, store)  # folds what is there, once
        for _ in range(scale.rounds):
            for filled, (env, store) in stores.items():
                found[filled].append(await _started(env, store))
        await asyncio.gather(*(store.close() for _, store in stores.values()))
        events = await much.fetchval("select position from store.head")
    what = (
        f"start API and worker of campaigns on {events:,} stored events, until ready and a new event is in every read "
        "model; limit: the same on an empty store"
    )
    yield Measured(found[True], found[False]).row(
        "S1", what, "s", Demand("seconds", max(found[True]), 10, 5, most=True)
    )
