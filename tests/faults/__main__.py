"""The main job under fire: `python -m tests.faults [--kills N] [--broker N] [--postgres N] [--seed S]`."""

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from cli.demo import main_job
from cli.main_job import MainJob
from deploy.local import platform
from deploy.local.run_info import RunInfo

DATA = Path(".thidua-faults")


class Killer:
    """Kills services, relays, workers, the broker and the database, each as often as asked, at random moments."""

    def __init__(self, kills: int, broker: int, postgres: int, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.targets = ["service"] * kills + ["kafka"] * broker + ["postgres"] * postgres
        self.draw.shuffle(self.targets)
        self.done = 0

    async def run(self) -> None:
        """One kill after the other, until all are done."""
        for target in self.targets:
            await asyncio.sleep(self.draw.uniform(0.5, 2.5))
            pid = self._pid(target)
            if pid is None:  # it is just being restarted: another time
                self.targets.append(target)
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.done += 1
            if target != "service":
                await asyncio.sleep(3)

    def _pid(self, target: str) -> int | None:
        info = RunInfo.read(DATA)
        if info is None:
            return None
        if target == "kafka":
            return info.kafka.pid
        if target == "postgres":
            return info.postgres.pid
        return self.draw.choice([pid for service in info.services.values() for pid in service.processes.values()])


def main() -> int:
    """Run once; gives 0 when the ledger check holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--broker", type=int, default=5)
    parser.add_argument("--postgres", type=int, default=5)
    parser.add_argument("--provinces", type=int, default=63)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)  # noqa: T201 - what must be known to repeat the run
    shutil.rmtree(DATA, ignore_errors=True)
    os.environ["THIDUA_CLOCK"] = str((DATA / "clock").resolve())
    killer = Killer(asked.kills, asked.broker, asked.postgres, asked.seed)
    started = time.monotonic()

    async def until(info: RunInfo) -> int:
        killing = asyncio.create_task(killer.run())

        async def goes_on(job: MainJob) -> None:
            for edition in itertools.count(1):
                if killing.done():
                    break
                await replace(job, edition=edition, provinces=[], cards={}).run()
            await job.run()  # the first commands again: each was accepted once, whatever happened to its answer
            await killing

        code = await main_job(info, started, provinces=asked.provinces, meanwhile=goes_on)
        print(f"{killer.done} kills, seed {asked.seed}", flush=True)  # noqa: T201
        return code

    return asyncio.run(platform.run(DATA, until=until, quiet=True))


if __name__ == "__main__":
    sys.exit(main())
