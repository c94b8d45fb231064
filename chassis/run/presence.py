"""Since when a worker's readers have been away, and what follows: a compacted topic may have forgotten what it erased.

A tombstone stays for a time only. A reader that comes back later sees nothing of the erasure, and what it had learned
of the erased would stay for ever. So its read model is built anew from the whole topic.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.facts.projection import Projection
from chassis.run.watch import Readings
from chassis.service.service import Learns
from chassis.store.patience import at_all_costs
from chassis.store.store import Store
from chassis.stream.security import Brokers
from chassis.stream.topics import COMPACTED, TOMBSTONE_MS
from chassis.views.rebuild import Needed, Rebuild

log = structlog.get_logger()

TOO_LONG: Final = timedelta(milliseconds=TOMBSTONE_MS / 2)
"""A reader that was away for longer may miss a tombstone by the time it has read what came since."""

_EVERY_SECONDS: Final = 60.0
_SOON_SECONDS: Final = 5.0
_FRESH_SECONDS: Final = 30.0
"""A reader is there while the broker has answered it so recently; with nothing to give it answers twice a second."""

_AWAY: Final = (
    "select exists (select from chassis.positions where consumer = $1 and topic = any($2::text[])"
    " and looked_at < now() - $3::interval)"
)
_LOOKED: Final = (
    "update chassis.positions set looked_at = greatest(looked_at, $1)"
    " where (consumer, topic, partition) in (select * from unnest($2::text[], $3::text[], $4::int[]))"
)


async def keep_present(store: Store, bootstrap: Brokers, learns: Sequence[Learns], readings: Readings) -> None:
    """Note once a minute, until cancelled, which places are looked at; what was away for too long is reloaded first."""
    while True:
        there = await at_all_costs(lambda: look(store, bootstrap, learns, readings), "presence")
        await asyncio.sleep(_EVERY_SECONDS if there else _SOON_SECONDS)


async def look(store: Store, bootstrap: Brokers, learns: Sequence[Learns], readings: Readings) -> bool:
    """As `keep_present`, once; tells whether any place is looked at. Raises what the drivers raise."""
    began = await store.pool.fetchval("select now()")  # a process that is stopped from here on has not looked later
    there = [
        (consumer, place.topic, place.partition)
        for consumer, (subscriber, topics) in readings.items()
        for place in _answered(subscriber.consumer)
        if place.topic in topics
    ]
    present = {(consumer, topic) for consumer, topic, _ in there}
    for projection, topics in learns:
        if any((projection.place, topic) in present for topic in COMPACTED.intersection(topics)):
            await _reload_if_away(store, bootstrap, projection, topics)
    await store.pool.execute(_LOOKED, began, *map(list, zip(*there, strict=True)) if there else ([], [], []))
    return bool(there)


def _answered(reader: AIOKafkaConsumer | None) -> Iterator[TopicPartition]:
    """The places from which a broker has just answered a reader, were it with nothing."""
    if reader is None:
        return
    for place in reader.assignment():
        at = reader.last_poll_timestamp(place)
        if at is not None and time.time() - at / 1000 < _FRESH_SECONDS:
            yield place


async def _reload_if_away(store: Store, bootstrap: Brokers, projection: Projection, topics: Sequence[str]) -> None:
    compacted = list(COMPACTED.intersection(topics))

    async def away() -> bool:
        return bool(await store.pool.fetchval(_AWAY, projection.place, compacted, TOO_LONG))

    if await away():
        log.warning("reader_was_away", place=projection.place, topics=compacted)
        await reload(store, bootstrap, projection, topics, needed=away)


async def reload(
    store: Store, bootstrap: Brokers, projection: Projection, topics: Sequence[str], *, needed: Needed
) -> None:
    """Build a learned read model anew from the whole of its topics, beside the live one, and take it.

    What is in none of them any more is in it no more; its places count as looked at since before they were read. Of
    several who want it one does it: each asks, when it is its turn, whether it is still `needed`. Raises what the
    drivers raise; nothing was changed then.
    """
    events = await Rebuild(store, projection, topics, bootstrap).run(needed=needed)
    log.info("read_model_reloaded", place=projection.place, events=events)
