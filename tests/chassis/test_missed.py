"""What was deleted before a reaction saw it: told, answered or left one by one, and never passed over in silence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import confluent_kafka
import confluent_kafka.admin
import pytest
from structlog.testing import capture_logs

from chassis.facts.envelope import Recorded
from chassis.run.watch import watch_consumers
from chassis.service.service import Service
from chassis.store.store import Append
from chassis.stream.consumer import create_broker, start
from chassis.stream.continuity import Continuity
from chassis.stream.dead_letters import listed
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.missed import Behind, Decision, Missed, NotMissed, Source, Undone, decide, missed
from chassis.stream.topics import events_topic
from contracts.examples import example
from contracts.registry import UnitEstablished, UnitNameCorrected
from tests.chassis.streams import (
    BROKEN,
    Stream,
    an_append,
    established,
    read_all,
    relayed,
    relaying,
    stream,
    subscribing,
    until,
)
from tests.chassis.test_watch import shown

__all__ = ["stream"]

TOPIC = events_topic("registry")
PARTITIONS = 4
GONE = 2
"""Records of each partition that stay when the others are deleted."""


class Answers:
    """A reaction that remembers what it answered."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.reaction = Reaction("answer_units", self._react)

    async def _react(self, recorded: Recorded[UnitEstablished]) -> None:
        if recorded.data.name in BROKEN:
            raise ValueError("cannot bear this name")
        self.names.append(recorded.data.name)


@pytest.fixture
def answers() -> Answers:
    return Answers()


def source_of(stream: Stream) -> Source:
    return Source("registry", stream.database.pool, stream.bootstrap)


@contextlib.asynccontextmanager
async def reacting(stream: Stream, answers: Answers) -> AsyncIterator[Any]:
    broker = create_broker(stream.bootstrap, graceful_timeout=5)
    subscription = Subscription(answers.reaction, (TOPIC,))
    subscriber = subscribing(broker, stream, subscription)
    await start(broker)
    try:
        yield subscriber
    finally:
        await broker.stop()


async def publish(stream: Stream, *appends: Append) -> None:
    async with relaying(stream):
        await asyncio.gather(*(stream.store.append(append) for append in appends))
        await relayed(stream)


def delete(stream: Stream, upto: Sequence[int]) -> None:
    """Delete what stands before these offsets, by partition."""
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": stream.bootstrap})
    places = [confluent_kafka.TopicPartition(TOPIC, partition, offset) for partition, offset in enumerate(upto)]
    for future in admin.delete_records(places).values():
        future.result(10)


def ends(stream: Stream) -> list[int]:
    client = confluent_kafka.Consumer({"bootstrap.servers": stream.bootstrap, "group.id": "ends"})
    found = [
        client.get_watermark_offsets(confluent_kafka.TopicPartition(TOPIC, n), timeout=10)[1] for n in range(PARTITIONS)
    ]
    client.close()
    return found


async def some_deleted(stream: Stream, units: int = 40) -> tuple[set[str], set[str]]:
    """Establish units, and delete all of the first partition and two records of each of the others.

    Gives the names in what is gone and in what is left.
    """
    await publish(stream, *(an_append(uuid4(), 0, f"name {n}") for n in range(units)))
    there = {message.headers["ce_id"] for message in read_all(stream.bootstrap, TOPIC)}
    before = ends(stream)
    assert min(before) > GONE
    delete(stream, [GONE if partition else end for partition, end in enumerate(before)])
    left = {message.headers["ce_id"] for message in read_all(stream.bootstrap, TOPIC)}
    assert len(left) == sum(before[1:]) - GONE * (PARTITIONS - 1)
    names = {
        str(id_): name for id_, name in await stream.database.pool.fetch("select id, data ->> 'name' from store.events")
    }
    return {names[each] for each in there - left}, {names[each] for each in left}


async def answered(answers: Answers, names: set[str]) -> bool:
    return set(answers.names) == names


async def by_name(stream: Stream, found: Sequence[Missed]) -> dict[str, Missed]:
    rows = await stream.database.pool.fetch("select id, data ->> 'name' from store.events")
    names = dict(map(tuple, rows))
    return {names[each.event_id]: each for each in found}


async def test_each_missed_event_is_told_then_run_or_skipped_and_the_consumer_goes_on(
    stream: Stream, answers: Answers
) -> None:
    gone, left = await some_deleted(stream)
    pool, source = stream.database.pool, source_of(stream)
    async with reacting(stream, answers):
        found = await by_name(stream, await missed(pool, answers.reaction, source))
        assert found.keys() == gone
        assert answers.names == []
        for n, (name, event) in enumerate(found.items()):
            decision: Decision = "run" if n % 3 else "skip"
            first = await decide(pool, answers.reaction, source, event.event_id, decision, "An", f"case {n}")
            assert not first.again
            if n < 2:
                again = await decide(pool, answers.reaction, source, event.event_id, "run", "Binh", "once more")
                assert again.again
                assert (again.decision, again.by, again.reason) == (decision, "An", f"case {n}")
            assert answers.names.count(name) == (decision == "run")
        run = {name for n, name in enumerate(found) if n % 3}
        await until(lambda: answered(answers, run | left))
        assert await missed(pool, answers.reaction, source) == []
        await publish(stream, *(an_append(uuid4(), 0, f"later {n}") for n in range(8)))
        await until(lambda: answered(answers, run | left | {f"later {n}" for n in range(8)}))
        assert len(answers.names) == len(set(answers.names))
    kept = await pool.fetch("select decision, decided_by, outcome from chassis.missed")
    assert sorted(map(tuple, kept)) == sorted(
        ("run", "An", "answered") if n % 3 else ("skip", "An", "skipped") for n in range(len(found))
    )


