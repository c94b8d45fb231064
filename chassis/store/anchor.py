"""Heads of a service's store, made while its relay leads: at intervals, after so many events, and at an orderly stop.

The trees grow with the store; of what stands before the last head nothing is read again. Leaves are hashed by
PostgreSQL, so that the relay's process pays two microseconds for each event. What the store says at that moment is
signed: a head proves that nothing was changed afterwards. A store that is no longer what the last head says is not
signed for; it goes on when it is as it was, or when a restore was announced.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

import asyncpg
import orjson
import structlog

from chassis.store.book import Book, Unsafe, write_whole
from chassis.store.database import TRANSIENT
from chassis.store.growing import Gap, Growing, Trees
from chassis.store.heads import MARK, Head, line_hash
from chassis.telemetry.telemetry import LEDGER_ANCHORED, LEDGER_BROKEN

log = structlog.get_logger()

STEP: Final = 10_000
"""A head covers at most so many new entries of each tree, as far as the store lets it: that bounds its size."""

_PAGE: Final = 2000
_LOOK_SECONDS: Final = 1.0
_REST_SECONDS: Final = 600.0
"""Before a store that is not what was signed for is read whole once more."""
_NOW: Final = (
    "select h.position, (select e.hash from store.events e where e.position = $1),"
    " (select log_id from chassis.log order by began_at desc, after_position desc limit 1) from store.head h"
)
_NUMBER: Final = "select coalesce(max(number), {last}) from store.commands where number > {last}"
"""The number of the last command's record; as text, since BRIN wants its figure."""


class Rewritten(Exception):
    """The store is not what the last head says; nothing is signed of it."""


