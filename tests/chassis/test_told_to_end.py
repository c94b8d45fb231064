"""A process that is told to end does so, also where a task has not heard it."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE

from chassis.run import main

_RUN = (
    "import asyncio, sys; from chassis.run import main; from tests.chassis import test_told_to_end as it;"
    " main._AGAIN_SECONDS = float(sys.argv[2]); asyncio.run(main._until_told(getattr(it, sys.argv[1])()))"
)


async def hard_of_hearing() -> None:
    """What loses its first cancellation and goes on, beside what has heard it."""
    async with asyncio.TaskGroup() as group:
        group.create_task(lost())
        group.create_task(asyncio.sleep(3600))


async def lost() -> None:
    print("up", flush=True)  # noqa: T201 - to the test
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)
    await asyncio.sleep(3600)


async def in_order() -> None:
    """What takes a while to take leave."""
    print("up", flush=True)  # noqa: T201
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(0.5)
        print("in order", flush=True)  # noqa: T201


async def ended(work: str, again: float) -> str:
    """What a process says that is told to end once it is up; raises TimeoutError where it does not end."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _RUN, work, str(again), stdout=PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            assert await process.stdout.readline() == b"up\n"
            process.terminate()
            said = await process.stdout.read()
            assert await process.wait() == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    return said.decode()


async def test_what_has_missed_that_it_is_to_end_is_told_again() -> None:
    assert "told_to_end_again" in await ended("hard_of_hearing", 0.2)


async def test_who_takes_leave_in_order_is_not_hurried() -> None:
    assert await ended("in_order", main._AGAIN_SECONDS) == "in order\n"
