"""Whether a batch follows what was applied before it: a consumer that skipped records goes back for them.

Clients skip in silence: when one partition fails, aiokafka drops what it had read of the others; with a reset to the
earliest offset, a consumer whose place was deleted begins anew where the topic now begins.
"""

from collections.abc import Collection, Mapping, Sequence

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.stream.batch import Place, runs_of
from chassis.stream.received import Raw
from chassis.stream.topics import COMPACTED

log = structlog.get_logger()


class HistoryGone(Exception):
    """Records that were never applied are no longer in the topic.

    A rebuild brings a read model beyond them, `thidua reactions` a reaction.
    """


class Continuity:
    """One consumer's view of what comes next at each place."""

    def __init__(self, pool: asyncpg.Pool, consumer: str) -> None:
        self._pool, self._consumer = pool, consumer
        self._next: dict[Place, int] = {}
        self._holes: set[tuple[Place, int, int]] = set()

    def forget(self, topics: Collection[str]) -> None:
        """Topics were made again: what came last there says nothing about what comes next."""
        self._next = {place: offset for place, offset in self._next.items() if place[0] not in topics}
        self._holes = {hole for hole in self._holes if hole[0][0] not in topics}

    def applied(self, batch: Sequence[Raw]) -> None:
        """Note a batch as applied."""
        self._next.update({place: run.last + 1 for place, run in runs_of(batch).items()})

    async def follows(self, batch: Sequence[Raw], reader: AIOKafkaConsumer) -> bool:
        """Tell whether the batch may be applied; else the reader was sent back to what was skipped.

        Raises HistoryGone when what is missing was deleted.
        """
        runs = runs_of(batch)
        firsts = {place: run.first for place, run in runs.items()}
        unsure = {place for place, run in runs.items() if run.unsure}
        missing = await self._missing(firsts, unsure)
        if not missing:
            return True
        beginnings = await reader.beginning_offsets([TopicPartition(*place) for place in missing])
        for place, offset in missing.items():
            if beginnings[TopicPartition(*place)] > offset:
                raise HistoryGone(f"{place[0]}/{place[1]} begins after {offset}, which {self._consumer} has not seen")
        skipped = {place: offset for place, offset in missing.items() if firsts[place] > offset}
        if not skipped:
            return True
        self._holes.update((place, offset, firsts[place]) for place, offset in skipped.items())
        log.warning("records_skipped", consumer=self._consumer, places=[f"{t}/{p}" for t, p in skipped])
        assigned = reader.assignment()
        for place, offset in (firsts | skipped).items():
            if TopicPartition(*place) in assigned:
                reader.seek(TopicPartition(*place), offset)
        return False

    async def _missing(self, firsts: Mapping[Place, int], unsure: Collection[Place]) -> dict[Place, int]:
        """What comes next by what was applied, where it may not be there; each hole is asked for once.

        The log itself may not hold it. Where no record came, nobody knows whether there was one: those places are
        `unsure`. From a topic that was made again something may have been taken out before anything else came.
        """
        jumped = {place for place, offset in firsts.items() if self._next.get(place) != offset or place in unsure} - {
            place for place in firsts if place[0] in COMPACTED
        }
        if not jumped:
            return {}
        rows = await self._pool.fetch(
            "select topic, partition, last_offset, awaits from chassis.positions where consumer = $1", self._consumer
        )
        known = {(row["topic"], row["partition"]): row["last_offset"] + 1 for row in rows}
        jumped -= {(row["topic"], row["partition"]) for row in rows if row["awaits"] and row["last_offset"] < 0}
        return {
            place: known.get(place, 0)
            for place in jumped
            if (place in unsure or firsts[place] > known.get(place, 0))
            and (place, known.get(place, 0), firsts[place]) not in self._holes
        }
