"""M1: memory of each service process of the whole local platform, after the main job for all provinces."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final

import httpx
import psutil  # type: ignore[import-untyped]
from rich.progress import Progress

from bench.figures import Demand, Row
from cli.main_job import ALL_PROVINCES, MainJob
from cli.officers import Desk
from deploy.local import platform
from deploy.local.run_info import RunInfo

_DATA: Final = Path(".thidua-bench-platform")
_MIB: Final = 2**20
_MUST: Final = 200
_AIM: Final = 120


async def measured() -> Row:
    """The row M1; it starts a platform of its own, on an empty data folder."""
    shutil.rmtree(_DATA, ignore_errors=True)
    os.environ["THIDUA_CLOCK"] = str((_DATA / "clock").resolve())
    held: dict[str, float] = {}

    async def work(info: RunInfo) -> int:
        urls = {name: service.url for name, service in info.services.items()}
        async with httpx.AsyncClient(timeout=30) as http:
            await MainJob(info, Desk(http, urls, info.issuer.url), Progress(disable=True), ALL_PROVINCES).run()
        await asyncio.sleep(5)
        for name, service in info.services.items():
            for part, pid in service.processes.items():
                held[f"{name} {part}"] = psutil.Process(pid).memory_info().rss / _MIB
        return 0

    try:
        if await platform.run(_DATA, until=work, quiet=True):
            raise RuntimeError(f"the platform did not do its job, see {_DATA}/logs")
    finally:
        del os.environ["THIDUA_CLOCK"]
    shutil.rmtree(_DATA, ignore_errors=True)
    largest = max(held, key=lambda name: held[name])
    spread = (min(held.values()) / _MUST, held[largest] / _MUST)
    what = (
        f"resident memory of the largest of {len(held)} service processes ({largest}) after the main job for "
        f"{ALL_PROVINCES} provinces; spread: smallest to largest; limit: what it may be"
    )
    demand = Demand("MiB", held[largest], _MUST, _AIM, most=True)
    return Row("M1", what, "MiB", held[largest], _MUST, held[largest] / _MUST, spread, [demand])
