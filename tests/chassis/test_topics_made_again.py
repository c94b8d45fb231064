"""A topic that was deleted and made again: filled from the store, and followed without loss or doubling."""

import asyncio
from uuid import UUID, uuid4

import confluent_kafka
import confluent_kafka.admin
import pytest
from aiokafka import TopicPartition
from aiokafka.structs import RecordMetadata

from chassis.facts.envelope import Recorded
from chassis.stream import filling
from chassis.stream.astray import adopt
from chassis.stream.cloudevents import EventSource
from chassis.stream.consumer import create_broker, start
from chassis.stream.filling import Filling, TopicMissing
from chassis.stream.identity import Identity
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.offsets import Offsets
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import events_topic, public_topic
from chassis.views.projector import create_views
from contracts.registry import UnitEstablished
from tests.chassis.streams import (
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    equal,
    in_order_without_repeats,
    positions,
    read_all,
    relayed,
    relaying,
    stream,
    subscribing,
    until,
)

__all__ = ["stream"]

TOPIC, PUBLIC = events_topic("registry"), public_topic("registry")


async def delete(stream: Stream, *topics: str) -> None:
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": stream.bootstrap})
    for future in admin.delete_topics(list(topics)).values():
        await asyncio.wrap_future(future)
    await until(lambda: gone(admin, topics))


async def gone(admin: confluent_kafka.admin.AdminClient, topics: tuple[str, ...]) -> bool:
    there = (await asyncio.to_thread(admin.list_topics, timeout=10)).topics
    return not set(topics) & set(there)


async def make_again(stream: Stream, *topics: str) -> None:
    await delete(stream, *topics)
    await create_topics(stream.bootstrap, partitions=4)


async def write(stream: Stream, count: int) -> dict[UUID, tuple[str, int, int]]:
    """So many units, one event each; gives what a read model says of them."""
    units = [uuid4() for _ in range(count)]
    for unit in units:
        await stream.store.append(an_append(unit, 0, "one"))
    return dict.fromkeys(units, ("one", 1, 1))


async def holds(stream: Stream, topic: str, count: int) -> bool:
    """Whether a topic holds all positions, each partition in order."""
    found = await asyncio.to_thread(read_all, stream.bootstrap, topic)
    firsts = in_order_without_repeats(positions(found))
    return sorted(number for numbers in firsts.values() for number in numbers) == list(range(1, count + 1))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle relay looks at once."""
    monkeypatch.setattr(filling, "LOOK_SECONDS", 0.5)


@pytest.mark.usefixtures("soon")
async def test_an_idle_relay_fills_it_and_the_reader_goes_on(stream: Stream) -> None:
    async with consuming(stream), relaying(stream):
        expected = await write(stream, 20)
        await until(lambda: equal(stream, expected))
        await make_again(stream, TOPIC)
        await until(lambda: holds(stream, TOPIC, 20))
        expected |= await write(stream, 20)
        await until(lambda: equal(stream, expected))
    assert await holds(stream, PUBLIC, 40), "the other topic is left as it is"
    assert len(await asyncio.to_thread(read_all, stream.bootstrap, PUBLIC)) == 40


async def test_what_is_sent_while_it_is_made_again_comes_in_order(stream: Stream) -> None:
    """Under load; the reader was behind, so what comes too early would hide what it has not seen."""
    expected = await write(stream, 30)
    async with consuming(stream), relaying(stream):
        await until(lambda: equal(stream, expected))
    async with relaying(stream):
        expected |= await write(stream, 50)
        await relayed(stream)
        writing = asyncio.create_task(written(stream, expected, 300))
        await make_again(stream, TOPIC)
        async with consuming(stream):
            await writing
            await until(lambda: equal(stream, expected), 60)
    assert await holds(stream, TOPIC, len(expected))


async def written(stream: Stream, into: dict[UUID, tuple[str, int, int]], count: int) -> None:
    for _ in range(count // 10):
        into |= await write(stream, 10)
        await asyncio.sleep(0.01)


async def test_without_looking_before_what_is_new_comes_first(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard of the relay off: what a reader was behind with is lost."""

    async def believes(*_: object) -> None:
        return None

    monkeypatch.setattr(Filling, "confirm", believes)
    async with relaying(stream):
        await write(stream, 20)
        await relayed(stream)
        await make_again(stream, TOPIC)
        await write(stream, 20)
        await relayed(stream)
    assert not await holds(stream, TOPIC, 40)


