"""From Kafka into a read model: each event once, poison, sequenced replay, rebuild, a database that goes away."""

import asyncio
import contextlib
from dataclasses import replace
from uuid import uuid4

import confluent_kafka
import confluent_kafka.admin
import pytest
from prometheus_client import REGISTRY

from chassis.store.database import connect
from chassis.store.interventions import By
from chassis.store.store import Store
from chassis.store.wake import listening
from chassis.stream.dead_letters import discard, listed
from chassis.stream.intake import apply
from chassis.stream.received import receive
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.checkpoint import checkpoint
from chassis.views.projector import create_views, project_own
from chassis.views.rebuild import Rebuild, digest
from deploy.local.embedded import Embedded
from tests.chassis.streams import (
    BROKEN,
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    equal,
    relayed,
    relaying,
    rows,
    stream,
    until,
)
from tests.leaks import Watch

__all__ = ["stream"]


async def test_a_read_model_of_anothers_events_sees_each_once_and_a_repeated_topic_changes_nothing(
    stream: Stream,
) -> None:
    units = [uuid4() for _ in range(20)]
    async with consuming(stream), relaying(stream):
        for version in range(3):
            await asyncio.gather(*(stream.store.append(an_append(unit, version, f"v{version}")) for unit in units))
        await until(lambda: equal(stream, dict.fromkeys(units, ("v2", 3, 3))))
    await stream.database.pool.execute("update chassis.relays set position = 0")
    async with consuming(stream), relaying(stream):
        await relayed(stream)
        await stream.store.append(an_append(units[0], 3, "v3"))
        expected = dict.fromkeys(units, ("v2", 3, 3)) | {units[0]: ("v3", 4, 4)}
        await until(lambda: equal(stream, expected))


async def test_an_event_that_comes_twice_in_one_batch_counts_once(stream: Stream) -> None:
    """As after a relay died between a record's acknowledgement and its checkpoint."""
    pool, unit = stream.database.pool, uuid4()
    await create_views(pool, [UNITS_SEEN])
    await stream.store.append(an_append(unit, 0, "one", "two"))
    once = [receive(event) for event in await stream.store.read(0, 10)]
    again = [replace(record, offset=record.offset + len(once)) for record in once]
    await apply(pool, UNITS_SEEN, [*once, *again])
    assert await rows(stream) == {unit: ("two", 2, 2)}


POISON: dict[str, tuple[bytes | None, list[tuple[str, bytes | None]]]] = {
    "bad json": (b"{", []),
    "null value": (None, []),
    "bad utf-8 in a header": (b"{}", [("ce_type", b"\xff\xfe")]),
    "10 MB": (b'{"name":"' + b"x" * 10_000_000 + b'"}', []),
    "deep nesting": (b"[" * 100_000, []),
    "fields missing": (b"{}", []),
    "a header without a value": (b"{}", [("ce_id", None)]),
    "NUL in the type": (b"{}", [("ce_type", b"thidua.x\x00y")]),
    "no header at all": (b"{}", [("ce_sequence", b"")]),
}


async def test_poison_is_parked_and_other_streams_go_on(stream: Stream) -> None:
    producer = confluent_kafka.Producer({"bootstrap.servers": stream.bootstrap, "message.max.bytes": 15_000_000})
    usual = {"ce_type": b"thidua.registry.UnitEstablished.v1", "ce_sequence": b"999999", "ce_streamversion": b"1",
             "ce_time": b"2024-11-20T00:00:00Z"}  # fmt: skip
    for name, (value, headers) in POISON.items():
        all_headers = {**usual, "ce_id": str(uuid4()).encode(), **dict(headers)}
        producer.produce(events_topic("registry"), value, key=f"poison-{name}", headers=list(all_headers.items()))
    assert producer.flush(20) == 0
    units = [uuid4() for _ in range(20)]
    async with consuming(stream), relaying(stream):
        await asyncio.gather(*(stream.store.append(an_append(unit, 0, "fine")) for unit in units))
        await until(lambda: equal(stream, dict.fromkeys(units, ("fine", 1, 1))))
        parked = await listed(stream.database.pool)
        assert {record.stream for record in parked} == {f"poison-{name}" for name in POISON}
        assert all(record.error for record in parked)
        assert await replay(stream.store, UNITS_SEEN, stream.bootstrap) == (0, len(POISON))
        for record in parked:
            assert await discard(stream.database.pool, record.id, By("An", "poison"))
        assert await listed(stream.database.pool) == []


