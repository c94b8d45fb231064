"""Which topics of their names a reader's offsets count in, and where it begins to read them."""

from collections.abc import Collection, Sequence

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.stream.astray import adopt
from chassis.stream.continuity import Continuity
from chassis.stream.feed import Feed
from chassis.stream.identity import FRESH_SECONDS, Identities
from chassis.stream.intake import Subscription
from chassis.stream.received import Raw, place_of


class Offsets:
    """Which topics of their names a reader's offsets count in."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        feed: Feed,
        topics: Sequence[str],
        identities: Identities,
        follow: Collection[Continuity],
    ) -> None:
        self._pool, self._feed, self._topics, self._identities = pool, feed, topics, identities
        self._follow = follow
        self.ids: dict[str, str] = {}

    async def look(self, fresh: float = FRESH_SECONDS) -> bool:
        """See whether a topic was made again, and know it from now on; tell whether one was.

        One that is not there at the moment is still the one that it was. Raises KafkaConnectionError.
        """
        there = await self._identities.of(self._topics, fresh)
        found = {name: each.id for name, each in there.items()}
        if all(self.ids.get(name) == each for name, each in found.items()):
            return False
        again = await adopt(self._pool, self._feed.members, there)
        again |= {name for name in found if self.ids.get(name, found[name]) != found[name]}
        self.ids |= found
        for continuity in self._follow:
            continuity.forget(again)
        return bool(again)

    async def from_the_beginning(self, batch: Sequence[Raw]) -> None:
        """Let everyone read a topic from its beginning who still waits there for what was applied last."""
        topics = sorted({place_of(raw)[0] for raw in batch})
        await self._pool.execute(
            "update chassis.positions set last_offset = -1 where awaits and consumer = any($1::text[])"
            " and topic = any($2::text[])",
            [member.effect.place for member in self._feed.members],
            topics,
        )
        for continuity in self._follow:
            continuity.forget(topics)

    async def go_back(self, reader: AIOKafkaConsumer) -> None:
        """Send a reader to what the one furthest behind has not applied, whatever its group remembers."""
        for place, offset in (await beginnings(self._pool, self._feed.members, reader.assignment())).items():
            reader.seek(place, offset)


async def beginnings(
    pool: asyncpg.Pool, members: Sequence[Subscription], places: Collection[TopicPartition]
) -> dict[TopicPartition, int]:
    """For each place the offset that comes next for whoever reads it and is furthest behind."""
    rows = await pool.fetch(
        "select consumer, topic, partition, last_offset + 1 from chassis.positions where consumer = any($1::text[])",
        [member.effect.place for member in members],
    )
    known = {(consumer, topic, partition): offset for consumer, topic, partition, offset in rows}
    return {
        place: min(known.get((member.effect.place, place.topic, place.partition), 0) for member in readers)
        for place in places
        if (readers := [member for member in members if place.topic in member.topics])
    }
