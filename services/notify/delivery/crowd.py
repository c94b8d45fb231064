"""Deliveries that are under way at once: how many more have room, and waiting for them."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Crowd:
    """At most so many tasks at once; new ones are welcome once half of the room is free, so that they come together."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tasks: set[asyncio.Task[None]] = set()
        self._roomy = asyncio.Event()

    @property
    def room(self) -> int:
        """How many more may be started."""
        return self._size - len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if len(self._tasks) <= self._size // 2:
            self._roomy.set()

    async def welcome(self) -> None:
        """Wait until half of the room is free."""
        if len(self._tasks) > self._size // 2:
            self._roomy.clear()
            await self._roomy.wait()

    async def dispersed(self, seconds: float) -> None:
        """Wait so long for those under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
