"""A Kafka consumer that gets past what the client library itself cannot read, and tells Kafka how far it has come."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError

from chassis.stream.received import NoRecord
from chassis.stream.security import Brokers, for_aiokafka
from chassis.stream.topics import ANSWER_MS

log = structlog.get_logger()

Found = dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]

STALL_SECONDS: Final = 30.0
"""After so long without a record, where there are more, a broker is as good as away."""

_ISOLATION = "read_committed"

_PROBE_MS = 2000  # what has been asked of the broker before, it answers first


class Reader(AIOKafkaConsumer):  # type: ignore[misc]
    """Hands on what is committed, and a record whose header names are not UTF-8 as one without them, to be parked.

    Behind the last offsets of a partition that are no records, such as markers of transactions, comes a NoRecord:
    whoever notes how far he is gets to the end of the partition as Kafka counts it.

    The library raises in the middle of a batch, and what it had read of every partition is lost to the caller. So the
    reader remembers what it has handed on, goes back there and asks the partitions by themselves.
    """

    def __init__(self, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **(options | {"isolation_level": _ISOLATION}))
        self._next: dict[TopicPartition, int] = {}
        self._sent: dict[TopicPartition, Any] = {}
        """With which assignment a place was sent to where its reader is to begin."""
        self._group = options.get("group_id")
        self._done: dict[TopicPartition, int] = {}
        self._telling: asyncio.Task[None] | None = None

    def tell(self, done: Mapping[TopicPartition, int]) -> None:
        """Tell Kafka, once a second, that everything before these offsets is applied or parked.

        Where a consumer starts again from is a matter of time saved only: the positions in the database tell what is
        known.
        """
        self._done.update(done)
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self._done:
                await asyncio.sleep(1)
                done, self._done = self._done, {}
                try:
                    await self.commit(done)
                except (KafkaError, ConsumerStoppedError) as error:  # the group moved on
                    log.info("offsets_not_committed", group=self._group, error=type(error).__name__)
        finally:
            self._telling = None

    async def stop(self) -> None:
        """As the library's; nothing is told any more."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        await super().stop()

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None) -> Found:
        """As the library's."""
        places, assigned = self.assignment(), self._subscription.subscription.assignment
        known = self._next
        self._next = {place: known[place] if place in known else await self.position(place) for place in places}
        try:
            found = await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)
            return self._beyond(self._handed_on(found), assigned)
        except UnicodeDecodeError:
            self._go_back(places)
        except Exception:  # what was read of other places must come again
            self._go_back(places)
            raise
        for place in random.sample(sorted(places), len(places)):  # none may be kept waiting by busier ones
            if self._next[place] >= (self.highwater(place) or 0):
                continue
            try:
                found = await super().getmany(place, timeout_ms=_PROBE_MS, max_records=max_records)
            except UnicodeDecodeError:
                self.seek(place, self._next[place])
                return self._handed_on({place: await self._up_to_the_unreadable(place)})
            if found := self._handed_on(found):
                return found
        return {}

    def died_of(self) -> BaseException | None:
        """What ended one of the library's own tasks: from then on it reads nothing, until its process ends."""
        parts = (self._coordinator, "_coordination_task"), (self._fetcher, "_fetch_task"), (self._client, "_sync_task")
        tasks: Iterable[asyncio.Task[None] | None] = (getattr(part, name, None) for part, name in parts)
        ended = (task for task in tasks if task is not None and task.done() and not task.cancelled())
        return next((error for task in ended if (error := task.exception()) is not None), None)

    async def _up_to_the_unreadable(self, place: TopicPartition) -> list[ConsumerRecord[bytes, bytes]]:
        records: list[ConsumerRecord[bytes, bytes]] = []
        while True:
            try:
                found = await super().getmany(place, timeout_ms=_PROBE_MS, max_records=1)
            except UnicodeDecodeError:
                offset = self._fetcher._records[place]._partition_records.next_fetch_offset  # noqa: SLF001 - behind markers
                super().seek(place, offset + 1)
                return [*records, _unreadable(place, offset)]
            if not found.get(place):
                return records
            records += found[place]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """As the library's."""
        self._next[partition] = offset
        self._sent[partition] = self._subscription.subscription.assignment
        super().seek(partition, offset)

    def _handed_on(self, found: Found) -> Found:
        found = {place: records for place, records in found.items() if records}
        self._next |= {place: records[-1].offset + 1 for place, records in found.items()}
        return found

    def _go_back(self, places: AbstractSet[TopicPartition]) -> None:
        for place in places & self.assignment():
            self.seek(place, self._next[place])

    def _beyond(self, found: Found, assigned: Any) -> Found:
        """With a NoRecord for each place at which the library is further than what it has handed on.

        A member of a group that was not sent anywhere yet may be wherever the group once was.
        """
        if self._subscription.reassignment_in_progress or self._subscription.subscription.assignment is not assigned:
            return found
        for place, known in list(self._next.items()):
            if self._group is not None and self._sent.get(place) is not assigned:
                continue
            state = assigned.state_value(place)
            if state is not None and state.has_valid_position and state.position > known:
                found.setdefault(place, []).append(NoRecord.at(place.topic, place.partition, state.position - 1))
                self._next[place] = state.position
        return found


def _unreadable(place: TopicPartition, offset: int) -> ConsumerRecord[bytes, bytes]:
    nothing: Any = None
    return ConsumerRecord(
        place.topic, place.partition, offset, timestamp=0, timestamp_type=0, key=nothing, value=nothing, checksum=None,
        serialized_key_size=-1, serialized_value_size=-1, headers=(),
    )  # fmt: skip


async def whole(
    topics: Sequence[str], bootstrap: Brokers, known: set[tuple[str, int]], page: int = 5000
) -> AsyncGenerator[tuple[Found, bool]]:
    """All records of topics, without a group, from the beginning on; and whether the ends of the start are reached.

    Topic and partition of each place go into `known`. Raises TimeoutError when a broker hangs, KafkaError when it is
    away.
    """
    consumer = Reader(
        *topics,
        **for_aiokafka(bootstrap),
        group_id=None,
        auto_offset_reset="earliest",
        request_timeout_ms=ANSWER_MS,
        max_partition_fetch_bytes=4_194_304,
    )
    try:
        await consumer.start()
        places = consumer.assignment()
        known.update((place.topic, place.partition) for place in places)
        ends = await consumer.end_offsets(places)
        begins = await consumer.beginning_offsets(places)
        gone = {
            place: [NoRecord.at(place.topic, place.partition, begin - 1)]
            for place, begin in begins.items()
            if begin > 0
        }
        if gone:  # what was deleted has been passed, too: a partition may hold nothing else
            yield gone, False
        moved = time.monotonic()
        while True:
            async with asyncio.timeout(STALL_SECONDS):
                found = await consumer.getmany(timeout_ms=200, max_records=page)
                caught_up = all([await consumer.position(place) >= ends[place] for place in places])
            if found or caught_up:
                moved = time.monotonic()
            elif time.monotonic() - moved > STALL_SECONDS:
                raise TimeoutError("the broker gives no more records")
            yield found, caught_up
    finally:
        await consumer.stop()
