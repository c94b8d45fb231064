"""Doing a thing again until it is done: what waits for a database must lose nothing and hurry nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError

from chassis.store.database import TRANSIENT, is_outage

T = TypeVar("T")

log = structlog.get_logger()

_LONGEST_WAIT = 5.0


async def patiently(work: Callable[[], Awaitable[T]], name: str) -> T:
    """Do the work, again and again with growing pauses while the database is away; other errors are raised."""
    return await _again(work, name, TRANSIENT)


async def at_all_costs(work: Callable[[], Awaitable[T]], name: str) -> T:
    """Do the work, again and again whatever goes wrong: for what must not be skipped. What goes wrong is logged."""
    return await _again(work, name, (Exception,))


async def _again(work: Callable[[], Awaitable[T]], name: str, expected: tuple[type[BaseException], ...]) -> T:
    pause, since = 0.05, time.monotonic()
    while True:
        try:
            return await work()
        except expected as error:
            seconds = round(time.monotonic() - since, 1)
            if is_outage(error) or isinstance(error, KafkaError):
                log.warning("server_away", work=name, error=type(error).__name__, seconds=seconds)
            elif expected is TRANSIENT:
                raise
            else:
                log.exception("stuck", work=name, seconds=seconds)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_WAIT)
