"""The topics that a relay fills: whether they are still the ones that it filled, and what to do with one made again.

A topic is the contract: one that was deleted and made again is filled anew from the store, in order, before anything
new is sent there. What reached it ahead of that is taken out.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from chassis.stream.edges import first_records, last_records
from chassis.stream.identity import Identities, Identity
from chassis.stream.outgoing import Edge, Source
from chassis.stream.security import Brokers
from chassis.stream.topics import NEVER_EMPTIED
from chassis.telemetry.telemetry import STORE_BEHIND, TOPICS_MADE_AGAIN

log = structlog.get_logger()

LOOK_SECONDS: Final = 15.0
"""How often a relay with nothing to send looks whether its topics are still there."""

WAIT_SECONDS: Final = 1.0
"""How long readers are given to see that a topic was made again before it is filled: longer than they believe what they
have seen (identity.FRESH_SECONDS)."""


class TopicMissing(KafkaError):  # type: ignore[misc]
    """A topic that is to be filled is not there."""


class StoreBehind(Exception):
    """The topic holds more of the store's log than the store: it was restored, and must take back what it lacks."""


class Filling:
    """One relay's topics. `behind` says up to which position each is filled that was made again."""

    def __init__(self, relay: str, pool: asyncpg.Pool, source: Source, bootstrap: Brokers) -> None:
        self._relay, self._pool, self._source, self._bootstrap = relay, pool, source, bootstrap
        self._identities = Identities(bootstrap)
        self._known: dict[str, Identity] = {}
        self._looked_at = float("-inf")
        self.behind: dict[str, int] = {}

    @property
    def due(self) -> bool:
        """Whether it is time to look again."""
        return time.monotonic() - self._looked_at > LOOK_SECONDS

    def close(self) -> None:
        """Give up what is open to Kafka."""
        self._identities.close()

    async def begin(self) -> None:
        """See, before anything is sent, that the store holds what its topics do; raises TopicMissing or StoreBehind."""
        await self._there()
        await self._not_ahead()

    async def look(self, position: int, epoch: int) -> None:
        """See which topics are there, and note those made again; raises TopicMissing."""
        found = await self._there()
        rows = await self._pool.fetch(
            "select topic, topic_id, partitions, filled from chassis.topics where topic = any($1::text[])",
            list(self._source.topics),
        )
        known = {row["topic"]: row for row in rows}
        self._known, self.behind = dict(found), {}
        for topic, now in found.items():
            before = known.get(topic)
            filled = before and before["filled"]
            if before is None:
                filled = 0 if position and await self._is_empty(topic, now) else None
            elif before["topic_id"] != now.id:
                if before["partitions"] != now.partitions:
                    raise TopicMissing(
                        f"{topic} has {now.partitions} partitions, not {before['partitions']}: make it again as it was"
                    )
                filled = 0
                await self._take_out_strange(topic, now)
            if before is None or before["topic_id"] != now.id:
                await self._note(topic, now, filled, epoch)
                TOPICS_MADE_AGAIN.labels(topic).inc(int(filled is not None))
            if filled is not None:
                self.behind[topic] = filled
                log.error("topic_made_again", topic=topic, id=now.id, filled=filled, position=position)
        if self.behind:
            await asyncio.sleep(WAIT_SECONDS)
        self._looked_at = time.monotonic()

    async def confirm(self, acknowledged: Sequence[RecordMetadata]) -> None:
        """See that what was sent went into the topics that are known; it is taken out of others.

        Raises TopicMissing for others, in which a transaction that is open is not to be committed, and for what was
        acknowledged at a place that lies before the log's beginning: the broker took it for a repetition of something
        that was since taken out. A new broker gives producers numbers that an old one gave before.
        """
        if any(sent.offset < (sent.log_start_offset or 0) for sent in acknowledged):
            raise TopicMissing("acknowledged, and not there")
        found = await self._identities.of(self._source.topics, fresh=0)
        if all(found.get(topic) == known for topic, known in self._known.items()):
            return
        ends: dict[tuple[str, int], int] = {}
        for sent in acknowledged:
            if sent.topic not in NEVER_EMPTIED and found.get(sent.topic) not in {None, self._known.get(sent.topic)}:
                place = (sent.topic, sent.partition)
                ends[place] = max(ends.get(place, 0), sent.offset + 1)
        if ends:
            await self._identities.empty(ends)
        raise TopicMissing("made again while something was sent")

    async def reached(self, topic: str, position: int | None, epoch: int) -> None:
        """Note up to which position a topic is filled; None when it holds everything."""
        await self._pool.execute(
            "update chassis.topics set filled = $2 where topic = $1"
            " and exists (select from chassis.relays where relay = $3 and epoch = $4)",
            topic,
            position,
            self._relay,
            epoch,
        )
        if position is None:
            del self.behind[topic]
            log.info("topic_filled", topic=topic)
        else:
            self.behind[topic] = position

    async def _there(self) -> Mapping[str, Identity]:
        """All topics; raises TopicMissing."""
        found = await self._identities.of(self._source.topics, fresh=0)
        if missing := [topic for topic in self._source.topics if topic not in found]:
            raise TopicMissing(f"{', '.join(missing)}: not there; `prepare` makes it")
        return found

    async def _not_ahead(self) -> None:
        for topic in self._source.topics:
            lacking = await self._source.lacking(await last_records(topic, self._bootstrap))
            STORE_BEHIND.labels(topic).set(len(lacking))
            if lacking:
                raise StoreBehind(f"{topic} holds other events than the store, or more, at position {min(lacking)}")

    async def _is_empty(self, topic: str, now: Identity) -> bool:
        return not any(await self._identities.ends(topic, now.partitions))

    async def _take_out_strange(self, topic: str, now: Identity) -> None:
        """Take out what a relay that did not know yet has sent ahead of what comes first."""
        firsts: Sequence[Edge] = await first_records(topic, self._bootstrap)
        if topic in NEVER_EMPTIED or not firsts:
            return
        if min(each.position for each in firsts) > await self._first_of(topic):
            ends = await self._identities.ends(topic, now.partitions)
            await self._identities.empty({(topic, number): end for number, end in enumerate(ends)})

    async def _first_of(self, topic: str) -> int:
        after = 0
        while rows := await self._source(after, 1000):
            for each in rows:
                if topic in each.topics:
                    return each.position
            after = rows[-1].position
        return after

    async def _note(self, topic: str, now: Identity, filled: int | None, epoch: int) -> None:
        await self._pool.execute(
            "insert into chassis.topics (topic, topic_id, partitions, filled) select $1, $2, $3, $4"
            " where exists (select from chassis.relays where relay = $5 and epoch = $6)"
            " on conflict (topic) do update set topic_id = excluded.topic_id, partitions = excluded.partitions,"
            " filled = excluded.filled, noted_at = now()",
            topic,
            now.id,
            now.partitions,
            filled,
            self._relay,
            epoch,
        )
