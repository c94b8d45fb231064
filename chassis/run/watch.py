"""What a worker and a relay tell Prometheus about their streams: how far they are, how much waits, what is parked."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from chassis.organisation.organisation import ORGANISATION, Organisation
from chassis.store.patience import at_all_costs
from chassis.store.store import Store
from chassis.stream.received import STORE
from chassis.telemetry.telemetry import (
    CONSUMER_LAG,
    IN_DOUBT,
    LOST_EVENTS,
    PARKED_RECORDS,
    PROJECTION_POSITION,
    RELAY_LAG,
    RELAY_POSITION,
)
from chassis.views.projector import is_live

_EVERY_SECONDS = 5.0
_LOST = "select coalesce(sum(coalesce(last, first) - first + 1), 0)::bigint from chassis.lost"


Readings = Mapping[str, tuple[Any, Collection[str]]]
"""FastStream's subscriber by the place that it reads for, and which of its topics that place takes."""


async def watch_consumers(store: Store, projections: list[str], readings: Readings) -> None:
    """Look every five seconds at a worker's consumers: `projections` of the own store, and what comes from Kafka."""

    async def look() -> None:
        head = await store.head()
        rows = await store.pool.fetch("select consumer, topic, partition, last_offset from chassis.positions")
        reached = {(row["consumer"], row["topic"], row["partition"]): row["last_offset"] for row in rows}
        for name in projections:
            position = reached.get((name, STORE, 0), 0)
            PROJECTION_POSITION.labels(name).set(position)
            CONSUMER_LAG.labels(name, STORE, 0).set(head - position)
        for name, (subscriber, topics) in readings.items():
            reader = subscriber.consumer
            for place in reader.assignment() if reader is not None else ():
                if place.topic not in topics:
                    continue
                end = reader.highwater(place)  # as of the last fetch
                lag = max(0, (end or 0) - 1 - reached.get((name, place.topic, place.partition), -1))
                CONSUMER_LAG.labels(name, place.topic, place.partition).set(lag)
        parked = dict(await store.pool.fetch("select consumer, count(*) from chassis.parked group by consumer"))
        for name in (*projections, *readings):
            PARKED_RECORDS.labels(name).set(parked.get(name, 0))

        if await is_live(store.pool, ORGANISATION):
            IN_DOUBT.set(len(await Organisation(store.pool).doubts()))

    while True:
        await at_all_costs(look, "watch")
        await asyncio.sleep(_EVERY_SECONDS)


async def watch_relays(store: Store, own: str, others: list[str]) -> None:
    """Look every five seconds at how far a service's relays are, and how much of its store waits for its `own` one."""

    async def look() -> None:
        head = await store.head()
        rows = await store.pool.fetch("select relay, position from chassis.relays")
        reached = {row["relay"]: row["position"] for row in rows}
        for name in (own, *others):
            RELAY_POSITION.labels(name).set(reached.get(name, 0))
        RELAY_LAG.labels(own).set(head - reached.get(own, 0))
        LOST_EVENTS.set(await store.pool.fetchval(_LOST))

    while True:
        await at_all_costs(look, "watch")
        await asyncio.sleep(_EVERY_SECONDS)
