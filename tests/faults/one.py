"""One fault run: `python -m tests.faults.one DATA SEED KILLS PAUSES PROVINCES`. Its exit code is the ledger's word."""

import asyncio
import contextlib
import faulthandler
import itertools
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from cli.demo import main_job
from cli.main_job import MainJob
from deploy.local import platform
from deploy.local.run_info import RunInfo
from tests.faults.fire import Fire
from tests.faults.plan import plan
from tests.faults.readers import Readers

LONGEST: Final = 1500.0
"""Seconds after which a run is given up as hanging."""


async def under_fire(info: RunInfo, seed: int, kills: int, pauses: int, provinces: int) -> int:
    """Do the main job, and other editions of it for as long as there are faults to come, then check the ledger."""
    started = time.monotonic()
    burning = asyncio.create_task(Fire(info.data, plan(seed, kills, pauses)).run())
    people: list[Readers] = []

    async def goes_on(job: MainJob) -> None:
        people.append(Readers(info, job))
        await people[0].sign_in()
        reading = asyncio.create_task(people[0].work())
        for edition in itertools.count(1):
            if burning.done():
                break
            await replace(job, edition=edition, provinces=[], cards={}).run()
        await burning
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        await job.run()  # the first commands again: each was accepted once, whatever happened to its answer

    try:
        async with asyncio.timeout(LONGEST):
            code = await main_job(info, started, provinces=provinces, meanwhile=goes_on)
            return code or int(bool(await people[0].faults()))
    finally:
        burning.cancel()
        await asyncio.wait([burning])


def main() -> int:
    """Start the platform on DATA, set fire to it, end it."""
    data, *numbers = sys.argv[1:]
    seed, kills, pauses, provinces = map(int, numbers)
    faulthandler.dump_traceback_later(LONGEST + 120, exit=True)
    os.environ["THIDUA_CLOCK"] = str((Path(data) / "clock").resolve())

    async def until(info: RunInfo) -> int:
        return await under_fire(info, seed, kills, pauses, provinces)

    return asyncio.run(platform.run(Path(data), until=until, quiet=True))


if __name__ == "__main__":
    sys.exit(main())
