"""A people directory with its relay, and notify's worker that learns from it: what tests of erasure stand on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import confluent_kafka
import pytest

from chassis.facts.decider import Context
from chassis.facts.settings import Settings
from chassis.run.worker import work
from chassis.service.service import Service
from chassis.store import migrate
from chassis.store.database import connect
from chassis.store.wake import listening
from chassis.stream.relay import Relay
from contracts.people import PEOPLE
from services.notify.people import DIRECTORY
from services.registry.people import Details, Directory, change
from tests.chassis.streams import Stream
from tests.conftest import Database

FENCE = "thidua.registry.people"
DETAILS = Details(full_name="Trần Thị Ví Dụ", phone="0912345678", email="vi.du@example.vn")


@pytest.fixture
async def registry(stream: Stream) -> Stream:
    """The store of a registry that has a people directory."""
    await asyncio.to_thread(migrate.prepare, "registry", stream.database.url, stream.database.role)
    return stream


@contextlib.asynccontextmanager
async def leading(registry: Stream, fence: str | None) -> AsyncIterator[Relay]:
    """A relay of the directory, patient, with a short lease."""
    pool = registry.database.pool
    async with listening(registry.database.url, registry.database.role) as wake:
        relay = Relay(
            "people", pool, Directory(pool), registry.bootstrap, wake, lease=1, patience=60, transactional_id=fence
        )
        task = asyncio.create_task(relay.run())
        try:
            yield relay
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await relay.release()


async def keep(registry: Stream, person: UUID, details: Details | None) -> int:
    context = Context(occurred_on=date(2024, 11, 20), actor=uuid4())
    return (await change(registry.store, person, details, context)).position


async def sent_up_to(registry: Stream, position: int) -> bool:
    sent = await registry.database.pool.fetchval("select position from chassis.relays where relay = 'people'")
    return int(sent or 0) >= position


def read(bootstrap: str, person: UUID) -> list[bytes | None]:
    """Values of a person's records as a reader from the beginning takes them, in their order."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": bootstrap, "group.id": f"t-{uuid4()}", "enable.partition.eof": True,
        "isolation.level": "read_committed", "enable.auto.commit": False,
    })  # fmt: skip
    partitions = consumer.list_topics(PEOPLE, timeout=10).topics[PEOPLE].partitions
    consumer.assign([confluent_kafka.TopicPartition(PEOPLE, p, confluent_kafka.OFFSET_BEGINNING) for p in partitions])
    values: list[bytes | None] = []
    ended = 0
    while ended < len(partitions):
        message = consumer.poll(30)
        assert message is not None
        if message.error():
            ended += 1
        elif message.key() == str(person).encode():
            values.append(message.value())
    consumer.close()
    return values


@pytest.fixture
async def notify(stream: Stream) -> AsyncIterator[Database]:
    """A database of notify's own."""
    server, name = stream.database.url.rsplit("/", 1)[0], f"test_notify_{uuid4().hex[:8]}"
    await asyncio.to_thread(migrate.prepare, "notify", f"{server}/{name}", name)
    pool = await connect(f"{server}/{name}", name, [DIRECTORY.place])
    yield Database(f"{server}/{name}", name, pool)
    pool.terminate()
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


@contextlib.asynccontextmanager
async def learning(notify: Database, bootstrap: str, instance: str = "1") -> AsyncIterator[None]:
    """Notify's worker, as far as it learns who people are."""
    settings = Settings(
        database_url=notify.url, database_role=notify.role, kafka_bootstrap=bootstrap, thidua_instance=instance
    )
    task = asyncio.create_task(work(Service("notify", learns=[(DIRECTORY, (PEOPLE,))], emits=False), settings))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def learned(notify: Database) -> set[UUID]:
    """Whom notify's directory knows."""
    with contextlib.suppress(asyncpg.UndefinedTableError):
        return {row[0] for row in await notify.pool.fetch("select person_id from people")}
    return set()
