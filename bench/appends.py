"""A1-A3: appends of one process against pgbench's plain inserts and against another library's recorder."""

import asyncio
import time
from collections.abc import AsyncIterator
from statistics import quantiles
from uuid import uuid4

from bench import peer
from bench.figures import Demand, Row, Scale, in_turns, ratio
from bench.ground import Ground, an_append, fresh, pgbench, reported
from chassis.facts.envelope import encode
from chassis.store.store import Append
from deploy.local.embedded import Embedded


def insert() -> str:
    """One insert of a 500-byte event per transaction; right behind a colon a figure would be a variable to pgbench."""
    data = encode(reported(uuid4(), 1)).replace('":', '": ')
    return f"insert into plain (stream, version, data) values (gen_random_uuid()::text, 1, '{data}');"  # noqa: S608


async def appends(ground: Ground, clients: int, seconds: float, latencies: list[float]) -> float:
    """Appends per second; each client waits for its answer and appends to a stream of its own at a known version."""
    store, template = ground.store, an_append(uuid4(), 0)
    events = template.events
    began = time.perf_counter()
    deadline = began + seconds

    async def client() -> int:
        stream, version, now = f"scorecard-{uuid4()}", 0, time.perf_counter()
        while now < deadline:
            answer = await store.append(Append(stream, version, events, uuid4(), b"f" * 32, template.metadata))
            if answer is None:
                raise RuntimeError("an append met a conflict that nobody made")
            version, then, now = answer.version, now, time.perf_counter()
            latencies.append(now - then)
        return version

    done = sum(await asyncio.gather(*(client() for _ in range(clients))))
    return done / (time.perf_counter() - began)


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows A1, A2, A3."""
    what = "append of a typed event with expected version, hash chain on, one process, {} concurrent; limit: pgbench"
    table = {
        "A1": (16, ratio(0.8, 1.3), 99, None),
        "A2": (64, ratio(1.5, 2.4), 99, (15.0, 15.0)),
        "A3": (1, ratio(0.5, 0.7), 50, (1.2, 1.2)),
    }
    for name, (clients, demand, percentile, times) in table.items():
        if name not in wanted:
            continue
        async with fresh(servers) as ground:
            latencies: list[float] = []
            others: list[float] = []
            library = peer.Peer(ground.url) if name == "A1" else None

            async def ours(ground: Ground = ground, clients: int = clients, into: list[float] = latencies) -> float:
                return await appends(ground, clients, scale.seconds, into)

            async def limit(
                ground: Ground = ground,
                clients: int = clients,
                library: peer.Peer | None = library,
                into: list[float] = others,
            ) -> float:
                if library:
                    into.append(await asyncio.to_thread(library.appends, clients, scale.seconds))
                return await pgbench(ground, insert(), clients, scale.seconds)

            await appends(ground, clients, 0.3, [])
            found = await in_turns(scale.rounds, ours, limit)
            demands = [demand]
            if times:
                taken = quantiles(latencies, n=100)[percentile - 1] * 1000
                demands.append(Demand(f"p{percentile} ms", taken, *times, most=True))
            if library:
                demands.append(peer.times(found, others, 10))
                library.close()
            yield found.row(name, what.format(clients), "1/s", *demands)
