"""Waiting until roles are known: against real Kafka and the positions that consumers keep."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import confluent_kafka
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


def abort_a_transaction(servers: Embedded, topic: str) -> None:
    """The topic ends with records that nobody is to read, and with marks that are no records."""
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": servers.kafka_bootstrap, "transactional.id": str(uuid4())}
    )
    producer.init_transactions(60)
    producer.begin_transaction()
    producer.produce(topic, b"never", partition=0)
    producer.flush(30)
    producer.abort_transaction(60)


async def test_marks_of_transactions_are_not_waited_for(
    servers: Embedded, database: Database, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.caught_up._PATIENCE", 60)
    await asyncio.to_thread(abort_a_transaction, servers, topic)
    caught_up = CaughtUp(database.pool, servers.kafka_bootstrap, topic, {"access"})
    try:
        await database.pool.execute(APPLIED, "access", topic, 1)
        waiting = asyncio.create_task(caught_up.wait())
        done, _ = await asyncio.wait([waiting], timeout=3)
        assert not done, "there is a record to come"
        await database.pool.execute(APPLIED, "access", topic, 3)
        await waiting
        await caught_up.wait()
    finally:
        await caught_up.close()


async def test_who_takes_marks_for_records_waits_for_ever(
    servers: Embedded, database: Database, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bool:
        return False

    monkeypatch.setattr("services.notify.caught_up.is_empty", never)
    await asyncio.to_thread(abort_a_transaction, servers, topic)
    caught_up = CaughtUp(database.pool, servers.kafka_bootstrap, topic, {"access"})
    try:
        await database.pool.execute(APPLIED, "access", topic, 3)
        with pytest.raises(TimeoutError):
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
