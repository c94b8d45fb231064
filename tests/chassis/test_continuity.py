"""A consumer never jumps over a record: not one that its client skipped, nor one that it cannot read."""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import confluent_kafka
import confluent_kafka.admin
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from chassis.stream import consumer
from chassis.stream.dead_letters import listed
from chassis.stream.intake import Effect, apply
from chassis.stream.offsets import Offsets
from chassis.stream.reader import Reader
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from tests.chassis.streams import (
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

__all__ = ["stream"]

TOPIC = events_topic("registry")


async def establish(stream: Stream, count: int) -> dict[Any, tuple[str, int, int]]:
    units = [uuid4() for _ in range(count)]
    async with relaying(stream):
        await asyncio.gather(*(stream.store.append(an_append(unit, 0, "one")) for unit in units))
        await relayed(stream)
    return dict.fromkeys(units, ("one", 1, 1))


async def test_a_group_whose_offsets_ran_ahead_goes_back_for_what_it_has_not_applied(stream: Stream) -> None:
    expected = await establish(stream, 40)
    group = f"thidua.{stream.database.role}.{UNITS_SEEN.place}"
    client = confluent_kafka.Consumer({"bootstrap.servers": stream.bootstrap, "group.id": group})
    places = [confluent_kafka.TopicPartition(TOPIC, partition) for partition in range(4)]
    ends = [client.get_watermark_offsets(place, timeout=10)[1] for place in places]
    ahead = [confluent_kafka.TopicPartition(TOPIC, n, end - 1) for n, end in enumerate(ends) if end]
    client.commit(offsets=ahead, asynchronous=False)
    client.close()
    async with consuming(stream):
        await until(lambda: equal(stream, expected))


async def test_a_group_that_begins_anew_does_not_pass_over_what_its_place_knows(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that was just built from topics has its positions, and a group without offsets."""
    expected = await establish(stream, 200)
    await create_views(stream.database.pool, [UNITS_SEEN])
    assert await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run() == 200
    taken: list[int] = []

    async def counted(pool: asyncpg.Pool, effect: Effect, batch: Sequence[Any], topics: Mapping[str, str]) -> int:
        taken.append(len(batch))
        return await apply(pool, effect, batch, topics)

    go_back = Offsets.go_back

    async def slowly(offsets: Offsets, reader: Any) -> None:
        await asyncio.sleep(0.5)  # in which the library could fetch from the beginning
        await go_back(offsets, reader)

    monkeypatch.setattr(consumer, "apply", counted)
    monkeypatch.setattr(Offsets, "go_back", slowly)
    async with consuming(stream):
        more = await establish(stream, 8)
        await until(lambda: equal(stream, expected | more))
    assert sum(taken) == 8


async def test_deleted_history_stops_a_consumer_until_its_model_is_rebuilt(stream: Stream) -> None:
    await establish(stream, 40)
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": stream.bootstrap})
    deleted = admin.delete_records([confluent_kafka.TopicPartition(TOPIC, partition, 2) for partition in range(4)])
    for future in deleted.values():
        future.result(10)
    async with consuming(stream):
        await asyncio.sleep(2)
        assert await rows(stream) == {}
        left = await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run()
        assert left == 32
        more = await establish(stream, 8)
        await until(lambda: _holds(stream, more))
        assert len(await rows(stream)) == left + 8


async def _holds(stream: Stream, expected: dict[Any, tuple[str, int, int]]) -> bool:
    return expected.items() <= (await rows(stream)).items()


async def test_a_record_whose_header_names_cannot_be_read_is_parked_and_costs_no_other(stream: Stream) -> None:
    expected = await establish(stream, 40)
    for partition in range(4):
        await send_with_unreadable_header(stream.bootstrap, partition)
    expected |= await establish(stream, 40)
    async with consuming(stream):
        await until(lambda: equal(stream, expected))
        parked = await listed(stream.database.pool)
        assert sorted(record.partition for record in parked) == [0, 1, 2, 3]
        rebuild = Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap)
        assert await rebuild.differing() == []
        await rebuild.run()
        assert await rows(stream) == expected
        assert await replay(stream.store, UNITS_SEEN, stream.bootstrap) == (0, 4)


async def test_unreadable_header_names_in_a_long_topic_cost_no_time(stream: Stream) -> None:
    for partition in range(4):
        await send_with_unreadable_header(stream.bootstrap, partition)
    expected = await establish(stream, 3000)
    for partition in range(4):
        await send_with_unreadable_header(stream.bootstrap, partition)
    reader = Reader(TOPIC, bootstrap_servers=stream.bootstrap, group_id=None, auto_offset_reset="earliest")
    await reader.start()
    try:
        read: list[int] = []
        async with asyncio.timeout(15):
            while len(read) < len(expected) + 8:
                for place, records in (await reader.getmany(timeout_ms=200)).items():
                    read += [place.partition * 2**40 + record.offset for record in records]
    finally:
        await reader.stop()
    assert len(set(read)) == len(read)


async def send_with_unreadable_header(bootstrap: str, partition: int) -> None:
    """No client offers it: the bytes of a sound record, with the header's name spoilt and the checksum made right."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    batch = producer.create_batch()
    batch.append(key=b"poison", value=b"{}", timestamp=None, headers=[("name", b"")])
    batch.close()
    sound = bytes(batch._builder.build())
    spoilt = sound.replace(b"name", b"\xff\xfe\xfd\xfc")
    batch._builder = _Built(spoilt[:17] + struct.pack(">I", calc_crc32c(spoilt[21:])) + spoilt[21:])
    await (await producer.send_batch(batch, TOPIC, partition=partition))
    await producer.stop()


class _Built:
    """As much of a batch builder as a finished batch needs."""

    def __init__(self, record: bytes) -> None:
        self._record = bytearray(record)

    def build(self) -> bytearray:
        return self._record

    def record_count(self) -> int:
        return 1
