"""Waiting until roles are known: against real Kafka and the positions that consumers keep."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.embedded import Embedded
from services.notify.caught_up import CaughtUp
from tests.conftest import Database
from tests.notify.conftest import free_port

APPLIED = (
    "insert into chassis.positions values ($1, $2, 0, $3, 1)"
    " on conflict (consumer, topic, partition) do update set last_offset = excluded.last_offset"
)


@pytest.fixture
async def topic(servers: Embedded) -> AsyncIterator[str]:
    name = f"test-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 2, 1)])
    async with AIOKafkaProducer(bootstrap_servers=servers.kafka_bootstrap) as producer:
        for number in range(3):
            await producer.send_and_wait(name, b"%d" % number, partition=0)
    yield name
    await admin.delete_topics([name])
    await admin.close()


async def test_it_waits_for_every_consumer_and_only_for_what_is_there(
    servers: Embedded, database: Database, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.caught_up._PATIENCE", 60)
    caught_up = CaughtUp(database.pool, servers.kafka_bootstrap, topic, {"access", "learned"})
    try:
        waiting = [asyncio.create_task(caught_up.wait()) for _ in range(5)]
        await database.pool.execute(APPLIED, "access", topic, 2)
        await database.pool.execute(APPLIED, "learned", topic, 1)
        done, _ = await asyncio.wait(waiting, timeout=0.5)
        assert not done
        await database.pool.execute(APPLIED, "learned", topic, 2)
        await asyncio.gather(*waiting)
        await caught_up.wait()
    finally:
        await caught_up.close()


async def test_a_view_that_stays_behind_makes_the_batch_come_again(
    servers: Embedded, database: Database, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.caught_up._PATIENCE", 0.3)
    caught_up = CaughtUp(database.pool, servers.kafka_bootstrap, topic, {"access"})
    try:
        with pytest.raises(TimeoutError):
            await caught_up.wait()
        await database.pool.execute(APPLIED, "access", topic, 2)
        await caught_up.wait()
    finally:
        await caught_up.close()


async def test_without_kafka_the_batch_comes_again(database: Database) -> None:
    caught_up = CaughtUp(database.pool, f"127.0.0.1:{free_port()}", "none", {"access"})
    with pytest.raises(TimeoutError):
        await caught_up.wait()
