"""The people directory's relay on a real broker: what was erased never comes after its tombstone."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.producer.sender import Sender

from services.registry.app import SERVICE
from tests.chassis.streams import Stream, stream, until
from tests.registry.directory import DETAILS, FENCE, keep, leading, read, registry, sent_up_to

__all__ = ["registry", "stream"]


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
