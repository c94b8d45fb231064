"""L1, R1, R2: one stream loaded and folded, the whole log replayed, a read model built anew."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from typing import Final
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
import uvloop
from sqlalchemy import Column, Integer, MetaData, Numeric, Table, Uuid

from bench import peer
from bench.figures import Demand, Measured, Row, Scale, in_turns, ratio
from bench.ground import Ground, an_append, fill, fresh, pgbench
from chassis.facts.envelope import Recorded
from chassis.facts.projection import Add, Change, Projection, Put
from chassis.store.database import pooled
from chassis.store.store import Store
from chassis.telemetry.collector import settle
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from contracts.campaigns import ResultReported
from deploy.local.embedded import Embedded
from services.campaigns.domain.scorecard import SCORECARD

_STREAMS: Final = 100
_LONG: Final = 100
_SELECT: Final = (
    "\\set n random(0, 99)\nselect version, type, data from store.events"
    " where stream = 'long-' || :n::text and version > 0 order by version;"
)
_MIB: Final = 2**20


def cards(name: str) -> Projection:
    """A read model with one row per stream."""
    table = Table(
        name, MetaData(), Column("card", Uuid, primary_key=True), Column("value", Numeric), Column("events", Integer)
    )

    def project(recorded: Recorded[ResultReported]) -> Iterable[Change]:
        card = recorded.data.scorecard_id
        yield Put(table, (card,), {"value": recorded.data.value})
        yield Add(table, (card,), {"events": 1})

    return Projection(name, 1, [table], project)


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows L1, R1, R2, on one filled store."""
    async with fresh(servers) as ground:
        for version in range(_LONG):  # a stream's events stand among those of the others, as in life
            streams = [f"long-{number}" for number in range(_STREAMS)]
            await ground.store.append_all([an_append(uuid4(), version, stream=stream) for stream in streams])
        if wanted & {"R1", "R2"}:
            await fill(ground, scale.events)
        library = peer.Peer(ground.url)
        if "L1" in wanted:
            yield await loading(ground, scale, library)
        if "R1" in wanted:
            yield await replaying(ground, scale, library)
        library.close()
        if "R2" in wanted:
            yield await rebuilding(ground, scale)


async def loading(ground: Ground, scale: Scale, library: peer.Peer) -> Row:
    """L1."""
    store, others, stream = ground.store, list[float](), library.a_stream(_LONG)

    async def ours() -> float:
        began, done = time.perf_counter(), 0
        while (now := time.perf_counter()) < began + scale.seconds:
            events = await store.load(f"long-{done % _STREAMS}")
            SCORECARD.fold(events)
            done += 1
        return done * _LONG / (now - began)

    async def limit() -> float:
        others.append(await asyncio.to_thread(library.loads, stream, scale.seconds))
        return await pgbench(ground, _SELECT, 1, scale.seconds) * _LONG

    found = await in_turns(scale.rounds, ours, limit)
    what = "load and fold a stream of 100 events, one after the other; limit: pgbench select of the 100 rows"
    return found.row("L1", what, "events/s", ratio(0.5, 0.8), peer.times(found, others, 4))


async def replaying(ground: Ground, scale: Scale, library: peer.Peer) -> Row:
    """R1."""
    others = list[float]()
    await asyncio.to_thread(library.appends, 4, 3 * scale.seconds)

    async def ours() -> float:
        began, done = time.perf_counter(), 0
        async for page in ground.store.replay():
            done += len(page)
        return done / (time.perf_counter() - began)

    async def nowhere(_: bytes) -> None:
        return

    async def limit() -> float:
        others.append(await asyncio.to_thread(library.replay))
        began = time.perf_counter()
        said = await ground.owner.copy_from_table("events", schema_name="store", output=nowhere)
        return int(said.split()[1]) / (time.perf_counter() - began)

    found = await in_turns(scale.rounds, ours, limit)
    what = f"replay {await ground.store.head():,} events of 500 bytes with typed decoding; limit: COPY TO STDOUT"
    return found.row("R1", what, "events/s", ratio(0.45, 0.8), peer.times(found, others, 2))


async def _rebuild(url: str, role: str) -> tuple[list[tuple[float, int]], float]:
    process, growth = psutil.Process(), 0
    settle()
    async with pooled(url, role) as pool:
        projection = cards("bench_cards")
        await create_views(pool, [projection])
        resting = process.memory_info().rss
        reached = [(time.perf_counter(), 0)]

        def progress(events: int) -> None:
            nonlocal growth
            reached.append((time.perf_counter(), events))
            growth = max(growth, process.memory_info().rss - resting)

        await Rebuild(Store(pool), projection, (), "").run(progress)
    return reached, growth / _MIB


def rebuild(url: str, role: str) -> tuple[list[tuple[float, int]], float]:
    """Rebuild in a process of its own; gives moments with the events folded by then, and how memory grew in MiB."""
    return uvloop.run(_rebuild(url, role))


def _rate(reached: list[tuple[float, int]]) -> float:
    (began, first), (ended, last) = reached[0], reached[-1]
    return (last - first) / (ended - began)


async def rebuilding(ground: Ground, scale: Scale) -> Row:
    """R2: the last events against the first ones of the same run."""
    ours, limit, whole, growths = list[float](), list[float](), list[float](), list[float]()
    loop, events = asyncio.get_running_loop(), await ground.store.head()
    part = min(100_000, events // 3)
    for _ in range(scale.rounds):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            reached, growth = await loop.run_in_executor(pool, rebuild, ground.url, ground.role)
        limit.append(_rate([each for each in reached if each[1] <= part]))
        ours.append(_rate([each for each in reached if each[1] >= events - part]))
        whole.append(_rate(reached))
        growths.append(growth)
    what = (
        f"rebuild a read model of one row per stream from {events:,} events, checkpoint in the transaction: the last "
        f"{part:,} events; limit: the first {part:,}"
    )
    return Measured(ours, limit).row(
        "R2", what, "events/s", ratio(0.8, 1.0), Demand("events/s", median(whole), 50_000, 100_000),
        Demand("memory growth MiB", max(growths), 100, 100, most=True),
    )  # fmt: skip
