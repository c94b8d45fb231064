"""One reading for several read models: each record is fetched and decoded once, each model keeps its own transaction.

A model that stays behind the others, since something of its own is wrong, holds nobody up: it leaves, and is read to by
itself from where it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

import structlog

from chassis.facts.projection import Projection
from chassis.facts.reads import Reads
from chassis.stream.batch import Batch, read_ahead
from chassis.stream.intake import Effect, Subscription
from chassis.stream.received import Raw

log = structlog.get_logger()

PATIENCE_SECONDS = 10.0
"""How long the others wait for one that has not done what they have."""

Take = Callable[[Subscription, Sequence[Raw]], Awaitable[object]]
"""How a member takes records."""

_PART: Final = 2000
"""Records of one transaction; each costs every member some round trips, whatever it holds."""

Leave = Callable[[Subscription], None]
"""What becomes of one that leaves."""


class Feed:
    """Subscriptions that are read to together; those that left are no longer among its `members`."""

    def __init__(self, members: Sequence[Subscription], leave: Leave) -> None:
        self.members = tuple(members)
        self._for_one = len(self.members) == 1
        self._leave = leave

    async def give(self, batch: Sequence[Raw], take: Take) -> None:
        """Let every member take the records of its topics; returns when all have that are still members.

        A long batch is given in parts, of which one is read while the one before is written.

        `take` must not give up: what it waits for is either away for all, or the member is left to itself.
        """
        if self._for_one:  # nobody else to read for, or to wait for; all topics are its own
            await take(self.members[0], batch)
            return
        before: asyncio.Future[None] | None = None
        try:
            for begin in range(0, len(batch), _PART):
                members = self.members
                readers = [(_reader(each.effect), each.topics) for each in members]
                read = await read_ahead(batch[begin : begin + _PART], readers)
                if before is not None:
                    await before
                before = asyncio.ensure_future(self._take(zip(members, read, strict=True), take))
            if before is not None:
                await before
        finally:
            if before is not None:
                before.cancel()

    async def _take(self, read: Iterable[tuple[Subscription, Batch]], take: Take) -> None:
        taking: dict[asyncio.Future[object], Subscription] = {
            asyncio.ensure_future(take(member, mine)): member
            for member, mine in read
            if mine and member in self.members  # it may have left since
        }
        try:
            await self._all(taking)
        finally:
            for task in taking:
                task.cancel()

    async def _all(self, taking: dict[asyncio.Future[object], Subscription]) -> None:
        waiting, moved = set(taking), False
        while waiting:
            done, waiting = await asyncio.wait(
                waiting, timeout=PATIENCE_SECONDS if moved else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
            moved = True
            if not done:
                await self._let_go(waiting, taking)
                return

    async def _let_go(
        self, late: set[asyncio.Future[object]], taking: dict[asyncio.Future[object], Subscription]
    ) -> None:
        for task in late:
            task.cancel()
        await asyncio.wait(late)
        for member in (taking[task] for task in late):
            log.error("left_the_feed", consumer=member.effect.place)
            self.members = tuple(each for each in self.members if each is not member)
            self._leave(member)


def _reader(effect: Effect) -> Projection | Reads:
    return effect if isinstance(effect, Projection) else effect.reads


def name_of(members: Sequence[Subscription]) -> str:
    """What a reading is called: the place of the one it is for, or a name that stands for exactly these."""
    places = sorted(member.effect.place for member in members)
    return places[0] if len(places) == 1 else f"feed_{sha256(' '.join(places).encode()).hexdigest()[:8]}"
