"""A topic held against its store: each kind of difference is made on purpose and is named with its position."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.stream import copies
from chassis.stream.copies import Differences, compare, topics_of
from chassis.stream.topics import events_topic
from tests.chassis.streams import Stream, an_append, emptied, produce, produce_into, read_all, relayed, relaying, stream

__all__ = ["stream"]

TOPIC = events_topic("registry")


async def filled(stream: Stream, count: int = 3) -> list[Any]:
    """Messages of a topic that holds so many events, in the order of their positions."""
    for _ in range(count):
        await stream.store.append(an_append(uuid4(), 0, "one"))
    async with relaying(stream):
        await relayed(stream)
    return sorted(read_all(stream.bootstrap, TOPIC), key=lambda each: int(each.headers["ce_sequence"]))


async def found(stream: Stream) -> Differences:
    events, public = await compare(stream.database.pool, "registry", topics_of("registry"), stream.bootstrap)
    assert not public.counts
    return events


async def test_repetitions_and_what_was_not_sent_yet_are_no_difference(stream: Stream) -> None:
    messages = await filled(stream)
    produce(stream, *messages)
    await stream.store.append(an_append(uuid4(), 0, "not sent yet"))
    differences = await found(stream)
    assert (differences.counts, differences.upto, differences.events) == ({}, 3, 3)


async def test_a_deleted_event_is_missing(stream: Stream) -> None:
    messages = await filled(stream)
    await emptied(stream, TOPIC)
    produce(stream, messages[0], messages[2])
    assert (await found(stream)).positions == {"missing": ["2"]}


OTHERS = {
    "another id": {"ce_id": str(uuid4()).encode()},
    "another hash": {"ce_hash": b"00" * 32},
    "another type": {"ce_type": b"thidua.registry.UnitRelabelled.v1"},
    "another time": {"ce_time": b"2024-01-01T00:00:00Z"},
    "no time": {"ce_time": b""},
    "another day": {"ce_occurredon": b"2024-01-01"},
    "another version": {"ce_streamversion": b"2"},
    "an actor": {"ce_actor": str(uuid4()).encode()},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_other_content_at_a_position_is_told(stream: Stream, other: dict[str, bytes]) -> None:
    messages = await filled(stream, 1)
    produce(stream, *messages, **other)
    assert (await found(stream)).positions == {"changed": ["1"]}


async def test_another_value_or_key_is_told(stream: Stream) -> None:
    [message] = await filled(stream, 1)
    for change in ({"value": message.value.replace(b"one", b"two")}, {"key": b"unit-other"}):
        produce(stream, type(message)(**{**vars(message), **change}))
    differences = await found(stream)
    assert (differences.counts, differences.positions) == ({"changed": 2}, {"changed": ["1", "1"]})


async def test_without_the_comparison_of_content_a_forgery_passes(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "is_copy", lambda *_: True)
    produce(stream, *await filled(stream, 1), **OTHERS["another id"])
    assert (await found(stream)).counts == {}


async def test_what_the_store_does_not_have_is_told_with_its_log(stream: Stream) -> None:
    messages = await filled(stream, 1)
    produce(stream, *messages, ce_sequence=b"9")
    produce(stream, *messages, ce_logid=str(uuid4()).encode(), ce_sequence=b"1")
    produce(stream, *messages, ce_sequence=b"x")
    differences = await found(stream)
    assert differences.positions["unknown"] == ["9"]
    assert differences.positions["foreign"] == ["1"]
    assert differences.counts == {"unknown": 1, "foreign": 1, "unreadable": 1}


async def test_an_event_behind_its_place_is_late_and_a_rebuild_would_pass_over_it(stream: Stream) -> None:
    unit = uuid4()
    for number in range(3):
        await stream.store.append(an_append(unit, number, "one"))
    messages = await filled(stream, 0)
    await emptied(stream, TOPIC)
    produce(stream, messages[0], messages[2], messages[1])
    assert (await found(stream)).positions == {"late": ["2"]}


async def test_a_repetition_behind_a_higher_one_of_another_partition_is_no_difference(stream: Stream) -> None:
    messages = await filled(stream, 6)
    for partition in range(4):
        produce_into(stream, partition, *messages)
    assert (await found(stream)).counts == {}


async def test_an_internal_event_in_the_public_topic_is_told(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(stream, 1)
    monkeypatch.setattr(copies, "CATALOGUE", {})  # nothing is public then
    _, public = await compare(stream.database.pool, "registry", topics_of("registry"), stream.bootstrap)
    assert public.positions == {"internal": ["1"]}


async def test_of_many_the_first_are_named_and_all_are_counted(stream: Stream) -> None:
    await filled(stream, 8)
    await emptied(stream, TOPIC)
    assert (await found(stream)).said() == ["missing: 1, 2, 3, 4, 5 … (8)"]
