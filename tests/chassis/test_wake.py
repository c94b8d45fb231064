"""News from the store: what comes while a loop is at work is not missed."""

import asyncio
import contextlib
from uuid import uuid4

import pytest

from chassis.facts.envelope import Recorded
from chassis.store import wake as waking
from chassis.store.store import Store
from chassis.store.wake import Wake, heard
from chassis.stream.cloudevents import EventSource
from chassis.stream.outgoing import Outgoing
from chassis.stream.relay import Relay
from chassis.views.checkpoint import checkpoint
from chassis.views.projector import create_views, project_own
from contracts.event import Event
from tests.chassis.streams import UNITS_SEEN, Stream, an_append, relayed, stream, until

__all__ = ["stream"]


@pytest.fixture(autouse=True)
def _no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "_POLL_SECONDS", 3600)


class Busy(Store):
    """A store in which something more happens just after it was read."""

    def __init__(self, stream: Stream, wake: Wake) -> None:
        super().__init__(stream.database.pool)
        self._stream, self._wake, self._more = stream, wake, 2

    async def read(self, after: int, limit: int) -> list[Recorded[Event]]:
        events = await super().read(after, limit)
        await self.happen()
        return events

    async def happen(self) -> None:
        if self._more:
            self._more -= 1
            await self._stream.store.append(an_append(uuid4(), 0, "meanwhile"))
            self._wake.ring()


async def test_a_read_model_hears_of_what_came_while_it_looked(stream: Stream) -> None:
    await create_views(stream.database.pool, [UNITS_SEEN])
    wake = Wake()
    task = asyncio.create_task(project_own(Busy(stream, wake), [UNITS_SEEN], wake))

    async def seen() -> bool:
        return await checkpoint(stream.database.pool, UNITS_SEEN.place) == 2

    await until(seen, 10)
    task.cancel()


async def test_a_relay_hears_of_what_came_while_it_looked(stream: Stream) -> None:
    wake = Wake()
    busy = Busy(stream, wake)

    class Source(EventSource):
        async def __call__(self, after: int, limit: int) -> list[Outgoing]:
            found = await super().__call__(after, limit)
            await busy.happen()
            return found

    source = Source("registry", stream.database.pool)
    relay = Relay("registry", stream.database.pool, source, stream.bootstrap, wake)
    task = asyncio.create_task(relay.run())
    await until(lambda: _at(stream, 2), 10)
    await relayed(stream)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _at(stream: Stream, position: int) -> bool:
    return bool(await stream.database.pool.fetchval("select max(position) from chassis.relays") == position)


@pytest.mark.parametrize("steps", range(5))
async def test_who_is_cancelled_just_as_news_come_ends(steps: int) -> None:
    wake = Wake()

    async def for_ever() -> None:
        while True:
            await heard(wake.news)

    task = asyncio.create_task(for_ever())
    await asyncio.sleep(0.01)
    wake.ring()
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=1)
    assert done
