"""What operations teams watch: positions, lags and parked records as Prometheus sees them."""

import asyncio
import contextlib
from uuid import uuid4

from prometheus_client import REGISTRY

from chassis.run.watch import watch_consumers, watch_relays
from chassis.service.service import Service
from chassis.stream.topics import events_topic
from tests.chassis.streams import (
    BROKEN,
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    relayed,
    relaying,
    rows,
    stream,
    until,
)

__all__ = ["stream"]

SERVICE = Service(name="registry", learns=[(UNITS_SEEN, [events_topic("registry")])])


def shown(name: str, **labels: str) -> float:
    """Sum of a metric's samples with these labels."""
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def test_positions_lags_and_parked_records_are_shown(stream: Stream) -> None:
    BROKEN.add("broken")
    pool, consumer = stream.database.pool, UNITS_SEEN.place
    async with consuming(stream) as subscriber, relaying(stream):
        for name in ("one", "two", "broken"):
            await stream.store.append(an_append(uuid4(), 0, name))
        await relayed(stream)
        await until(lambda: _seen(stream, 2))
        await pool.execute("insert into chassis.lost (log_id, first, last) values ($1, 5, 7), ($1, 8, null)", uuid4())
        await pool.execute("alter table seen rename to mislaid")
        await stream.store.append(an_append(uuid4(), 0, "four"))
        await relayed(stream)
        watching = [
            asyncio.create_task(
                watch_consumers(stream.store, SERVICE, {consumer: (subscriber, [events_topic("registry")])})
            ),
            asyncio.create_task(watch_relays(stream.store, "registry", [])),
        ]
        await until(lambda: _shows("thidua_consumer_lag", 1, consumer=consumer))
        for task in watching:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        assert shown("thidua_parked_records", consumer=consumer) == 1
        assert shown("thidua_relay_position", relay="registry") == 4
        assert shown("thidua_lost_events") == 4
        assert shown("thidua_relay_lag", relay="registry") == 0
        assert shown("thidua_append_seconds_count") >= 4
        await pool.execute("alter table mislaid rename to seen")


async def _seen(stream: Stream, count: int) -> bool:
    return len(await rows(stream)) == count


async def _shows(name: str, value: float, **labels: str) -> bool:
    return shown(name, **labels) == value
