"""Being woken by PostgreSQL: one session listens for committed batches; polling is the fallback while it is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

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
    """Be woken by news from the store for the time of a block."""
    wake = Wake()
    async with hearing(url, role, [CHANNEL], lambda _: wake.ring()):
        yield wake


@contextlib.asynccontextmanager
async def hearing(
    url: str,
    role: str | None,
    channels: Sequence[str],
    said: Callable[[str], object],
    begins: Callable[[], object] = lambda: None,
) -> AsyncIterator[None]:
    """Hand on what is said on channels for the time of a block.

    A lost session is opened again; each time it `begins` to hear, it may have missed something.
    """
    task = asyncio.create_task(_listen(url, role, channels, said, begins))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _listen(
    url: str, role: str | None, channels: Sequence[str], said: Callable[[str], object], begins: Callable[[], object]
) -> None:
    while True:
        with contextlib.suppress(*TRANSIENT):
            settings = {"application_name": "thidua-listen", **({"role": role} if role else {})}
            connection = await asyncpg.connect(url, timeout=5, server_settings=settings)
            try:
                for channel in channels:
                    await connection.add_listener(channel, lambda *heard: said(heard[-1]))
                begins()
                while not connection.is_closed():
                    await connection.execute("select 1", timeout=5)
                    await asyncio.sleep(2)
            finally:
                connection.terminate()
        await asyncio.sleep(1)
