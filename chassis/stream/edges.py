"""The first and the last records of a topic: what they say about the log that it holds."""

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

from aiokafka import ConsumerRecord, TopicPartition

from chassis.stream.logs import LAST_POSITION
from chassis.stream.reader import STALL_SECONDS, Reader
from chassis.stream.topics import ANSWER_MS

_DEEP: Final = 50
"""Records looked at before the end of a partition: strange ones may lie after the last of ours."""


class Edge(NamedTuple):
    """A record's position and the log that it names, if it names one."""

    position: int
    log: bytes | None


async def first_records(topic: str, bootstrap: str) -> list[Edge]:
    """The first readable record of each partition that holds any; raises as `last_records`."""
    found: dict[TopicPartition, Edge] = {}
    async with asyncio.timeout(STALL_SECONDS):
        reader = await _reader(topic, bootstrap)
        try:
            places = await _places(reader, topic)
            begins, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
            waiting = [place for place in places if begins[place] < ends[place]]
            if waiting:
                reader.assign(waiting)
                await reader.seek_to_beginning()
            while waiting:
                for place, records in (await reader.getmany(*waiting, timeout_ms=200, max_records=100)).items():
                    for edge in filter(None, map(_edge, records)):
                        found.setdefault(place, edge)
                waiting = [each for each in waiting if each not in found and await reader.position(each) < ends[each]]
        finally:
            await reader.stop()
    return list(found.values())


async def last_records(topic: str, bootstrap: str) -> list[Edge]:
    """The last readable records of each partition; raises TimeoutError when a broker hangs, KafkaError when away."""
    found: list[Edge] = []
    async with asyncio.timeout(STALL_SECONDS):
        reader = await _reader(topic, bootstrap)
        try:
            places = await _places(reader, topic)
            begins, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
            waiting = [place for place in places if begins[place] < ends[place]]
            if waiting:
                reader.assign(waiting)
            for place in waiting:
                reader.seek(place, max(begins[place], ends[place] - _DEEP))
            while waiting:
                for records in (await reader.getmany(timeout_ms=200)).values():
                    found += filter(None, map(_edge, records))
                waiting = [place for place in waiting if await reader.position(place) < ends[place]]
        finally:
            await reader.stop()
    return found


async def _reader(topic: str, bootstrap: str) -> Reader:
    reader = Reader(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest", request_timeout_ms=ANSWER_MS
    )
    await reader.start()
    await reader._client.add_topic(topic)  # noqa: SLF001 - no public way to know partitions before they are assigned
    return reader


async def _places(reader: Reader, topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]


def _edge(record: ConsumerRecord[bytes, bytes]) -> Edge | None:
    headers: Mapping[str, bytes] = dict(record.headers)
    claimed = headers.get("ce_sequence") or b""
    if not claimed.isdigit() or int(claimed) > LAST_POSITION:
        return None
    return Edge(int(claimed), headers.get("ce_logid"))
