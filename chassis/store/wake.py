"""Being woken by PostgreSQL: one session listens for committed batches; polling is the fallback while it is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg

from chassis.store.database import TRANSIENT
from chassis.store.store import CHANNEL

_POLL_SECONDS = 0.5


class Wake:
    """Several loops of one process wait here for news from the store.

    Each takes `news` before it looks at the store and waits on it afterwards: what comes in between is not missed.
    """

    def __init__(self) -> None:
        self.news = asyncio.Event()
        """Set by the next news, for good; another one takes its place then."""

    def ring(self) -> None:
        """Let everyone who waits go on."""
        self.news.set()
        self.news = asyncio.Event()


async def heard(news: asyncio.Event) -> None:
    """Return when the news has come, at once if it has already, or after half a second without any."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_POLL_SECONDS):  # `wait_for` would lose a cancellation that comes with the news
            await news.wait()


@contextlib.asynccontextmanager
async def listening(url: str, role: str | None) -> AsyncIterator[Wake]:
    """Listen for the time of a block; a lost session is opened again."""
    wake = Wake()
    task = asyncio.create_task(_listen(url, role, wake))
    try:
        yield wake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _listen(url: str, role: str | None, wake: Wake) -> None:
    while True:
        with contextlib.suppress(*TRANSIENT):
            settings = {"application_name": "thidua-listen", **({"role": role} if role else {})}
            connection = await asyncpg.connect(url, timeout=5, server_settings=settings)
            try:
                await connection.add_listener(CHANNEL, lambda *_: wake.ring())
                while not connection.is_closed():
                    await connection.execute("select 1", timeout=5)
                    await asyncio.sleep(2)
            finally:
                connection.terminate()
        await asyncio.sleep(1)
