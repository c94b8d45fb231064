"""K1, K2, E1: from a store into Kafka, from Kafka into a table, and from a command to another service's read model."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from datetime import date
from functools import partial
from statistics import median, quantiles
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.commands import prepared, settings
from bench.figures import Demand, Measured, Row, Scale, in_turns, ratio
from bench.ground import Ground, empty_topics, fill, fresh, process, topic, until
from bench.reads import cards
from chassis.facts.decider import Context
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import running
from chassis.store.wake import listening
from chassis.stream.cloudevents import EventSource
from chassis.stream.consumer import create_broker, start, subscribe
from chassis.stream.identity import Identities
from chassis.stream.intake import Subscription
from chassis.stream.outgoing import Outgoing
from chassis.stream.relay import Relay
from chassis.stream.security import for_aiokafka
from chassis.stream.topic_settings import create_topics
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.registry.domain.unit import UNIT, EstablishUnit, unit_id
from services.registry.domain.unit_state import Known

_FLUSH: Final = 1000
_MOST: Final = 500
_POLL: Final = 0.001
COPIED: Final = "create table if not exists copied (stream text, place bigint, data json)"
"""What the limit of a reader writes to."""


@contextlib.asynccontextmanager
async def producing(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    """A bare producer with the relay's settings."""
    producer = AIOKafkaProducer(
        **for_aiokafka(bootstrap), enable_idempotence=True, acks="all", compression_type="lz4", linger_ms=0,
        max_batch_size=262_144, max_request_size=16_777_216,
    )  # fmt: skip
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@contextlib.asynccontextmanager
async def consuming(bootstrap: str, name: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A bare consumer in a group of its own, from the beginning."""
    consumer = AIOKafkaConsumer(
        name, **for_aiokafka(bootstrap), group_id=f"bench.{uuid4()}", auto_offset_reset="earliest",
        enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def send(producer: AIOKafkaProducer, name: str, records: Sequence[Outgoing]) -> float:
    """Records sent and acknowledged per second, a thousand at a time."""
    began, waiting = time.perf_counter(), iter(records)
    while some := list(itertools.islice(waiting, _FLUSH)):
        sent = [await producer.send(name, each.value, key=each.key, headers=each.headers) for each in some]
        await asyncio.gather(*sent)
    return len(records) / (time.perf_counter() - began)


async def reached(relay: Relay, position: int) -> bool:
    """Whether a relay has published up to a position."""
    return relay.position >= position


async def relaying(ground: Ground, bootstrap: str, scale: Scale, records: Sequence[Outgoing]) -> Row:
    """K1."""

    async def ours() -> float:
        async with listening(ground.url, ground.role) as wake:
            source = EventSource("campaigns", ground.pool)
            relay = Relay(f"bench-{uuid4()}", ground.pool, source, bootstrap, wake)
            task = asyncio.create_task(relay.run())
            try:
                began = await until(partial(reached, relay, 1), _POLL)  # the first batch also asks for metadata
                first = relay.position
                ended = await until(partial(reached, relay, len(records)), _POLL)
                return (relay.position - first) / (ended - began)
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def limit() -> float:
        async with topic(bootstrap) as name, producing(bootstrap) as producer:
            await send(producer, name, records[:_FLUSH])
            return await send(producer, name, records)

    await create_topics(bootstrap)
    found = await in_turns(scale.rounds, ours, limit)
    what = (
        f"relay {len(records):,} events of 500 bytes from store to Kafka, acks=all, idempotent, lz4, in order; "
        "limit: bare aiokafka producer, same settings, keys, headers and values"
    )
    return found.row("K1", what, "events/s", ratio(0.7, 1.5))


async def done(ground: Ground, consumer: str) -> int:
    """How many records a consumer has applied."""
    query = "select coalesce(sum(last_offset + 1), 0) from chassis.positions where consumer = $1"
    return int(await ground.pool.fetchval(query, consumer))


async def applied(ground: Ground, consumer: str, records: int) -> bool:
    """Whether a consumer has applied so many."""
    return await done(ground, consumer) >= records


async def nothing_is_lost(member: Subscription) -> None:
    """No store is restored here."""
    raise AssertionError(member.effect.place)


async def consumed(ground: Ground, bootstrap: str, name: str, records: int) -> float:
    """Records a second that a consumer of ours takes from a topic into a read model that lives."""
    projection = cards(f"bench_{uuid4().hex[:8]}")
    await create_views(ground.pool, [projection])
    broker = create_broker(bootstrap, graceful_timeout=5)
    subscribe(
        broker,
        ground.pool,
        ground.role,
        "1",
        Subscription(projection, (name,)),
        identities=Identities(bootstrap),
        anew=nothing_is_lost,
    )
    await start(broker)
    try:
        began = await until(partial(applied, ground, projection.place, 1), _POLL)
        first = await done(ground, projection.place)
        ended = await until(partial(applied, ground, projection.place, records), 20 * _POLL)
        return (records - first) / (ended - began)
    finally:
        await broker.stop()


async def building(ground: Ground, bootstrap: str, scale: Scale, records: Sequence[Outgoing]) -> Row:
    """K3."""

    async def ours(name: str) -> float:
        projection = cards(f"bench_{uuid4().hex[:8]}")
        await create_views(ground.pool, [projection])
        began = time.perf_counter()
        built = await Rebuild(ground.store, projection, (name,), bootstrap).run()
        return built / (time.perf_counter() - began)

    async with topic(bootstrap) as name:
        async with producing(bootstrap) as producer:
            await send(producer, name, records)
        found = await in_turns(
            scale.rounds, lambda: ours(name), lambda: consumed(ground, bootstrap, name, len(records))
        )
    what = (
        f"build a new version of a read model from {len(records):,} events of a topic, from the first fetch to the "
        "switch; limit: a consumer of ours that follows the same topic"
    )
    return found.row("K3", what, "events/s", ratio(0.5, 1.0))


async def copied(pool: asyncpg.Pool, bootstrap: str, name: str, records: int) -> float:
    """Records a second that a bare reader takes from a topic, each batch into a table by one COPY."""
    async with consuming(bootstrap, name) as consumer, pool.acquire() as connection:
        first, last, began = 0, 0, 0.0
        while last < records:
            found = await consumer.getmany(timeout_ms=200, max_records=_MOST)
            batch = [(each.key.decode(), each.offset, each.value.decode()) for part in found.values() for each in part]
            await connection.copy_records_to_table("copied", records=batch)
            last += len(batch)
            if not first and last:
                first, began = last, time.perf_counter()
        return (last - first) / (time.perf_counter() - began)


async def projecting(ground: Ground, bootstrap: str, scale: Scale, records: Sequence[Outgoing]) -> Row:
    """K2."""
    await ground.owner.execute(f'{COPIED}; grant all on copied to "{ground.role}"')
    async with topic(bootstrap) as name:
        async with producing(bootstrap) as producer:
            await send(producer, name, records)
        found = await in_turns(
            scale.rounds,
            lambda: consumed(ground, bootstrap, name, len(records)),
            lambda: copied(ground.pool, bootstrap, name, len(records)),
        )
    what = (
        f"consume and project {len(records):,} events into a table, exactly once on state; "
        "limit: bare aiokafka getmany and one COPY per batch"
    )
    return found.row("K2", what, "events/s", ratio(0.5, 0.8))


async def visible(connection: asyncpg.Connection, query: str, key: object) -> float:
    """Wait until a row is there; gives the moment."""

    async def found() -> bool:
        return bool(await connection.fetchval(query, key))

    return await until(found, _POLL, 30)


async def echoing(servers: Embedded, scale: Scale, ground: Ground) -> Row:
    """E1: relay and worker are processes of their own; every sample stands beside one of the bare way."""
    bootstrap, kinds = servers.kafka_bootstrap, (UnitKind.NATIONAL, UnitKind.PROVINCIAL)
    await empty_topics(bootstrap)
    await ground.owner.execute(f'create table echoed (key text primary key); grant all on echoed to "{ground.role}"')
    async with (
        prepared(servers, "registry") as registry_env,
        prepared(servers, "awards") as awards_env,
        process("services.registry", "relay", env=registry_env),
        process("services.awards", "worker", env=awards_env),
        running("registry", settings(registry_env)) as registry,
        running("awards", settings(awards_env), read_models=[ORGANISATION]) as awards,
        awards.pool.acquire() as looking,
        ground.pool.acquire() as bare_looking,
        topic(bootstrap) as name,
        producing(bootstrap) as producer,
        consuming(bootstrap, name) as consumer,
    ):

        async def command(code: str, parent: UUID | None) -> float:
            asked = EstablishUnit(
                code=code, name="Bảo hiểm xã hội", kind=kinds[parent is not None], parent_id=parent,
                established_on=date(1995, 6, 15),
            )  # fmt: skip
            known = Known(parent_kind=None if parent is None else kinds[0], root_id=parent)
            context = Context(occurred_on=date(2024, 11, 20))
            await registry.executor.execute(UNIT, unit_id(code), asked, context, known=known)
            accepted = time.perf_counter()
            seen = "select true from organisation_units where unit_id = $1"
            return await visible(looking, seen, unit_id(code)) - accepted

        async def insert() -> None:
            async for record in consumer:
                record_: Any = record
                await ground.pool.execute("insert into echoed values ($1)", record_.key.decode())

        async def bare() -> float:
            key = str(uuid4())
            sent = time.perf_counter()
            await producer.send_and_wait(name, b"x" * _MOST, key=key.encode())
            return await visible(bare_looking, "select true from echoed where key = $1", key) - sent

        inserting = asyncio.create_task(insert())
        await command("VSS", None)
        await bare()
        ours, limit = list[float](), list[float]()
        for number in range(scale.samples):
            ours.append(1000 * await command(f"P{number}", unit_id("VSS")))
            limit.append(1000 * await bare())
            await asyncio.sleep(0.02 + 0.001 * (number % 30))
        inserting.cancel()
        await asyncio.gather(inserting, return_exceptions=True)
    part = len(ours) // 5
    slices = [slice(start, start + part) for start in range(0, 5 * part, part)]
    found = Measured([median(ours[each]) for each in slices], [median(limit[each]) for each in slices])
    what = (
        f"command accepted to row visible in another service's read model, idle, {len(ours)} samples, p50; "
        "limit: bare producer, consumer and one insert"
    )
    cuts = quantiles(ours, n=100)
    return found.row(
        "E1", what, "ms", Demand("p50 ms", cuts[49], 30, 8, most=True), Demand("p99 ms", cuts[98], 150, 40, most=True)
    )


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows K1, K2, K3, E1."""
    bootstrap, events = servers.kafka_bootstrap, min(50_000, scale.events)
    async with fresh(servers) as ground:
        if wanted & {"K1", "K2", "K3"}:
            await fill(ground, events)
            records = await EventSource("campaigns", ground.pool)(0, events)
        if "K1" in wanted:
            yield await relaying(ground, bootstrap, scale, records)
        if "K2" in wanted:
            yield await projecting(ground, bootstrap, scale, records)
        if "K3" in wanted:
            yield await building(ground, bootstrap, scale, records)
        if "E1" in wanted:
            yield await echoing(servers, scale, ground)
