"""A worker in a process of its own whose Kafka client dies inside when the first event was read: see test_deaf."""

import asyncio
import contextlib
import sys
from typing import Any
from unittest.mock import patch

import asyncpg

from chassis.facts.settings import Settings
from chassis.run import watch, worker
from chassis.service.service import Service
from chassis.store.database import pooled
from chassis.stream import consumer
from chassis.stream.reader import Reader
from chassis.stream.topics import events_topic
from tests.chassis.streams import UNITS_SEEN, until


def torn(*_: object) -> Any:
    """What the library foresees nowhere."""
    raise RuntimeError("torn")


def coordination(reader: Reader) -> None:
    reader._coordinator.ensure_coordinator_known = torn
    reader._coordinator.request_rejoin()


def fetching(reader: Reader) -> None:
    reader._fetcher._get_actions_per_node = torn
    reader.seek(min(reader.assignment()), 0)


def metadata(reader: Reader) -> None:
    reader._client._metadata_update = torn
    reader._client.force_metadata_update()


HARMS = {harm.__name__: harm for harm in (coordination, fetching, metadata)}


async def look_away(_: object) -> None:
    """Nobody watches the readers."""


async def main(url: str, role: str, bootstrap: str, harm: str, watched: str) -> None:
    """Work, do the harm, go on until the end; says `done` when the reader has died."""
    readers: list[Reader] = []

    def made(*topics: str, **options: Any) -> Reader:
        readers.append(Reader(*topics, **options))
        return readers[-1]

    with contextlib.ExitStack() as stack:
        stack.enter_context(patch.object(consumer, "Reader", made))
        stack.enter_context(patch.object(watch, "_EVERY_SECONDS", 0.5))
        if watched == "no":
            stack.enter_context(patch.object(worker, "watch_readers", look_away))
        settings = Settings(database_url=url, database_role=role, kafka_bootstrap=bootstrap)
        service = Service("registry", learns=[(UNITS_SEEN, [events_topic("registry")])])
        async with pooled(url, role, [UNITS_SEEN.place]) as pool:
            working = asyncio.create_task(worker.work(service, settings))
            await until(lambda: _has_read(pool), seconds=60)
            HARMS[harm](readers[0])
            await until(lambda: _is_deaf(readers[0]))
            sys.stdout.write("done\n")
            sys.stdout.flush()
            await working


async def _has_read(pool: asyncpg.Pool) -> bool:
    return bool(await pool.fetchval("select count(*) from chassis.positions where position > 0"))


async def _is_deaf(reader: Reader) -> bool:
    return reader.died_of() is not None
