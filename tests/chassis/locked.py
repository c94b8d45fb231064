"""A broker with the platform's locks on it, topics and rights as `prepare` makes them, and what others try there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import confluent_kafka
import confluent_kafka.admin
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaMessage

from chassis.stream import rights
from chassis.stream.consumer import create_broker, keep_raw, parse_raw, start
from chassis.stream.principals import make_known
from chassis.stream.security import PASSWORD, USER, Login, for_aiokafka, for_librdkafka, read
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import ADMIN
from deploy.local.embedded import Embedded
from tests.conftest import DATA

PARTNER = "tax-office"
SECONDS = 10.0


@dataclass(frozen=True)
class Locked:
    """The broker, and everybody's way in."""

    servers: Embedded

    def login(self, name: str) -> Login:
        """As a principal; anonymous under no name."""
        return read(self.servers.credentials[name]) if name != "anonymous" else Login(self.servers.kafka_bootstrap)


@pytest.fixture(scope="module")
def locked() -> Iterator[Locked]:
    """It is used by tests of one file; a partner is known there."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KAFKA_BOOTSTRAP", "KAFKA_CREDENTIALS"):
            patch.delenv(name, raising=False)
        with Embedded(Path(f"{DATA}-locked"), postgres=False, locked=True) as servers:
            found = Locked(servers)
            asyncio.run(prepared(found))
            yield found


async def prepared(found: Locked) -> None:
    """Topics and rights as they are to be, and a partner that has lost its file."""
    admin = found.login(ADMIN)
    await rights.allow(admin)
    await create_topics(admin, partitions=2)
    partner = Login(admin.bootstrap, {**admin.settings, USER: PARTNER, PASSWORD: "a-partner-s"})
    await make_known(admin, [partner])
    await rights.allow(admin, rights.of_partner(PARTNER))


def partner(found: Locked) -> Login:
    """The partner's way in, over the listener for partners."""
    settings = {**found.login(ADMIN).settings, USER: PARTNER, PASSWORD: "a-partner-s"}
    return Login(found.servers.kafka_partner, settings)


@contextlib.asynccontextmanager
async def producing(login: Login, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**for_aiokafka(login), request_timeout_ms=5000, **options)
    try:
        await asyncio.wait_for(producer.start(), SECONDS)
        yield producer
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(producer.stop(), SECONDS)


@contextlib.asynccontextmanager
async def consuming(login: Login, topics: Sequence[str] = (), **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(*topics, **for_aiokafka(login), request_timeout_ms=5000, **options)
    try:
        await asyncio.wait_for(consumer.start(), SECONDS)
        yield consumer
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(consumer.stop(), SECONDS)


async def write(login: Login, topic: str, value: bytes = b"{}", **record: Any) -> None:
    """Send one record."""
    async with producing(login) as producer:
        await asyncio.wait_for(producer.send_and_wait(topic, value, **record), SECONDS)


async def look(login: Login, topic: str) -> int:
    """Fetch the beginning of a topic; gives how many records came. Raises KafkaError."""
    async with consuming(login, topics=[topic], group_id=None, auto_offset_reset="earliest") as consumer:
        async with asyncio.timeout(SECONDS):
            ends = await consumer.end_offsets(consumer.assignment())
            found = 0
            while found < sum(ends.values()):
                if not (batches := await consumer.getmany(timeout_ms=1000)):
                    break
                found += sum(map(len, batches.values()))
        return found


async def join(login: Login, group: str, topic: str) -> None:
    """Become a member of a group."""
    async with consuming(login, group_id=group, auto_offset_reset="earliest") as consumer:
        consumer.subscribe([topic])
        async with asyncio.timeout(SECONDS):
            while not consumer.assignment():
                await consumer.getmany(timeout_ms=200)


async def subscribed(login: Login, group: str, topic: str) -> None:
    """Get what is in a topic as a worker's consumers do."""
    broker, came = create_broker(login), asyncio.Event()
    options: dict[str, Any] = {"batch": True, "auto_offset_reset": "earliest", "ack_policy": AckPolicy.MANUAL}
    subscriber: Any = broker.subscriber(topic, group_id=group, parser=parse_raw, decoder=keep_raw, **options)

    async def take(_: KafkaMessage) -> None:
        came.set()

    subscriber(take)
    try:
        await asyncio.wait_for(start(broker), SECONDS)
        await asyncio.wait_for(came.wait(), SECONDS)
    finally:
        await broker.stop()


def asked(login: Login, ask: Callable[[Any], Any]) -> Any:
    """What librdkafka's administrator is told; raises KafkaException, or TimeoutError for who is not answered."""
    seconds = SECONDS if login.settings else 2
    with confluent_kafka.admin.AdminClient(for_librdkafka(login)) as admin:
        futures = ask(admin)
        found = [each.result(seconds) for each in (futures.values() if isinstance(futures, dict) else [futures])]
        return found[0] if len(found) == 1 else found


async def commit(login: Login, group: str, topic: str) -> None:
    """Move a group's offsets."""
    async with consuming(login, group_id=group, enable_auto_commit=False) as consumer:
        consumer.assign([place := TopicPartition(topic, 0)])
        await asyncio.wait_for(consumer.commit({place: 1}), SECONDS)


async def fence(login: Login, transactional_id: str) -> None:
    """Take a transactional id over, from whoever has it."""
    async with producing(login, transactional_id=transactional_id):
        pass


def a_group(prefix: str) -> str:
    """A name that nobody has used yet."""
    return f"{prefix}{uuid4().hex[:8]}"
