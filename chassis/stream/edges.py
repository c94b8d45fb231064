"""The first and the last records of a topic: what they say about the log that it holds."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import ConsumerRecord, TopicPartition

from chassis.stream.logs import LAST_POSITION
from chassis.stream.outgoing import Edge
from chassis.stream.reader import STALL_SECONDS, Reader
from chassis.stream.security import Brokers, for_aiokafka
from chassis.stream.topics import ANSWER_MS

_DEEP: Final = 50
"""Records looked at before the end of a partition: strange ones may lie after the last of ours."""


async def first_records(topic: str, bootstrap: Brokers) -> list[Edge]:
    """The first readable record of each partition that holds any; raises as `last_records`."""
    found: dict[TopicPartition, Edge] = {}
    async with asyncio.timeout(STALL_SECONDS), _reading(topic, bootstrap) as (reader, begins, ends):
        waiting = list(begins)
        while waiting:
            for place, records in (await reader.getmany(*waiting, timeout_ms=200, max_records=100)).items():
                for edge in filter(None, map(_edge, records)):
                    found.setdefault(place, edge)
            waiting = [each for each in waiting if each not in found and await reader.position(each) < ends[each]]
    return list(found.values())


async def last_records(topic: str, bootstrap: Brokers) -> list[Edge]:
    """The last readable records of each partition; raises TimeoutError when a broker hangs, KafkaError when away."""
    found: list[Edge] = []
    async with asyncio.timeout(STALL_SECONDS), _reading(topic, bootstrap) as (reader, begins, ends):
        for place in begins:
            reader.seek(place, max(begins[place], ends[place] - _DEEP))
        waiting = list(begins)
        while waiting:
            for records in (await reader.getmany(timeout_ms=200)).values():
                found += filter(None, map(_edge, records))
            waiting = [place for place in waiting if await reader.position(place) < ends[place]]
    return found


@asynccontextmanager
async def _reading(
    topic: str, bootstrap: Brokers
) -> AsyncIterator[tuple[Reader, dict[TopicPartition, int], dict[TopicPartition, int]]]:
    """A reader at the beginning of a topic, with first and next offset of each partition that holds anything."""
    reader = Reader(
        **for_aiokafka(bootstrap), group_id=None, auto_offset_reset="earliest", request_timeout_ms=ANSWER_MS
    )
    try:
        await reader.start()
        await reader._client.add_topic(topic)  # noqa: SLF001 - no public way to know partitions that are not assigned
        places = [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]
        begins, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
        held = [place for place in places if begins[place] < ends[place]]
        if held:
            reader.assign(held)
            for place in held:
                reader.seek(place, begins[place])
        yield reader, {place: begins[place] for place in held}, ends
    finally:
        await reader.stop()


def _edge(record: ConsumerRecord[bytes, bytes]) -> Edge | None:
    headers: Mapping[str, bytes] = dict(record.headers)
    claimed = headers.get("ce_sequence") or b""
    if not claimed.isdigit() or int(claimed) > LAST_POSITION:
        return None
    return Edge(int(claimed), headers.get("ce_logid"), headers.get("ce_id") or b"")
