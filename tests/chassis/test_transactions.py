"""Transactions in a topic: what was aborted is never applied, and whoever compares with a topic's end settles."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import confluent_kafka
import pytest
from aiokafka import AIOKafkaConsumer
from prometheus_client import REGISTRY

from chassis.run.watch import watch_consumers
from chassis.stream import reader
from chassis.stream.cloudevents import EventSource
from chassis.stream.continuity import Continuity
from chassis.stream.outgoing import Outgoing
from chassis.stream.reader import whole
from chassis.stream.topics import events_topic
from chassis.views.rebuild import Live, Rebuild
from cli.ledger_check import ends_of
from services.notify.caught_up import CaughtUp
from tests.chassis.streams import (
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    relayed,
    relaying,
    rows,
    stream,
    until,
)
from tests.chassis.test_watch import SERVICE

__all__ = ["stream"]

TOPIC = events_topic("registry")


@contextlib.contextmanager
def transaction(stream: Stream) -> Iterator[confluent_kafka.Producer]:
    """Of a client that is not ours, open; ended by whoever asked for it, or never."""
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": stream.bootstrap, "transactional.id": f"t-{uuid4()}", "transaction.timeout.ms": 600_000}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    yield producer


async def of_names(stream: Stream, *names: str) -> Sequence[Outgoing]:
    """Records that another store's relay would send next, of one stream each."""
    for name in names:
        await stream.store.append(an_append(uuid4(), 0, name))
    head = await stream.store.head()
    return await EventSource("registry", stream.database.pool)(head - len(names), len(names))


def send(producer: confluent_kafka.Producer, records: Sequence[Outgoing], partition: int = -1) -> None:
    for each in records:
        producer.produce(TOPIC, each.value, each.key, partition, headers=list(each.headers))
    assert producer.flush(30) == 0


async def names(stream: Stream) -> list[str]:
    return sorted(name for name, _, _ in (await rows(stream)).values())


async def applied(stream: Stream) -> dict[int, int]:
    found = await stream.database.pool.fetch(
        "select partition, last_offset from chassis.positions where consumer = $1 and topic = $2",
        UNITS_SEEN.place,
        TOPIC,
    )
    return {row["partition"]: row["last_offset"] for row in found}


async def at_the_end(stream: Stream) -> bool:
    ends = {place[1]: end - 1 for place, end in (await ends_of(stream.bootstrap, [TOPIC])).items() if end}
    return (await applied(stream)).items() >= ends.items()


async def test_what_was_aborted_is_never_applied_and_everybody_settles_at_the_end(stream: Stream) -> None:
    with transaction(stream) as producer:
        send(producer, await of_names(stream, *(f"aborted {n}" for n in range(8))))
        producer.abort_transaction(30)
    async with consuming(stream):
        await until(lambda: at_the_end(stream))
        assert await names(stream) == []
        with transaction(stream) as producer:
            send(producer, await of_names(stream, *(f"committed {n}" for n in range(8))))
            producer.commit_transaction(30)
        await until(lambda: at_the_end(stream))
        assert await names(stream) == [f"committed {n}" for n in range(8)]
        assert await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).differing() == []
        assert await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run() == 8
        await until(lambda: at_the_end(stream))
        caught_up = CaughtUp(stream.database.pool, stream.bootstrap, TOPIC, {UNITS_SEEN.place})
        try:
            await caught_up.wait()
        finally:
            await caught_up.close()
    assert await names(stream) == [f"committed {n}" for n in range(8)]


