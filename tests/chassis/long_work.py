"""Long work for the tests of jobs, and a process of its own that does it, to be killed."""

import asyncio
import os
from pathlib import Path

from chassis.facts.decider import Rejected
from chassis.facts.problem import Problem
from chassis.facts.settings import Settings
from chassis.service.jobs import Job, Result, Runner, Work
from chassis.service.platform import Platform, running


async def wait_for_word(_: Platform, job: Job) -> Result:
    """Note in a folder who has begun, then wait there for the word that is the result."""
    folder = Path(job.request.decode())
    begun = folder / f"begun-{job.id}-{os.getpid()}-{asyncio.get_running_loop().time()}"
    begun.touch()
    job.progress(1, 2)
    try:
        while True:
            if (folder / "word").exists():
                return Result((folder / "word").read_bytes(), "text/plain", "tệp.txt")
            await asyncio.sleep(0.02)
    finally:
        begun.rename(folder / begun.name.replace("begun", "ended"))


async def refuse(_: Platform, job: Job) -> Result:
    """Refuse in the way that is asked for."""
    match job.request:
        case b"problem":
            raise Problem(422, "not-so", "Không được; hãy sửa.", "Not so; mend it.", "S000-13", errors=[])
        case b"rejected":
            raise Rejected("rule", "Quy định không cho phép.", "A rule says no.")
        case b"away":
            raise ConnectionRefusedError
        case _:
            raise ZeroDivisionError


JOBS: dict[str, Work] = {"word": wait_for_word, "refuse": refuse}


async def main(url: str, role: str, lease: str) -> None:
    """Do jobs until killed."""
    settings = Settings(database_url=url, database_role=role, kafka_bootstrap="127.0.0.1:1")
    async with running("registry", settings) as platform:
        await Runner(platform, JOBS, float(lease)).run()
