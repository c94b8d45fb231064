"""What a worker and a relay tell Prometheus about their streams: how far they are, how much waits, what is parked."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import structlog
from aiokafka import TopicPartition

from chassis.organisation.organisation import ORGANISATION, Organisation
from chassis.service.service import Service
from chassis.store.patience import at_all_costs
from chassis.store.store import Store
from chassis.stream.received import STORE
from chassis.stream.topics import COMPACTED
from chassis.telemetry.telemetry import (
    CONSUMER_LAG,
    HELD_UP,
    HISTORY_GONE,
    IN_DOUBT,
    LOST_EVENTS,
    PARKED_RECORDS,
    PROJECTION_POSITION,
    RELAY_LAG,
    RELAY_POSITION,
)
from chassis.views.projector import is_live

log = structlog.get_logger()

_EVERY_SECONDS = 5.0
_LOST = "select coalesce(sum(coalesce(last, first) - first + 1), 0)::bigint from chassis.lost"


Readings = Mapping[str, tuple[Any, Collection[str]]]
"""FastStream's subscriber by the place that it reads for, and which of its topics that place takes."""

Reached = Mapping[tuple[str, str, int], int]
"""Last offset by consumer, topic and partition."""


class Deaf(Exception):
    """A reader whose own tasks have ended: only a new process reads on."""


async def watch_consumers(store: Store, service: Service, readings: Readings) -> None:
    """Look every five seconds at a worker's consumers, of the own store and of Kafka."""
    projections = [projection.place for projection in service.projections]
    said = dict[str, list[str]]()

    async def look() -> None:
        head = await store.head()
        rows = await store.pool.fetch("select consumer, topic, partition, last_offset from chassis.positions")
        reached = {(row["consumer"], row["topic"], row["partition"]): row["last_offset"] for row in rows}
        for name in projections:
            position = reached.get((name, STORE, 0), 0)
            PROJECTION_POSITION.labels(name).set(position)
            CONSUMER_LAG.labels(name, STORE, 0).set(head - position)
        _show_lags(readings, reached)
        parked = dict(await store.pool.fetch("select consumer, count(*) from chassis.parked group by consumer"))
        for name in (*projections, *readings):
            PARKED_RECORDS.labels(name).set(parked.get(name, 0))

        if await is_live(store.pool, ORGANISATION):
            organisation = Organisation(store.pool)
            held_up = await organisation.held_up()
            HELD_UP.set(len(held_up))
            IN_DOUBT.set(len(await organisation.doubts() - held_up))
        for name, places in (await _gone(readings, reached)).items():
            HISTORY_GONE.labels(name).set(len(places))
            if places and said.get(name) != places:
                log.error("history_gone", consumer=name, places=places, to_do=_to_do(service, name))
            said[name] = places

    while True:
        await at_all_costs(look, "watch")
        await asyncio.sleep(_EVERY_SECONDS)


def _show_lags(readings: Readings, reached: Reached) -> None:
    for name, (subscriber, topics) in readings.items():
        reader = subscriber.consumer
        for place in reader.assignment() if reader is not None else ():
            if place.topic not in topics:
                continue
            end = reader.highwater(place)  # as of the last fetch
            lag = max(0, (end or 0) - 1 - reached.get((name, place.topic, place.partition), -1))
            CONSUMER_LAG.labels(name, place.topic, place.partition).set(lag)


async def _gone(readings: Readings, reached: Reached) -> dict[str, list[str]]:
    """By consumer the partitions that begin behind what it has seen."""
    beginnings = dict[TopicPartition, int]()
    for reader in {subscriber.consumer for subscriber, _ in readings.values()} - {None}:
        places = [place for place in reader.assignment() if place.topic not in COMPACTED]
        if not places:  # perhaps it has only just been made
            continue
        async with asyncio.timeout(_EVERY_SECONDS):
            beginnings |= await reader.beginning_offsets(places)
    return {
        name: sorted(
            f"{place.topic}/{place.partition}"
            for place, begins in beginnings.items()
            if place.topic in topics and begins > reached.get((name, place.topic, place.partition), -1) + 1
        )
        for name, (_, topics) in readings.items()
    }


async def watch_readers(readings: Readings) -> None:
    """Look every five seconds whether the readers still read; raises Deaf."""
    while True:
        for name, (subscriber, _) in readings.items():
            if subscriber.consumer is not None and (error := subscriber.consumer.died_of()) is not None:
                said = (
                    f"Bộ đọc của {name} đã chết, tiến trình dừng để được chạy lại. / "
                    f"The reader of {name} has died, the process ends to be started again."
                )
                log.critical("reader_deaf", consumer=name, error=repr(error), said=said)
                raise Deaf(said) from error
        await asyncio.sleep(_EVERY_SECONDS)


def _to_do(service: Service, name: str) -> str:
    """What a person types where the history is gone that a consumer has not seen."""
    if name in {model.place for model in service.read_models}:
        typed = f"thidua projections rebuild {service.name} {name} --by … --reason …"
    else:
        typed = f"thidua reactions missed {service.name}"
    return f"Hãy gõ `{typed}`. / Type `{typed}`."


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