@pytest.mark.usefixtures("soon")
async def test_without_knowing_the_topic_a_reader_is_deaf(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    async def same(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr(Offsets, "look", same)
    async with relaying(stream):
        expected = await write(stream, 20)
        await relayed(stream)
    await stream.database.pool.execute("update chassis.relays set position = 0")
    async with consuming(stream), relaying(stream):  # all of it once more: the offsets are higher than what is filled
        await until(lambda: equal(stream, expected))
        await relayed(stream)
        await asyncio.sleep(1)
        await make_again(stream, TOPIC)
        await until(lambda: holds(stream, TOPIC, 20))
        late = await write(stream, 1)
        await relayed(stream)
        await asyncio.sleep(2)
        assert not await equal(stream, expected | late)


@pytest.mark.usefixtures("soon")
async def test_a_reaction_answers_each_event_once(stream: Stream) -> None:
    answered: list[int] = []

    async def react(recorded: Recorded[UnitEstablished]) -> None:
        answered.append(recorded.position)

    broker = create_broker(stream.bootstrap, graceful_timeout=5)
    subscribing(broker, stream, Subscription(Reaction("counts", react), (TOPIC,)))
    await start(broker)
    try:
        async with relaying(stream):
            await write(stream, 10)
            await until(lambda: said(answered, 10))
            await make_again(stream, TOPIC)
            await write(stream, 10)
            await until(lambda: said(answered, 20))
    finally:
        await broker.stop()
    assert sorted(answered) == list(range(1, 21))


async def said(answered: list[int], count: int) -> bool:
    return len(answered) >= count


@pytest.mark.usefixtures("soon")
async def test_a_relay_that_ends_while_it_fills_leaves_the_rest_to_the_next(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with relaying(stream):
        await write(stream, 30)
        await relayed(stream)
    await make_again(stream, TOPIC)
    reached = Filling.reached

    async def and_ends(self: Filling, *told: object) -> None:
        await reached(self, *told)  # type: ignore[arg-type]
        await asyncio.Event().wait()

    monkeypatch.setattr(Filling, "reached", and_ends)
    async with relaying(stream) as relay:
        monkeypatch.setattr(relay, "_batch", 10)
        await until(lambda: filled(stream, 10))
    monkeypatch.setattr(Filling, "reached", reached)
    async with relaying(stream):
        await until(lambda: holds(stream, TOPIC, 30))
        await write(stream, 5)
        await until(lambda: holds(stream, TOPIC, 35))


async def filled(stream: Stream, position: int) -> bool:
    found = await stream.database.pool.fetchval("select filled from chassis.topics where topic = $1", TOPIC)
    return bool(found == position)


async def test_a_topic_with_other_partitions_is_not_filled(stream: Stream) -> None:
    """Each stream would lie elsewhere, and what a reader knows of a partition would mean nothing."""
    async with relaying(stream):
        await write(stream, 5)
        await relayed(stream)
        await delete(stream, TOPIC)
        await create_topics(stream.bootstrap, partitions=8)
        await write(stream, 5)
        await until(lambda: interrupted(stream))
        assert await asyncio.to_thread(read_all, stream.bootstrap, TOPIC) == []


async def interrupted(stream: Stream) -> bool:
    return bool(await stream.database.pool.fetchval("select position from chassis.relays") == 5)


async def test_an_acknowledgement_of_what_is_not_there_counts_for_nothing(stream: Stream) -> None:
    """As of a new broker that gives a producer the number of one before it: it takes its record for a repetition."""
    filling_it = Filling(
        "registry", stream.database.pool, EventSource("registry", stream.database.pool), stream.bootstrap
    )
    place = TopicPartition(TOPIC, 0)
    there, gone = (RecordMetadata(TOPIC, 0, place, 7, 0, 0, begin) for begin in (7, 8))
    try:
        await filling_it.begin()
        await filling_it.look(0, 0)
        await filling_it.confirm([there])
        with pytest.raises(TopicMissing):
            await filling_it.confirm([there, gone])
    finally:
        filling_it.close()


async def test_a_place_at_which_nothing_was_seen_is_known_too(stream: Stream) -> None:
    """Something may be taken out there before anything else comes: no history is gone."""
    await create_views(stream.database.pool, [UNITS_SEEN])
    member = Subscription(UNITS_SEEN, (TOPIC,))
    known = await stream.identities.of([TOPIC], fresh=0)
    assert await adopt(stream.database.pool, [member], known) == set()
    await make_again(stream, TOPIC)
    async with relaying(stream):
        expected = await write(stream, 12)
        await relayed(stream)
    ends = await stream.identities.ends(TOPIC, 4)
    await stream.identities.empty({(TOPIC, number): end for number, end in enumerate(ends)})
    await stream.database.pool.execute("update chassis.relays set position = 0")
    async with relaying(stream), consuming(stream):
        await until(lambda: equal(stream, expected))


async def test_those_who_ask_together_are_answered_together(stream: Stream) -> None:
    asked = await asyncio.gather(*(stream.identities.of([TOPIC, "missing"]) for _ in range(3)))
    assert all(list(each) == [TOPIC] for each in asked)
    await make_again(stream, TOPIC)
    again = await stream.identities.of([TOPIC], fresh=0)
    assert again[TOPIC] != asked[0][TOPIC]
    assert isinstance(again[TOPIC], Identity)
    assert again[TOPIC].partitions == 4
