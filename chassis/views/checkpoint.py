"""How far a read model has come, and waiting until it has come far enough."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from chassis.facts.problem import AGAIN, Problem
from chassis.stream.received import STORE

_TICK = 0.01


class Checkpoint:
    """How far a read model has come; asked once per tick, however many requests wait for it.

    `reached` is how far it was when it was looked at last. `read` gives the position up to which the model is built.
    """

    def __init__(self, read: Callable[[], Awaitable[int]]) -> None:
        self._read = read
        self.reached = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._poll: asyncio.Task[None] | None = None

    async def wait_for(self, position: int, seconds: float = 5.0) -> None:
        """Return once the model reflects `position`; raises Problem 503 `not-there-yet` when that takes too long."""
        if position <= self.reached:
            return
        reached = asyncio.get_running_loop().create_future()
        self._waiting.append((position, reached))
        if self._poll is None:
            self._poll = asyncio.create_task(self._look())
        try:
            done, _ = await asyncio.wait([reached], timeout=seconds)
            if not done:
                raise Problem(
                    503,
                    "not-there-yet",
                    "Thay đổi vừa rồi chưa kịp hiển thị; hãy tải lại sau giây lát.",
                    "The change has not arrived here yet; load it again shortly.",
                    headers=AGAIN,
                )
            reached.result()
        finally:
            reached.cancel()

    async def _look(self) -> None:
        try:
            while True:
                self.reached = await self._read()
                for position, reached in self._waiting:
                    if position <= self.reached and not reached.done():
                        reached.set_result(None)
                self._waiting = [each for each in self._waiting if not each[1].done()]
                if not self._waiting:
                    return
                await asyncio.sleep(_TICK)
        except Exception as error:  # noqa: BLE001 - whatever the driver raised belongs to those who wait
            for _, reached in self._waiting:
                if not reached.done():
                    reached.set_exception(error)
            self._waiting = []
        finally:
            self._poll = None


async def checkpoint(pool: asyncpg.Pool, *places: str) -> int:
    """Position in the own store up to which a projection is live, of several the one furthest behind."""
    position = await pool.fetchval(
        "select min(coalesce(position, 0)) from unnest($1::text[]) place"
        " left join chassis.positions on (consumer, topic) = (place, $2)",
        places,
        STORE,
    )
    return int(position or 0)
