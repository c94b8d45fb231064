"""The people directory's relay on a real broker: what was erased never comes after its tombstone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import confluent_kafka
import pytest
from aiokafka.producer.sender import Sender

from chassis.facts.decider import Context
from chassis.store import migrate
from chassis.store.wake import listening
from chassis.stream.relay import Relay
from contracts.people import PEOPLE
from services.registry.app import SERVICE
from services.registry.people import Details, Directory, change
from tests.chassis.streams import Stream, stream, until

__all__ = ["stream"]

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


@dataclass
class Held:
    """Stops the first request that carries records between the producer's queue and its socket."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    it, send = Held(), Sender._send_produce_req

    async def stopped(self: Sender, *asked: Any) -> None:
        first = not it.reached.is_set()
        it.reached.set()
        if first:
            await it.go_on.wait()
        try:
            await send(self, *asked)
        finally:
            if first:
                it.gone.set()

    monkeypatch.setattr(Sender, "_send_produce_req", stopped)
    return it


async def stops_while_another_erases(registry: Stream, held: Held, fence: str | None) -> list[bytes | None]:
    """A relay stops with a person's details in hand, its successor sends the tombstone, the first goes on."""
    person = uuid4()
    async with leading(registry, fence):
        await keep(registry, person, DETAILS)
        await asyncio.wait_for(held.reached.wait(), 60)
        async with leading(registry, fence) as second:
            erased = await keep(registry, person, None)
            await until(lambda: sent_up_to(registry, erased), 60)
            assert second.position == erased
            held.go_on.set()
            await asyncio.wait_for(held.gone.wait(), 60)
            later = await keep(registry, uuid4(), DETAILS)
            await until(lambda: sent_up_to(registry, later), 60)
    return await asyncio.to_thread(read, registry.bootstrap, person)


async def test_what_a_stopped_relay_held_never_comes_after_the_tombstone(registry: Stream, held: Held) -> None:
    assert await stops_while_another_erases(registry, held, FENCE) == [None]


async def test_without_the_fence_an_erased_person_comes_back(registry: Stream, held: Held) -> None:
    values = await stops_while_another_erases(registry, held, None)
    assert values[0] is None
    assert DETAILS.full_name.encode() in (values[-1] or b"")


async def test_a_fenced_relay_stands_by_and_leads_again(registry: Stream, held: Held) -> None:
    async with leading(registry, FENCE) as first:
        await keep(registry, uuid4(), DETAILS)
        await asyncio.wait_for(held.reached.wait(), 60)
        async with leading(registry, FENCE) as second:
            await until(lambda: sent_up_to(registry, 1), 60)
            held.go_on.set()
            await until(lambda: sent_up_to(registry, 1))
        person = uuid4()
        position = await keep(registry, person, DETAILS)
        await until(lambda: sent_up_to(registry, position), 60)
        assert (first.position, second.position) == (2, 1)
    assert len(await asyncio.to_thread(read, registry.bootstrap, person)) == 1


def test_the_directorys_relay_is_fenced() -> None:
    assert "people" in SERVICE.fenced