async def test_a_fact_of_an_unknown_type_passes_by_and_is_counted(stream: Stream) -> None:
    """A newer version of the producer runs: nothing is parked for it, nothing waits behind it."""
    unit = uuid4()
    headers = {"ce_type": b"thidua.registry.NeverHeardOf.v1", "ce_sequence": b"999999", "ce_streamversion": b"1",
               "ce_time": b"2024-11-20T00:00:00Z", "ce_id": str(uuid4()).encode()}  # fmt: skip
    before = counted()
    producer = confluent_kafka.Producer({"bootstrap.servers": stream.bootstrap})
    for topic_key in (f"unit-{unit}", "never-heard-of"):
        producer.produce(events_topic("registry"), b"{", key=topic_key, headers=list(headers.items()))
    assert producer.flush(20) == 0
    async with consuming(stream), relaying(stream):
        await stream.store.append(an_append(unit, 0, "fine"))
        await until(lambda: equal(stream, {unit: ("fine", 1, 1)}))
        await until(lambda: both_passed(before))
        assert await listed(stream.database.pool) == []


async def both_passed(before: float) -> bool:
    return counted() >= before + 2


def counted() -> float:
    return REGISTRY.get_sample_value("thidua_unknown_facts_total", {"consumer": UNITS_SEEN.place}) or 0.0


async def test_a_failing_record_holds_back_its_stream_alone_and_all_replay_in_order(stream: Stream) -> None:
    bad, good = uuid4(), uuid4()
    BROKEN.add("broken")
    async with consuming(stream), relaying(stream):
        await stream.store.append(an_append(bad, 0, "before", "broken", "after"))
        await stream.store.append(an_append(good, 0, "one"))
        await until(lambda: equal(stream, {bad: ("before", 1, 1), good: ("one", 1, 1)}))
        await stream.store.append(an_append(bad, 3, "later"))
        await stream.store.append(an_append(good, 1, "two"))
        await until(lambda: equal(stream, {bad: ("before", 1, 1), good: ("two", 2, 2)}))
        await until(lambda: _parked(stream, 3))
        assert await replay(stream.store, UNITS_SEEN, stream.bootstrap) == (0, 3)
        BROKEN.clear()
        assert await replay(stream.store, UNITS_SEEN, stream.bootstrap) == (3, 0)
        await stream.store.append(an_append(bad, 4, "last"))
        await until(lambda: equal(stream, {bad: ("last", 5, 5), good: ("two", 2, 2)}))


async def _parked(stream: Stream, count: int) -> bool:
    return len(await listed(stream.database.pool)) == count


@pytest.mark.parametrize("name", ["with\x00nul", "overflow"], ids=["by the server", "by the driver"])
async def test_a_value_that_the_database_refuses_parks_its_record_alone(stream: Stream, name: str) -> None:
    await create_views(stream.database.pool, [UNITS_SEEN])
    good, bad = uuid4(), uuid4()
    for append in (an_append(good, 0, "fine"), an_append(bad, 0, name)):
        await stream.store.append(append)
    await apply(stream.database.pool, UNITS_SEEN, await stream.store.read(0, 10))
    await stream.store.append(an_append(bad, 1, "behind"))
    await apply(stream.database.pool, UNITS_SEEN, await stream.store.read(2, 10))
    assert await rows(stream) == {good: ("fine", 1, 1)}
    assert [(record.stream, record.at_offset) for record in await listed(stream.database.pool)] == [
        (f"unit-{bad}", 2),
        (f"unit-{bad}", 3),
    ]
    assert await checkpoint(stream.database.pool, UNITS_SEEN.place) == 3


