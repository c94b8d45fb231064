"""Whether a batch follows what was applied before it: a consumer that skipped records goes back for them.

Clients skip in silence: when one partition fails, aiokafka drops what it had read of the others; with a reset to the
earliest offset, a consumer whose place was deleted begins anew where the topic now begins.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.stream.topics import COMPACTED

log = structlog.get_logger()

_FAR: Final = 5000
"""Records that are read again rather than passed over: a seek costs a fetch."""

Place = tuple[str, int]
"""Topic and partition."""


class HistoryGone(Exception):
    """Records that were never applied are no longer in the topic. Only a rebuild brings the read model beyond them."""


class Continuity:
    """One consumer's view of what comes next at each place."""

    def __init__(self, pool: asyncpg.Pool, consumer: str) -> None:
        self._pool, self._consumer = pool, consumer
        self._next: dict[Place, int] = {}
        self._holes: set[tuple[Place, int, int]] = set()
        self._spared: set[tuple[Place, int]] = set()

    def applied(self, batch: Sequence[ConsumerRecord[bytes, bytes]]) -> dict[TopicPartition, int]:
        """Note a batch as applied; gives the offset that comes next at each of its places."""
        last = {(record.topic, record.partition): record.offset + 1 for record in batch}
        self._next.update(last)
        return {TopicPartition(*place): offset for place, offset in last.items()}

    async def follows(self, batch: Sequence[ConsumerRecord[bytes, bytes]], reader: AIOKafkaConsumer) -> bool:
        """Tell whether the batch may be applied; else the reader was sent to where it must begin.

        That is back to what was skipped, or, for a group that begins anew, forward to what is not known yet. Raises
        HistoryGone when what is missing was deleted.
        """
        firsts: dict[Place, int] = {}
        for record in batch:
            firsts.setdefault((record.topic, record.partition), record.offset)
        missing, known = await self._elsewhere(firsts)
        if not missing and not known:
            return True
        beginnings = await reader.beginning_offsets([TopicPartition(*place) for place in missing])
        for place, offset in missing.items():
            if beginnings[TopicPartition(*place)] > offset:
                raise HistoryGone(f"{place[0]}/{place[1]} begins after {offset}, which {self._consumer} has not seen")
            self._holes.add((place, offset, firsts[place]))
        if missing:
            log.warning("records_skipped", consumer=self._consumer, places=[f"{t}/{p}" for t, p in missing])
        assigned = reader.assignment()
        for place, offset in (firsts | missing | known).items():
            if TopicPartition(*place) in assigned:
                reader.seek(TopicPartition(*place), offset)
        return False

    async def _elsewhere(self, firsts: Mapping[Place, int]) -> tuple[dict[Place, int], dict[Place, int]]:
        """Where to begin instead, by place: with what was skipped, or beyond what was applied long ago.

        Each is asked for once: the log itself may not hold it.
        """
        jumped = {place for place, offset in firsts.items() if self._next.get(place) != offset} - {
            place for place in firsts if place[0] in COMPACTED
        }
        if not jumped:
            return {}, {}
        rows = await self._pool.fetch(
            "select topic, partition, last_offset from chassis.positions where consumer = $1", self._consumer
        )
        known = {(row["topic"], row["partition"]): row["last_offset"] + 1 for row in rows}
        missing = {
            place: known.get(place, 0)
            for place in jumped
            if firsts[place] > known.get(place, 0) and (place, known.get(place, 0), firsts[place]) not in self._holes
        }
        beyond = {
            place: known[place]
            for place in jumped
            if known.get(place, 0) > firsts[place] + _FAR and (place, known[place]) not in self._spared
        }
        self._spared.update(beyond.items())
        return missing, beyond
