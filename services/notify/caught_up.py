"""Waits until what was known when an event happened is known here too.

Roles and units come by another topic than most events that people are told of. An event that overtook them would find
nobody to tell. Whatever registry had published when the event arrived, its cause included, is therefore applied first.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

import asyncpg
from aiokafka.errors import KafkaError

from chassis.stream.reader import Reader
from chassis.stream.security import Brokers, for_aiokafka

_PAUSE: Final = 0.02
_PATIENCE: Final = 5.0
_BEHIND = """
    select count(*) from unnest($1::text[]) as c (consumer)
    cross join unnest($2::text[], $3::int[], $4::bigint[]) as e (topic, partition, last)
    left join chassis.positions p using (consumer, topic, partition)
    where coalesce(p.last_offset, -1) < e.last
"""


class CaughtUp:
    """Knows how far `consumers` have come with a topic. Those who wait at the same time share one look at Kafka."""

    def __init__(self, pool: asyncpg.Pool, bootstrap: Brokers, topic: str, consumers: Collection[str]) -> None:
        self._pool, self._bootstrap, self._topic = pool, bootstrap, topic
        self._consumers = sorted(consumers)
        self._kafka: Reader | None = None
        self._look = asyncio.Lock()
        self._begun = self._done = 0

    async def wait(self) -> None:
        """Return when everything that the topic held at the time of the call is applied.

        Raises TimeoutError when that takes longer than 5 s or Kafka is away: the caller's batch then comes again.
        """
        asked = self._begun
        async with self._look:
            if self._done > asked:
                return  # a look that began after the call has ended well
            self._begun += 1
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._reach(await self._ends())
            except KafkaError as error:
                raise TimeoutError(type(error).__name__) from error
            self._done = self._begun

    async def _ends(self) -> Mapping[int, int]:
        """Offset of the last record of each partition that has any."""
        if self._kafka is None:  # without a group it is assigned every partition; it fetches nothing
            kafka = Reader(self._topic, **for_aiokafka(self._bootstrap), group_id=None)
            try:
                await kafka.start()
            except KafkaError:
                await kafka.stop()
                raise
            kafka.pause(*kafka.assignment())
            self._kafka = kafka
        ends = await self._kafka.end_offsets(self._kafka.assignment())
        return {place.partition: end - 1 for place, end in ends.items() if end}

    async def _reach(self, ends: Mapping[int, int]) -> None:
        topics, partitions, lasts = [self._topic] * len(ends), list(ends), list(ends.values())
        behind = (_BEHIND, self._consumers, topics, partitions, lasts)
        while await self._pool.fetchval(*behind):  # noqa: ASYNC110 - the news is in the database, not in this process
            await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Leave Kafka."""
        if self._kafka is not None:
            await self._kafka.stop()
