"""Simulated time on one machine: a file moves the processes' clocks, and whoever owns the stores moves theirs."""

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from chassis.facts.clock import FileClock
from chassis.store.migrate import put_ahead

_EVERY_SECONDS = 0.05


def keep_time(databases: Sequence[str]) -> "asyncio.Task[None] | None":
    """Let the stores in these databases follow the file that THIDUA_CLOCK names, until cancelled; None without one.

    The addresses are the owner's.
    """
    file = os.environ.get("THIDUA_CLOCK")
    return asyncio.create_task(_follow(FileClock(Path(file)), databases)) if file else None


async def move_stores(databases: Sequence[str], ahead: timedelta) -> None:
    """As the owner, let the time of these stores be ahead by so much."""
    await asyncio.gather(*(asyncio.to_thread(put_ahead, url, ahead) for url in databases))


async def _follow(clock: FileClock, databases: Sequence[str]) -> None:
    known: timedelta | None = None
    while True:
        if (ahead := clock.ahead()) != known:
            try:
                await move_stores(databases, ahead)
                known = ahead
            except DBAPIError:  # the server is away: once more
                known = None
        await asyncio.sleep(_EVERY_SECONDS)
