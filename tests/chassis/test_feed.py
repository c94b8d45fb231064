"""One reading for several read models: decoded once, a position for each, and none waits for one in trouble."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import Column, Integer, MetaData, Table, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from chassis.store.wake import listening
from chassis.stream import cloudevents, feed, received
from chassis.stream.consumer import create_broker, start
from chassis.stream.intake import Subscription
from chassis.stream.received import Raw, place_of
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views, project_own
from contracts.campaigns import CampaignLaunched
from contracts.registry import UnitEstablished
from tests.chassis.streams import (
    UNITS_SEEN,
    Stream,
    an_append,
    equal,
    relayed,
    relaying,
    rows,
    stream,
    subscribing,
    until,
)

__all__ = ["stream"]

REGISTRY, CAMPAIGNS = events_topic("registry"), events_topic("campaigns")
COUNTED = Table("counted", MetaData(), Column("unit_id", Uuid, primary_key=True), Column("position", Integer))


def _count(recorded: Recorded[UnitEstablished | CampaignLaunched]) -> Iterable[Change]:
    if isinstance(recorded.data, UnitEstablished):
        yield Put(COUNTED, (recorded.data.unit_id,), {"position": recorded.position})


OTHER = Projection("units_counted", 1, [COUNTED], _count)
MEMBERS = (Subscription(UNITS_SEEN, (REGISTRY,)), Subscription(OTHER, (REGISTRY, CAMPAIGNS)))


@contextlib.asynccontextmanager
async def fed(stream: Stream) -> AsyncIterator[list[Subscription]]:
    """Both read models on one reading; gives those that left it."""
    await create_views(stream.database.pool, [UNITS_SEEN, OTHER])
    left: list[Subscription] = []
    broker, alone = (create_broker(stream.bootstrap, graceful_timeout=5) for _ in range(2))
    starting: list[asyncio.Task[None]] = []

    def leave(member: Subscription) -> None:
        left.append(member)
        subscribing(alone, stream, member)
        starting.append(asyncio.create_task(start(alone)))

    subscribing(broker, stream, *MEMBERS, leave=leave)
    await start(broker)
    try:
        yield left
    finally:
        await asyncio.gather(broker.stop(), *starting)
        await alone.stop()


async def establish(stream: Stream, count: int) -> dict[Any, tuple[str, int, int]]:
    units = [uuid4() for _ in range(count)]
    for unit in units:
        await stream.store.append(an_append(unit, 0, "one"))
    return dict.fromkeys(units, ("one", 1, 1))


async def counted(stream: Stream) -> int:
    return int(await stream.database.pool.fetchval("select count(*) from units_counted_v1.counted"))


async def test_a_record_is_decoded_once_for_all_read_models(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    original = cloudevents.recorded

    def noted(headers: Any, stream: str, value: bytes) -> Any:
        decoded.append(stream)
        return original(headers, stream, value)

    monkeypatch.setattr(received, "recorded", noted)
    async with fed(stream) as left, relaying(stream):
        expected = await establish(stream, 60)
        await until(lambda: equal(stream, expected))
        await until(lambda: _counts(stream, 60))
        assert len(decoded) == 60
        assert left == []


async def _counts(stream: Stream, expected: int) -> bool:
    return await counted(stream) == expected


async def test_one_in_trouble_leaves_the_feed_and_catches_up_by_itself(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.5)
    pool = stream.database.pool
    async with fed(stream) as left, relaying(stream):
        await until(lambda: _lives(stream))
        await pool.execute("alter table units_counted_v1.counted rename to mislaid")
        expected = await establish(stream, 30)
        await until(lambda: equal(stream, expected))
        assert [each.effect.place for each in left] == [OTHER.place]
        expected |= await establish(stream, 30)
        await until(lambda: equal(stream, expected), 5)
        await pool.execute("alter table units_counted_v1.mislaid rename to counted")
        await until(lambda: _counts(stream, 60))


async def _lives(stream: Stream) -> bool:
    return bool(await stream.database.pool.fetchval("select to_regclass('units_counted_v1.counted')"))


async def test_who_stays_alone_still_takes_its_own_topics_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.1)
    left: list[Subscription] = []
    taken: list[tuple[str, str]] = []

    async def take(member: Subscription, batch: Sequence[Raw]) -> None:
        if member is MEMBERS[1]:
            await asyncio.Event().wait()
        taken.extend((member.effect.place, place_of(raw)[0]) for raw in batch)

    fed = feed.Feed(MEMBERS, left.append)
    for _ in range(2):
        await fed.give([_record(REGISTRY), _record(CAMPAIGNS)], take)
    assert left == [MEMBERS[1]]
    assert taken == [(UNITS_SEEN.place, REGISTRY)] * 2


def _record(topic: str) -> ConsumerRecord[bytes, bytes]:
    nothing: Any = None
    return ConsumerRecord(
        topic, 0, 7, timestamp=0, timestamp_type=0, key=b"x", value=b"{}", checksum=nothing,
        serialized_key_size=0, serialized_value_size=0, headers=(("ce_type", b"thidua.registry.X.v1"),),
    )  # fmt: skip


async def test_a_reading_begins_where_the_one_furthest_behind_is(stream: Stream) -> None:
    """Without a further record: the one that is ahead has nothing to do, the other one everything."""
    pool = stream.database.pool
    async with fed(stream), relaying(stream):
        expected = await establish(stream, 40)
        await relayed(stream)
        await until(lambda: equal(stream, expected))
        await until(lambda: _counts(stream, 40))
        await asyncio.sleep(1.5)  # Kafka is told once a second
    await pool.execute("delete from units_counted_v1.counted")
    await pool.execute("delete from chassis.positions where consumer = $1", OTHER.place)
    async with fed(stream):
        await until(lambda: _counts(stream, 40))
    assert await rows(stream) == expected


async def test_own_read_models_share_one_reading_of_the_store(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.5)
    pool, models = stream.database.pool, [UNITS_SEEN, OTHER]
    await create_views(pool, models)
    async with listening(stream.database.url, stream.database.role) as wake:
        task = asyncio.create_task(project_own(stream.store, models, wake))
        try:
            expected = await establish(stream, 5)
            await until(lambda: equal(stream, expected))
            await until(lambda: _counts(stream, 5))
            await pool.execute("alter table units_counted_v1.counted rename to mislaid")
            for _ in range(3):
                expected |= await establish(stream, 5)
                await until(lambda: equal(stream, expected))  # noqa: B023 - awaited before it changes
            await pool.execute("alter table units_counted_v1.mislaid rename to counted")
            await until(lambda: _counts(stream, 20))
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