async def test_without_the_guard_what_was_aborted_is_applied(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_ISOLATION", "read_uncommitted")
    with transaction(stream) as producer:
        send(producer, await of_names(stream, "aborted"))
        producer.abort_transaction(30)
    async with consuming(stream):
        await until(lambda: _named(stream, ["aborted"]))


async def _named(stream: Stream, expected: list[str]) -> bool:
    return await names(stream) == expected


async def test_an_open_transaction_holds_readers_up_and_the_lag_shows_it(stream: Stream) -> None:
    consumer = UNITS_SEEN.place
    with transaction(stream) as producer:
        first, second = await of_names(stream, "open", "behind it")
        send(producer, [first], 0)
        with transaction(stream) as other:
            send(other, [second], 0)
            other.commit_transaction(30)
        async with consuming(stream) as subscriber:
            watching = asyncio.create_task(watch_consumers(stream.store, SERVICE, {consumer: (subscriber, [TOPIC])}))
            try:
                await until(lambda: _lag(consumer, 3))
                assert await names(stream) == []
                assert not await at_the_end(stream)
                counted = await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run()
                assert counted == 0, "a rebuild comes as far as the live model"
                producer.abort_transaction(30)
                await until(lambda: _named(stream, ["behind it"]))
                await until(lambda: at_the_end(stream))
                await until(lambda: _lag(consumer, 0))
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching


async def _lag(consumer: str, value: float) -> bool:
    labels = {"consumer": consumer, "topic": TOPIC, "partition": "0"}
    return REGISTRY.get_sample_value("thidua_consumer_lag", labels) == value


async def test_a_hole_in_the_log_is_asked_for_once(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_back: list[bool] = []
    follows = Continuity.follows

    async def counted(self: Continuity, *asked: Any) -> bool:
        sent_back.append(not (answer := await follows(self, *asked)))
        return answer

    monkeypatch.setattr(Continuity, "follows", counted)
    async with consuming(stream):
        for n in range(3):
            with transaction(stream) as producer:
                send(producer, await of_names(stream, f"aborted {n}"), 0)
                producer.abort_transaction(30)
            await until(lambda: at_the_end(stream))
            with transaction(stream) as producer:
                send(producer, await of_names(stream, f"committed {n}"), 0)
                producer.commit_transaction(30)
            await until(lambda: at_the_end(stream))
        assert await names(stream) == [f"committed {n}" for n in range(3)]
        await asyncio.sleep(1)
        assert sum(sent_back) <= 6, "once for each hole at most"


async def test_a_rebuild_ends_although_the_live_models_last_record_is_gone(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a compacted topic, or where what was aborted had been applied before readers kept to what is committed."""
    async with relaying(stream):
        for name in ("one", "two", "three"):
            await stream.store.append(an_append(uuid4(), 0, name))
        await relayed(stream)
    with transaction(stream) as producer:
        for partition in range(4):
            send(producer, await of_names(stream, "aborted"), partition)
        producer.abort_transaction(30)
    with monkeypatch.context() as patch:
        patch.setattr(reader, "_ISOLATION", "read_uncommitted")
        async with consuming(stream):
            await until(lambda: _holds_aborted(stream))
    hold = Rebuild._hold_live

    async def and_then(self: Rebuild, connection: asyncpg.Connection) -> Live:
        held = await hold(self, connection)
        self._gate.reached = {place: (max(-1, stands.offset - 1), 0) for place, stands in held.items()}
        with transaction(stream) as more:
            for partition in range(4):
                send(more, await of_names(stream, "later"), partition)
            more.commit_transaction(30)
        return held

    monkeypatch.setattr(Rebuild, "_hold_live", and_then)
    async with asyncio.timeout(60):
        await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run()
    assert await names(stream) == ["one", "three", "two"]
    async with consuming(stream):
        await until(lambda: _named(stream, ["later"] * 4 + ["one", "three", "two"]))


async def _holds_aborted(stream: Stream) -> bool:
    return (await names(stream)).count("aborted") == 4


async def test_of_several_places_each_is_read_to_its_end(stream: Stream) -> None:
    """Also by whoever reads a topic whole: what comes last in a place is a marker."""
    with transaction(stream) as producer:
        for partition in range(4):
            send(producer, await of_names(stream, "one", "two"), partition)
        producer.commit_transaction(30)
    await until(lambda: _ends_told(stream))
    found: dict[int, list[int]] = {}
    async with asyncio.timeout(60), contextlib.aclosing(whole([TOPIC], stream.bootstrap, set(), 3)) as batches:
        async for batch, caught_up in batches:
            for place, records in batch.items():
                found.setdefault(place.partition, []).extend(record.offset for record in records)
            if caught_up:
                break
    assert found == {partition: [0, 1, 2] for partition in range(4)}


async def _ends_told(stream: Stream) -> bool:
    """A broker answers the commit before the marks are in every partition; until then its records are nobody's."""
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=stream.bootstrap, isolation_level="read_committed")
    try:
        await consumer.start()
        return set((await consumer.end_offsets(consumer.assignment())).values()) == {3}
    finally:
        await consumer.stop()