class Anchor:
    """Makes the heads of one service's store; `leads` tells whether this process's relay does."""

    def __init__(  # noqa: PLR0917 - as a relay's
        self,
        pool: asyncpg.Pool,
        book: Book,
        leads: Callable[[], bool] = lambda: True,
        every: float = 60,
        events: int = 1000,
        made: Callable[[], object] = lambda: None,
    ) -> None:
        self._pool, self._book, self._leads, self._every, self._most, self._made = (
            pool, book, leads, every, events, made,
        )  # fmt: skip
        self._trees: Trees | None = None
        self._at = float("-inf")
        self._rest = 0.0
        self._said = ("", "")
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Make heads until `stopping`; whatever fails is said and tried again, as a relay does not wait for it."""
        while not self.stopping.is_set():
            await self.try_(final=False)
            well = self._trees is not None or not self._leads()
            rest, self._rest = self._rest, 0.0
            await self._pause(rest or (_LOOK_SECONDS if well else 5 * _LOOK_SECONDS))
        await self.try_(final=True)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def try_(self, *, final: bool) -> None:
        """Make a head if one is due, or, `final`, if there is anything new; what fails is said."""
        try:
            if self._leads():
                await self.look(final=final)
        except Unsafe as error:
            log.critical("ledger_unsafe", service=self._book.service, what=str(error))
        except Gap as error:
            self._is_broken("gap", str(error))
        except Rewritten as error:
            self._is_broken("rewritten", str(error))
            self._rest = _REST_SECONDS
        except (OSError, ValueError, asyncpg.PostgresError, *TRANSIENT) as error:
            log.warning("ledger_interrupted", service=self._book.service, error=type(error).__name__, what=str(error))

    async def look(self, *, final: bool = False) -> None:
        """Make a head if one is due; raises what the driver and the disk raise, Gap, Rewritten."""
        trees = self._trees or await self._begin()
        self._trees = None  # what fails in the middle begins anew
        position, link, named = await self._now(trees)
        if trees.events.last > position or (trees.events.last and link != trees.chain):
            self._is_broken("rewritten", f"before {trees.events.last}")
            self._trees = trees  # should it be mended, it goes on
            return
        LEDGER_BROKEN.set(0)
        trees.log = named
        late = final or time.monotonic() - self._at >= self._every
        if late or position - trees.events.last >= self._most:
            number = await self._number(trees)
            if (position, number) != (trees.events.last, trees.commands.last):
                await self._anchor(trees, position, number)
            elif self._book.last() is None:
                await self._sign(trees)  # a store that is empty: from now on a missing book tells something
        self._trees = trees

    async def _begin(self) -> Trees:
        """The trees as they were at the last head; raises Rewritten."""
        last = await asyncio.to_thread(self._book.last)
        if last is None:
            return Trees()
        head, line = last
        kept = await asyncio.to_thread(self._kept, line_hash(line))
        if kept is not None and kept.fits(head):
            return kept
        return await self._again(head)

    async def _again(self, head: Head) -> Trees:
        """The trees of the last head, computed anew from the store; raises Rewritten where that gives others."""
        trees = Trees()
        (position, _, _), top = await self._now(trees), await self._number(trees)
        position = min(position, head.events.size)
        while trees.events.tree.size < head.events.size or trees.commands.tree.size < head.commands.size:
            left = head.commands.size - trees.commands.tree.size  # no more numbers than that: some may be missing
            number = min(top, trees.commands.last + left)
            if (position, number) == (trees.events.last, trees.commands.last):
                break
            async with self._pool.acquire() as connection:
                await trees.grow(connection, position, number, _PAGE)
            await asyncio.sleep(0.005)
        trees.events.signed()
        trees.commands.signed()
        if not trees.fits(head):
            raise Rewritten(f"before {head.events.size}")
        return trees

    async def _anchor(self, trees: Trees, position: int, number: int) -> None:
        left = True
        while left:
            async with self._pool.acquire() as connection:
                left = await trees.grow(connection, position, number, _PAGE)
            if not left or max(len(trees.events.marks), len(trees.commands.marks)) >= STEP * MARK:
                await self._sign(trees)
            else:
                await asyncio.sleep(0.005)  # the relay's turn

    async def _sign(self, trees: Trees) -> None:
        said = {"log": trees.log, "chain": trees.chain.hex(), "events": trees.events.head(),
                "commands": trees.commands.head()}  # fmt: skip

        def keep() -> None:
            _, line = self._book.append(lambda blank: blank.model_copy(update=said))
            self._keep(trees, line_hash(line))

        await asyncio.to_thread(keep)
        trees.events.signed()
        trees.commands.signed()
        self._at = time.monotonic()
        LEDGER_ANCHORED.set(trees.events.tree.size)
        self._made()

    async def _now(self, trees: Trees) -> tuple[int, bytes | None, UUID | None]:
        """Where the store stands, its hash where the trees end, and its log's name."""
        row: tuple[int, bytes | None, UUID | None] = tuple(await self._pool.fetchrow(_NOW, trees.events.last))
        return row

    async def _number(self, trees: Trees) -> int:
        return int(await self._pool.fetchval(_NUMBER.format(last=trees.commands.last)))

    def _is_broken(self, why: str, where: str) -> None:
        LEDGER_BROKEN.set(1)
        if (why, where) != self._said:
            self._said = (why, where)
            log.critical("ledger_broken", service=self._book.service, why=why, where=where, do="thidua ledger check")

    def _keep(self, trees: Trees, line: str) -> None:
        kept = {"line": line, "chain": trees.chain.hex(), "events": trees.events.kept(),
                "commands": trees.commands.kept()}  # fmt: skip
        write_whole(self._book.state, orjson.dumps(kept))

    def _kept(self, line: str) -> Trees | None:
        """What was kept behind the head on this line; None where there is nothing of the kind."""
        try:
            kept = orjson.loads(self._book.state.read_bytes())
            if kept["line"] != line:
                return None
            events, commands = Growing.of(kept["events"]), Growing.of(kept["commands"])
            return Trees(events, commands, bytes.fromhex(kept["chain"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None
