"""One batch at a time: two processes of a service, duplicates of what was parked, records that nobody can have sent."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord

from chassis.facts import envelope
from chassis.facts.decider import Rejected
from chassis.facts.envelope import EVENT_BYTES, Recorded
from chassis.store.database import connect
from chassis.store.execute import Contended
from chassis.store.store import Answer, Store
from chassis.stream import intake
from chassis.stream.cloudevents import EventSource
from chassis.stream.dead_letters import listed
from chassis.stream.intake import Reaction, apply
from chassis.stream.outgoing import Outgoing
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from contracts.people import PEOPLE
from contracts.registry import UnitEstablished
from tests.chassis.streams import BROKEN, UNITS_SEEN, an_append
from tests.conftest import PLACES, Database


@pytest.fixture
async def store(database: Database) -> Store:
    BROKEN.clear()
    await create_views(database.pool, [UNITS_SEEN])
    return Store(database.pool)


async def names(store: Store) -> dict[UUID, tuple[str, int]]:
    """Name and number of applied events by unit."""
    return {unit: (name, n) for unit, name, n in await store.pool.fetch("select unit_id, name, events from seen")}


async def sent(store: Store, *units: UUID) -> list[Outgoing]:
    """One event for each unit, as a relay sends it."""
    for unit in units:
        await store.append(an_append(unit, 0, "one"))
    return await EventSource("registry", store.pool)(0, 10)


def at(offset: int, outgoing: Outgoing, *, key: bytes | None = None, **headers: bytes) -> Any:
    """The record at an offset, perhaps with another key and other headers."""
    return a_record(offset, key or outgoing.key, outgoing.value, {**dict(outgoing.headers), **headers})


def a_record(offset: int, key: bytes, value: bytes | None, headers: dict[str, bytes], topic: str = "") -> Any:
    topic = topic or events_topic("registry")
    return ConsumerRecord(topic, 0, offset, 0, 0, key, value, None, 0, 0, tuple(headers.items()))


async def side_by_side(monkeypatch: pytest.MonkeyPatch, store: Store, *works: Awaitable[object]) -> None:
    """Start each work when the one before holds what it needs, and let the first go on once the next waits for it."""
    go, move = asyncio.Event(), intake._move_positions

    async def slowly(*arguments: Any) -> None:
        await go.wait()
        await move(*arguments)

    monkeypatch.setattr(intake, "_move_positions", slowly)
    tasks = []
    for work in works:
        tasks.append(asyncio.ensure_future(work))
        await asyncio.sleep(0.3)
    assert await store.pool.fetchval("select count(*) from pg_locks where not granted") == len(works) - 1
    go.set()
    await asyncio.gather(*tasks)


async def test_two_processes_with_the_same_batch_apply_it_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = uuid4()
    await store.append(an_append(unit, 0, "one"))
    await apply(store.pool, UNITS_SEEN, await store.read(0, 10))
    await store.append(an_append(unit, 1, "two"))
    batch = await store.read(1, 10)
    works = (apply(store.pool, UNITS_SEEN, batch) for _ in range(2))
    await side_by_side(monkeypatch, store, *works)
    assert await names(store) == {unit: ("two", 2)}


async def test_nothing_overtakes_what_another_process_is_just_parking(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    BROKEN.add("broken")
    good, bad = uuid4(), uuid4()
    await store.append(an_append(good, 0, "fine"))
    await apply(store.pool, UNITS_SEEN, await store.read(0, 10))
    await store.append(an_append(bad, 0, "broken"))
    first = await store.read(1, 10)
    await store.append(an_append(bad, 1, "after"))
    both = await store.read(1, 10)
    works = (apply(store.pool, UNITS_SEEN, batch) for batch in (first, both))
    await side_by_side(monkeypatch, store, *works)
    assert await names(store) == {good: ("fine", 1)}
    assert [parked.at_offset for parked in await listed(store.pool)] == [2, 3]


async def test_a_copy_of_what_was_unreadable_and_then_replayed_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = uuid4()
    (one,) = await sent(store, unit)
    with monkeypatch.context() as before:  # this version of the code does not know the type yet
        before.delitem(envelope._READERS, "thidua.registry.UnitEstablished.v1")
        assert await apply(store.pool, UNITS_SEEN, [at(0, one)]) == 1
    assert await replay(store, UNITS_SEEN, "") == (1, 0)
    await apply(store.pool, UNITS_SEEN, [at(1, one)])
    assert await names(store) == {unit: ("one", 1)}


async def test_two_broken_records_under_one_id_are_both_kept_but_copies_of_one_are_not(store: Store) -> None:
    claimed = {"ce_id": str(uuid4()).encode()}
    keys = (b"unit-a", b"unit-b", b"unit-a")
    await apply(store.pool, UNITS_SEEN, [a_record(offset, key, b"{", claimed) for offset, key in enumerate(keys)])
    assert [parked.stream for parked in await listed(store.pool)] == ["unit-a", "unit-b"]


@pytest.mark.parametrize(
    "forged",
    [
        {"ce_sequence": b"9" * 20},
        {"ce_sequence": b"-1"},
        {"ce_sequence": b"0"},
        {"ce_streamversion": b"9" * 12},
        {"ce_type": b"no\x00type"},
        {"key": b"k" * 6000},
        {"key": b"un\x00it"},
    ],
    ids=str,
)
async def test_what_no_store_can_have_sent_is_parked_and_others_go_on(store: Store, forged: dict[str, bytes]) -> None:
    bad, good = uuid4(), uuid4()
    one, two = await sent(store, bad, good)
    assert await apply(store.pool, UNITS_SEEN, [at(0, one, **forged), at(1, two)]) == 1
    assert await names(store) == {good: ("one", 1)}
    assert len(await listed(store.pool)) == 1


async def test_of_a_parked_record_of_the_people_directory_no_byte_is_kept(store: Store) -> None:
    record = a_record(0, str(uuid4()).encode(), b'{"full_name": "CANARY"}', {"ce_id": b"x"}, topic=PEOPLE)
    assert await apply(store.pool, UNITS_SEEN, [record]) == 1
    [kept] = await store.pool.fetch("select record, parked::text from chassis.parked")
    assert kept[0] is None
    assert "CANARY" not in kept[1]


async def test_a_reaction_whose_stream_is_contended_is_tried_again_not_parked(store: Store) -> None:
    async def react(_: Recorded[UnitEstablished]) -> None:
        raise Contended("unit-x")

    await store.append(an_append(uuid4(), 0, "one"))
    with pytest.raises(Contended):
        await apply(store.pool, Reaction("contended", react), await store.read(0, 10))
    assert await listed(store.pool) == []


async def test_a_reaction_gets_by_with_the_smallest_pool(database: Database) -> None:
    pool = await connect(database.url, database.role, PLACES, size=4)
    try:
        store = Store(pool)

        async def react(_: Recorded[UnitEstablished]) -> None:
            await store.load("unit-x")
            await store.append(an_append(uuid4(), 0, "x"))

        for _ in range(10):
            await store.append(an_append(uuid4(), 0, "a"))
        async with asyncio.timeout(10):
            assert await apply(pool, Reaction("small", react), await store.read(0, 10)) == 0
    finally:
        pool.terminate()


async def test_a_fact_that_no_consumer_would_take_is_refused_and_its_neighbours_are_stored(store: Store) -> None:
    both = (an_append(uuid4(), 0, "x" * EVENT_BYTES), an_append(uuid4(), 0, "fine"))
    refused, stored = await asyncio.gather(*map(store.append, both), return_exceptions=True)
    assert isinstance(refused, Rejected)
    assert stored == Answer(1, 1, b"")
    assert await store.head() == 1
