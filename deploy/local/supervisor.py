"""Runs many processes as one: started stage by stage, watched, ended in reverse order, none left behind."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from deploy.local.child import Child
from deploy.local.process import Process
from deploy.local.trouble import CannotStart, cause

READY_SECONDS = 180.0
PROBE_EVERY_SECONDS = 0.05
DEATHS_BEFORE_GIVING_UP = 3
COLOURS = (31, 32, 33, 34, 35, 36, 91, 92, 93, 94, 95, 96)


class Supervisor:
    """Keeps the processes of the data folder alive.

    Their lines go to the terminal unless `quiet`; `changed` hears of each (re)start.
    """

    def __init__(self, data: Path, *, quiet: bool = False, changed: Callable[[], None] = lambda: None) -> None:
        self._data = data
        self._quiet = quiet
        self._changed = changed
        self._stages: list[dict[Child, asyncio.Task[None]]] = []

    @property
    def pids(self) -> dict[str, int]:
        """Ids of the processes that run now, by name."""
        return {child.process.name: child.pid for stage in self._stages for child in stage if child.pid}

    async def start(self, stage: Sequence[Process]) -> None:
        """Start these side by side and wait until each is ready; `CannotStart` if one does not get there."""
        running = {child: asyncio.create_task(child.keep()) for child in map(self._child, stage)}
        self._stages.append(running)
        await asyncio.gather(*(self._until_ready(child) for child in running))

    async def finish(self, tasks: Sequence[Process]) -> None:
        """Run these side by side to their end; `CannotStart` if one fails."""
        running = {child: asyncio.create_task(child.once()) for child in map(self._child, tasks)}
        try:
            for task in running.values():
                await asyncio.shield(task)
        finally:
            for child, task in running.items():
                child.ask_to_stop()
                await task
                child.close()
        for child, task in running.items():
            if task.result() != 0:
                raise self._last_words(child)

    async def stop(self) -> None:
        """End everything in the reverse order of its start."""
        while self._stages:
            stage = self._stages.pop()
            for child in stage:
                child.ask_to_stop()
            await asyncio.gather(*stage.values())
            for child in stage:
                child.close()

    async def _until_ready(self, child: Child) -> None:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + READY_SECONDS
        while (ready := child.process.ready) and not (child.pid and await asyncio.to_thread(ready)):
            if child.deaths >= DEATHS_BEFORE_GIVING_UP or clock.time() > deadline:
                raise self._last_words(child)
            await asyncio.sleep(PROBE_EVERY_SECONDS)

    def _child(self, process: Process) -> Child:
        heading = _heading(process.name)

        def tell(line: str, about: bool) -> None:  # noqa: FBT001 - Child's way
            if (process.shown or about) and not self._quiet:
                with suppress(OSError):  # the terminal has gone
                    sys.stderr.write(f"{heading} {line}\n")

        return Child(process, self._data, tell, self._changed)

    def _last_words(self, child: Child) -> CannotStart:
        name, log = child.process.name, self._data / "logs" / f"{child.process.name}.log"
        why = cause(child.last_lines, self._data) or "-"
        return CannotStart(
            f"{name} không khởi động được ({why}); hãy xem {log}.", f"{name} did not start ({why}); see {log}."
        )


def _heading(name: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return f"{name:<18}"
    colour = COLOURS[hashlib.sha256(name.encode()).digest()[0] % len(COLOURS)]
    return f"\x1b[{colour}m{name:<18}\x1b[0m"


@asynccontextmanager
async def told_to_stop() -> AsyncIterator[asyncio.Event]:
    """Catch Ctrl-C, SIGTERM and a closed terminal in an event instead of dying of them."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in caught:
        loop.add_signal_handler(number, event.set)
    try:
        yield event
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