async def test_a_table_that_is_missing_stops_its_consumer_and_parks_nothing(stream: Stream) -> None:
    pool, unit = stream.database.pool, uuid4()
    async with consuming(stream), relaying(stream):
        await pool.execute("alter table seen rename to mislaid")
        await stream.store.append(an_append(unit, 0, "one", "two"))
        await relayed(stream)
        await asyncio.sleep(0.5)
        assert await listed(pool) == []
        await pool.execute("alter table mislaid rename to seen")
        await until(lambda: equal(stream, {unit: ("two", 2, 2)}))


@pytest.mark.parametrize("topics", [(), (events_topic("registry"),)], ids=["own events", "through Kafka"])
async def test_a_rebuilt_model_equals_the_live_one_while_commands_go_on(
    stream: Stream, topics: tuple[str, ...]
) -> None:
    pool = stream.database.pool
    await create_views(pool, [UNITS_SEEN])
    units = [uuid4() for _ in range(50)]

    async def write(rounds: range) -> None:
        for version in rounds:
            await asyncio.gather(*(stream.store.append(an_append(unit, version, f"n{version}")) for unit in units))

    async with contextlib.AsyncExitStack() as live:
        if topics:
            await live.enter_async_context(consuming(stream))
            await live.enter_async_context(relaying(stream))
        else:
            wake = await live.enter_async_context(listening(stream.database.url, stream.database.role))
            task = asyncio.create_task(project_own(stream.store, [UNITS_SEEN], wake))
            live.callback(task.cancel)
        await write(range(10))
        writing = asyncio.create_task(write(range(10, 40)))
        assert await Rebuild(stream.store, UNITS_SEEN, topics, stream.bootstrap).differing() == []
        await Rebuild(stream.store, UNITS_SEEN, topics, stream.bootstrap).run()
        await writing
        complete = dict.fromkeys(units, ("n39", 40, 40))
        await until(lambda: equal(stream, complete))
        before = await digest(pool, UNITS_SEEN)
        await Rebuild(stream.store, UNITS_SEEN, topics, stream.bootstrap).run()
        assert await digest(pool, UNITS_SEEN) == before
        await pool.execute("update seen set events = events + 1 where unit_id = $1", units[0])
        assert await Rebuild(stream.store, UNITS_SEEN, topics, stream.bootstrap).differing() == ["seen"]


@pytest.mark.parametrize("name", ["with\x00nul", "overflow", "broken"], ids=["server", "driver", "projection"])
@pytest.mark.parametrize("topics", [(), (events_topic("registry"),)], ids=["own events", "through Kafka"])
async def test_a_rebuild_parks_what_cannot_be_applied_and_holds_back_its_stream_alone(
    stream: Stream, topics: tuple[str, ...], name: str
) -> None:
    BROKEN.add("broken")
    pool, good, bad = stream.database.pool, uuid4(), uuid4()
    await create_views(pool, [UNITS_SEEN])
    for version, (well, badly) in enumerate((("one", "before"), ("two", name))):
        await stream.store.append(an_append(good, version, well))
        await stream.store.append(an_append(bad, version, badly))
    async with relaying(stream):
        await relayed(stream)
    assert await Rebuild(stream.store, UNITS_SEEN, topics, stream.bootstrap).run() == 3
    assert await rows(stream) == {good: ("two", 2, 2), bad: ("before", 1, 1)}
    assert [record.stream for record in await listed(pool, UNITS_SEEN.place)] == [f"unit-{bad}"]
    BROKEN.clear()


async def test_a_consumer_waits_while_the_database_is_away_and_loses_nothing(
    stream: Stream, servers: Embedded, watch: Watch
) -> None:
    async with consuming(stream), relaying(stream):
        first, second = uuid4(), uuid4()
        await stream.store.append(an_append(first, 0, "before"))
        await until(lambda: equal(stream, {first: ("before", 1, 1)}))
        await asyncio.to_thread(servers.kill_postgres)
        await asyncio.sleep(1)
        await asyncio.to_thread(servers.start_postgres)
        watch.adopt(servers.pids["postgres"])
        pool = await connect(stream.database.url, stream.database.role)
        store = Store(pool)
        await store.append(an_append(second, 0, "after"))
        await store.close()
        await pool.close()
        await until(lambda: equal(stream, {first: ("before", 1, 1), second: ("after", 1, 1)}))
        assert await listed(stream.database.pool) == []
