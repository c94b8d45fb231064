"""The ledger beside a relay: heads are made into the service's book, and from there sent to their topic."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg
import structlog

from chassis.facts.settings import Settings
from chassis.store.anchor import Anchor
from chassis.store.book import Book, Unsafe, ready
from chassis.store.wake import Wake, heard
from chassis.stream import security
from chassis.stream.relay import Relay
from chassis.stream.security import Brokers
from chassis.stream.told_heads import BookSource

log = structlog.get_logger()

_LAST_SECONDS: Final = 3.0
"""How long the last head may take at an orderly stop, and how long its way to the topic."""

_NO_FOLDER: Final = (
    "Chưa có thư mục cho khóa và mốc của sổ cái; hãy đặt THIDUA_LEDGER là một thư mục mà chủ cơ sở dữ liệu không đọc, "
    "không ghi được. / There is no folder for the ledger's key and heads; set THIDUA_LEDGER to one that the database's "
    "owner can neither read nor write."
)


@asynccontextmanager
async def anchoring(service: str, settings: Settings, pool: asyncpg.Pool, relay: Relay) -> AsyncIterator[None]:
    """Make heads for the time of a block while `relay` leads, and a last one behind it.

    Raises SystemExit where the key is not safe; and in production where no folder is given.
    """
    if settings.ledger is None:
        if settings.thidua_env == "production":
            raise SystemExit(_NO_FOLDER)
        log.warning(_NO_FOLDER)
        yield
        return
    book, wake = Book(settings.ledger, service), Wake()
    try:
        await asyncio.to_thread(ready, book.folder)
    except (Unsafe, OSError) as error:
        raise SystemExit(str(error)) from None
    every, events = settings.thidua_ledger_seconds, settings.thidua_ledger_events
    anchor = Anchor(pool, book, lambda: relay.leads, every, events, wake.ring)
    sender = _Sender(book, pool, security.of(settings), wake)
    async with asyncio.TaskGroup() as group:
        making, sending = group.create_task(anchor.run()), group.create_task(sender.run())
        try:
            yield
        finally:
            anchor.stopping.set()
            await asyncio.wait([making], timeout=_LAST_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SECONDS):
                    await sender.done()
            making.cancel()
            sending.cancel()
            await asyncio.wait([making, sending])
            await sender.release()


class _Sender:
    """A book's own relay: each book has a checkpoint of its own, on whichever machine it lies."""

    def __init__(self, book: Book, pool: asyncpg.Pool, brokers: Brokers, wake: Wake) -> None:
        self._book, self._pool, self._brokers, self._wake = book, pool, brokers, wake
        self._relay: Relay | None = None

    async def run(self) -> None:
        """Send heads until cancelled, from the first one on."""
        while (name := await asyncio.to_thread(self._book.first)) is None:
            await heard(self._wake.news)
        source = BookSource(self._book)
        self._relay = Relay(f"ledger-{name}", self._pool, source, self._brokers, self._wake)
        await self._relay.run()

    async def done(self) -> None:
        """Return when the last head is in the topic."""
        last = await asyncio.to_thread(self._book.last)
        while self._relay is None or (last is not None and self._relay.position < last[0].number):
            await heard(asyncio.Event())

    async def release(self) -> None:
        """Let another process send at once."""
        if self._relay is not None:
            with suppress(Exception):  # as it ends
                await self._relay.release()
