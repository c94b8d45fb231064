"""One scene: `python -m tests.faults.scene DATA SCENE PROVINCES`. Its exit code is the ledger's word."""

import asyncio
import faulthandler
import json
import os
import sys
import time
from pathlib import Path

from cli.demo import main_job
from cli.main_job import MainJob
from deploy.local import platform
from deploy.local.files import write_atomically
from deploy.local.run_info import RunInfo
from tests.faults.one import LONGEST
from tests.faults.scenes import SCENES
from tests.faults.stage import Stage

FILE = "scene.json"


async def play(info: RunInfo, name: str, provinces: int) -> int:
    """Do the main job and other editions of it while the scene is played, then check the ledger.

    Commands that are lost and were named as lost are not asked for.
    """
    started, stages, over = time.monotonic(), list[Stage](), list[float]()

    async def meanwhile(job: MainJob) -> None:
        stages.append(stage := Stage(info, job))

        async def work() -> None:
            while not over:
                await stage.edition()

        async with asyncio.TaskGroup() as group:
            group.create_task(work())
            await asyncio.sleep(3)
            await SCENES[name](stage)
            over.append(time.monotonic())
        for service, lost in stage.named.items():
            job.desk.acknowledged[service] -= lost
        await job.run()  # the first commands again: each was accepted once, or is accepted now
        await stage.discard_foreign()

    async with asyncio.timeout(LONGEST):
        code = await main_job(info, started, provinces=provinces, meanwhile=meanwhile)
    told = {
        "done": stages[0].done,
        "named": sum(map(len, stages[0].named.values())),
        "settled": round(time.monotonic() - over[0], 1),
    }
    write_atomically(info.data / FILE, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return code


def main() -> int:
    """Start the platform on DATA, play the scene, end it."""
    data, name, provinces = sys.argv[1:]
    faulthandler.dump_traceback_later(LONGEST + 120, exit=True)
    os.environ["THIDUA_CLOCK"] = str((Path(data) / "clock").resolve())

    async def until(info: RunInfo) -> int:
        return await play(info, name, int(provinces))

    return asyncio.run(platform.run(Path(data), until=until, quiet=True))


if __name__ == "__main__":
    sys.exit(main())
