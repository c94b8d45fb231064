"""Does the faults of a plan to a running platform, one after the other; what stands still does so beside the others."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from deploy.local.run_info import RunInfo
from tests.faults.plan import KAFKA, POSTGRES, Fault

DONE = "fault"
"""First word of the line that is printed for each fault."""


class Fire:
    """The platform on the folder `data` under fire."""

    def __init__(self, data: Path, faults: Sequence[Fault]) -> None:
        self._data = data
        self._faults = faults
        self._still: set[str] = set()

    async def run(self) -> None:
        """Do every fault, and return when nothing stands still any more."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as pauses:
            for fault in self._faults:
                await asyncio.sleep(fault.after)
                process = await self._reachable(fault)
                print(DONE, f"{time.monotonic() - began:6.1f}", fault, process.pid, flush=True)  # noqa: T201 - its log
                if fault.pause is None:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.kill()
                else:
                    pauses.create_task(self._pause(process, fault.target, fault.pause))

    async def _reachable(self, fault: Fault) -> psutil.Process:
        """The process meant, once it runs: it may just be started again, or stand still from a fault before.

        A frozen process may be killed, but not the database: its frozen sessions would outlive it, as after no crash.
        """
        while True:
            if fault.target not in self._still or (fault.pause is None and fault.target != POSTGRES):
                pid = self._pid(fault.target)
                with contextlib.suppress(psutil.NoSuchProcess):
                    if pid is not None:
                        return psutil.Process(pid)
            await asyncio.sleep(0.1)

    async def _pause(self, process: psutil.Process, target: str, seconds: float) -> None:
        stopped: list[psutil.Process] = []
        self._still.add(target)
        try:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()  # first, so that it starts no other one meanwhile
                stopped += [process, *process.children(recursive=True)]
            for child in stopped[1:]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.suspend()
            await asyncio.sleep(seconds)
        finally:
            for each in stopped:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.resume()
            self._still.discard(target)

    def _pid(self, target: str) -> int | None:
        info = RunInfo.read(self._data)
        if info is None:
            return None
        if target in (KAFKA, POSTGRES):
            return info.kafka.pid if target == KAFKA else info.postgres.pid
        service, role = target.split("-")
        return info.services[service].processes.get(role)