async def test_without_the_guard_they_are_passed_over_in_silence(
    stream: Stream, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, left = await some_deleted(stream)

    async def whatever(*_: object) -> bool:
        return True

    monkeypatch.setattr(Continuity, "follows", whatever)
    async with reacting(stream, answers):
        await until(lambda: answered(answers, left))
        await publish(stream, *(an_append(uuid4(), 0, f"later {n}") for n in range(8)))
        await until(lambda: answered(answers, left | {f"later {n}" for n in range(8)}))
    assert await missed(stream.database.pool, answers.reaction, source_of(stream)) == [], "nobody ever hears of them"


async def one_stream(stream: Stream, *names: str) -> UUID:
    """The events of one unit, published and deleted."""
    unit = uuid4()
    await publish(stream, an_append(unit, 0, *names))
    delete(stream, ends(stream))
    return unit


async def test_a_stream_is_answered_in_its_order(stream: Stream, answers: Answers) -> None:
    await one_stream(stream, "one", "two", "three")
    pool, source = stream.database.pool, source_of(stream)
    one, two, three = await missed(pool, answers.reaction, source)
    with pytest.raises(Behind, match=str(one.event_id)):
        await decide(pool, answers.reaction, source, two.event_id, "run", "An", "too early")
    await decide(pool, answers.reaction, source, one.event_id, "skip", "An", "it is known")
    await decide(pool, answers.reaction, source, two.event_id, "run", "An", "now")
    decided = await decide(pool, answers.reaction, source, three.event_id, "run", "An", "now")
    assert (answers.names, decided.goes_on) == (["two", "three"], True)


async def test_what_is_parked_comes_before_what_was_missed_of_its_stream(stream: Stream, answers: Answers) -> None:
    BROKEN.add("one")
    unit = uuid4()
    pool, source = stream.database.pool, source_of(stream)
    async with reacting(stream, answers):
        await publish(stream, an_append(unit, 0, "one"))
        await until(lambda: _parked(stream, 1))
    await publish(stream, an_append(unit, 1, "two"))
    delete(stream, ends(stream))
    [two] = await missed(pool, answers.reaction, source)
    with pytest.raises(Behind, match="parked"):
        await decide(pool, answers.reaction, source, two.event_id, "run", "An", "too early")
    await pool.execute("delete from chassis.parked")
    await decide(pool, answers.reaction, source, two.event_id, "run", "An", "the parked one was discarded")
    assert answers.names == ["two"]


async def _parked(stream: Stream, count: int) -> bool:
    return len(await listed(stream.database.pool)) == count


async def test_what_the_reaction_cannot_answer_stays_to_be_decided(stream: Stream, answers: Answers) -> None:
    await one_stream(stream, "one")
    pool, source = stream.database.pool, source_of(stream)
    [one] = await missed(pool, answers.reaction, source)
    BROKEN.add("one")
    with pytest.raises(Undone, match="cannot bear"):
        await decide(pool, answers.reaction, source, one.event_id, "run", "An", "try")
    assert await missed(pool, answers.reaction, source) == [one]
    BROKEN.clear()
    await decide(pool, answers.reaction, source, one.event_id, "run", "An", "it was mended")
    assert answers.names == ["one"]
    with pytest.raises(NotMissed):
        await decide(pool, answers.reaction, source, uuid4(), "run", "An", "no such event")


async def test_where_nothing_that_it_reads_is_gone_the_consumer_is_sent_on(stream: Stream, answers: Answers) -> None:
    unit = uuid4()
    renamed = example(UnitNameCorrected, unit_id=unit)
    like = an_append(unit, 0, "one")
    await publish(stream, Append(like.stream, 0, [renamed], like.command_id, b"", like.metadata))
    delete(stream, ends(stream))
    await publish(stream, an_append(unit, 1, "two"))
    async with reacting(stream, answers):
        assert await missed(stream.database.pool, answers.reaction, source_of(stream)) == []
        await until(lambda: answered(answers, {"two"}))


async def test_what_others_sent_into_the_topic_hides_nothing_that_was_missed(stream: Stream, answers: Answers) -> None:
    await one_stream(stream, "one", "two")
    producer = confluent_kafka.Producer({"bootstrap.servers": stream.bootstrap})
    for partition in range(PARTITIONS):
        headers = {"ce_id": str(uuid4()), "ce_type": UnitEstablished.type_name(), "ce_sequence": "1",
                   "ce_streamversion": "1", "ce_time": "2024-11-20T00:00:00Z"}  # fmt: skip
        value = established(uuid4(), "foreign").model_dump_json()
        producer.produce(TOPIC, value, key="unit", partition=partition, headers=list(headers.items()))
    assert producer.flush(20) == 0
    found = await missed(stream.database.pool, answers.reaction, source_of(stream))
    assert [each.position for each in found] == [1, 2]


async def test_operations_see_where_history_is_gone_and_what_to_type(stream: Stream, answers: Answers) -> None:
    await one_stream(stream, "one")
    place = answers.reaction.place
    service = Service(name="campaigns")
    async with reacting(stream, answers) as subscriber:
        with capture_logs() as said:
            watching = asyncio.create_task(watch_consumers(stream.store, service, {place: (subscriber, [TOPIC])}))
            await until(lambda: _gone(place, 1))
        told = [line for line in said if line["event"] == "history_gone"]
        assert "`thidua reactions missed campaigns`" in told[0]["to_do"]
        [one] = await missed(stream.database.pool, answers.reaction, source_of(stream))
        await decide(stream.database.pool, answers.reaction, source_of(stream), one.event_id, "skip", "An", "known")
        await until(lambda: _gone(place, 0))
        watching.cancel()


async def _gone(consumer: str, partitions: int) -> bool:
    return shown("thidua_history_gone", consumer=consumer) == partitions
