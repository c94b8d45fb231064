"""Two versions of one service beside each other under the main job, the newer with one more fact and one more column.

The newer one's worker is killed again and again while it builds and follows; then it is rolled back.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import confluent_kafka
import httpx
import pytest
from rich.progress import Progress

from chassis.stream.security import for_librdkafka
from chassis.stream.topics import ADMIN, AUDITOR, public_topic
from cli import ledger_check
from cli.administrators import DEPARTMENT
from cli.connect import settings
from cli.main_job import MainJob
from cli.officers import Desk
from deploy.local.platform import run
from deploy.local.run_info import RunInfo
from services import ALL
from services.registry.domain.unit import unit_id
from tests.end_to_end.newer import newer

pytestmark = pytest.mark.server

DATA = Path(".thidua-test-versions")
MOVED = [unit_id(f"P{number}") for number in (30, 31, 33, 34, 35)]
"""Units that have no part in the main job: services of the older version let nobody act in them any more."""


class InTurns(Mapping[str, str]):
    """Addresses of the services; registry is asked at each of several in turn, those that are ready."""

    def __init__(self, info: RunInfo) -> None:
        self.urls = {name: [service.url] for name, service in info.services.items()}
        self.asked = 0

    def __getitem__(self, name: str) -> str:
        self.asked += 1
        return self.urls[name][self.asked % len(self.urls[name])]

    def __iter__(self) -> Iterator[str]:
        return iter(self.urls)

    def __len__(self) -> int:
        return len(self.urls)


class Newer:
    """The processes of registry's next version, beside those that run."""

    def __init__(self, info: RunInfo, house: Path) -> None:
        self._house, self.building, self._credentials = house, set[str](), info.credentials
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PYTHONPATH": str(house),
            "DATABASE_URL": info.database("registry"),
            "DATABASE_ROLE": "thidua_registry",
            "KAFKA_BOOTSTRAP": info.kafka.bootstrap,
            "THIDUA_ISSUER": info.issuer.url,
            "THIDUA_CLOCK": str((DATA / "clock").absolute()),
            "THIDUA_INSTANCE": "2",
            "THIDUA_ENV": "local",
        }

    @contextmanager
    def part(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """One process, for the time of a block."""
        port = self.url.rpartition(":")[2] if name == "api" else "0"
        credentials = str(self._credentials[ADMIN if name == "prepare" else "registry"])
        own = {**self._environment, "PORT": port, "KAFKA_CREDENTIALS": credentials}
        with (DATA / "newer.log").open("ab") as log, subprocess.Popen(
            [sys.executable, "-m", "services.registry", name],
            cwd=self._house, env=own, stdout=log, stderr=log,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)

    async def ready(self, http: httpx.AsyncClient, seconds: float = 150) -> list[int]:
        """Wait until it is; gives what it answered until then."""
        answers: list[int] = []
        deadline = time.monotonic() + seconds
        while not answers or answers[-1] != 200:
            assert time.monotonic() < deadline, answers[-1:]
            try:
                answer = await http.get(f"{self.url}/readyz")
                answers.append(answer.status_code)
                if answer.status_code == 503:
                    self.building |= answer.json().get("building", {}).keys()
            except httpx.TransportError:
                answers.append(0)
            await asyncio.sleep(0.05)
        return answers


@asynccontextmanager
async def killed_again_and_again(version: Newer) -> AsyncIterator[list[float]]:
    """A worker of the newer version that lives between a quarter of a second and some more, over and over."""
    lives: list[float] = []

    async def keep() -> None:
        while True:
            with version.part("worker") as process:
                lives.append(0.25 + 0.35 * (len(lives) % 9))
                try:
                    await asyncio.sleep(lives[-1])
                finally:
                    process.kill()

    task = asyncio.create_task(keep())
    try:
        yield lives
    finally:
        task.cancel()
        await asyncio.wait([task])


async def moved(desk: Desk, version: Newer, unit: UUID) -> int:
    """Ask the newer version for what only it can do."""
    answer = await desk.http.post(
        f"{version.url}/api/v1/units/{unit}/address",
        json={"address": "1 đường Trần Phú"},
        headers={"Authorization": f"Bearer {await desk.token(DEPARTMENT.id)}", "Idempotency-Key": str(uuid4())},
    )
    return answer.status_code


async def corrected(desk: Desk, url: str, unit: UUID) -> tuple[int, str]:
    """A command that both versions know, on a unit; gives the status and the problem's code."""
    answer = await desk.http.post(
        f"{url}/api/v1/units/{unit}/name-correction",
        json={"name": f"Bảo hiểm xã hội {uuid4().hex[:6]}"},
        headers={"Authorization": f"Bearer {await desk.token(DEPARTMENT.id)}"},
    )
    return answer.status_code, str(answer.json().get("type", "")).rpartition(":")[2]


async def faults(info: RunInfo, desk: Desk) -> tuple[bool, list[str]]:
    """Whether everything acknowledged is everywhere once, and what is parked."""
    its = {name: settings(name, info.data) for name in ALL}
    ledger = await ledger_check.check(its, info.kafka_as(AUDITOR), info.smtp.page, info.zalo.url, desk.acknowledged)
    parked = []
    for name in ALL:
        connection = await asyncpg.connect(info.database(name))
        parked += [
            f"{name} {tuple(row)}" for row in await connection.fetch("select consumer, error from chassis.parked")
        ]
        await connection.close()
    return ledger.ok, [*ledger.notes, *parked]


def published(info: RunInfo, topic: str) -> set[str]:
    """Types in a topic, as another client finds them."""
    client = for_librdkafka(info.kafka_as(AUDITOR)) | {"group.id": str(uuid4()), "enable.partition.eof": True}
    consumer = confluent_kafka.Consumer(client)
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING) for p in partitions])
    types, ended = set[str](), 0
    while ended < len(partitions):
        message = consumer.poll(10)
        assert message is not None
        if message.error():
            ended += 1
        else:
            headers: Any = message.headers() or []
            types |= {value.decode() for name, value in headers if name == "ce_type"}
    consumer.close()
    return types


async def test_two_versions_side_by_side_and_back(tmp_path: Path) -> None:
    newer(tmp_path)
    shutil.rmtree(DATA, ignore_errors=True)
    os.environ["THIDUA_CLOCK"] = str((DATA / "clock").absolute())
    try:
        async with asyncio.timeout(400):
            assert await run(DATA, until=lambda info: scene(info, tmp_path), quiet=True) == 0
    finally:
        del os.environ["THIDUA_CLOCK"]


async def scene(info: RunInfo, house: Path) -> int:
    version, urls = Newer(info, house), InTurns(info)
    old = info.services["registry"].url
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(timeout=30, limits=limits) as http:
        with Progress(disable=True) as progress:
            job = MainJob(info, Desk(http, urls, info.issuer.url), progress, wanted=6)
            job.clock(date(2024, 11, 10))
            await job.organisation()
            with version.part("prepare") as preparing:
                preparing.wait(60)
            with version.part("api"), version.part("relay"):
                async with killed_again_and_again(version) as lives:
                    beside = asyncio.create_task(joining(version, urls, job.desk))
                    await job.run()
                    assert set(await beside) == {201}
                assert len(lives) > 3
                with version.part("worker"):
                    await version.ready(http)
                    seen = await job.desk.pages(DEPARTMENT, "registry", "/units")
                    assert await faults(info, job.desk) == (True, [])
                    found = await http.get(f"{version.url}/api/v1/units/{MOVED[0]}", headers=await bearer(job.desk))
                    assert found.json()["address"] == "1 đường Trần Phú"
            await rolled_back(info, job.desk, old, len(seen))
            assert "thidua.registry.UnitAddressed.v1" in published(info, public_topic("registry"))
            with version.part("api"), version.part("relay"), version.part("worker"):
                await version.ready(http)
                assert (await corrected(job.desk, version.url, MOVED[0]))[0] == 201
    return 0


async def bearer(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {await desk.token(DEPARTMENT.id)}"}


async def joining(version: Newer, urls: InTurns, desk: Desk) -> list[int]:
    """Before it is ready the newer version answers queries 503; then it takes half of the load, and moves units."""
    answers = await version.ready(desk.http)
    assert set(answers) <= {0, 200, 503}
    if 503 in answers:
        assert "units_v3" in version.building
    urls.urls["registry"].append(version.url)
    return [await moved(desk, version, unit) for unit in MOVED]


async def rolled_back(info: RunInfo, desk: Desk, old: str, units: int) -> None:
    """The older version alone: its tables at once, no command on what it cannot read, all else as ever."""
    answer = await desk.http.get(f"{old}/api/v1/units?limit=500", headers=await bearer(desk))
    assert (answer.status_code, len(answer.json()["items"]) > 0) == (200, True)
    assert await corrected(desk, old, MOVED[0]) == (503, "newer-version-needed")
    assert await corrected(desk, old, unit_id("P20")) == (201, "")
    assert (await desk.http.get(f"{old}/readyz")).status_code == 200
    body = {"code": "P20-D999", "name": "Bảo hiểm xã hội huyện mới", "kind": "district"}
    body |= {"parent_id": str(unit_id("P20")), "established_on": "2024-01-01"}
    made = await desk.http.post(f"{old}/api/v1/units", json=body, headers=await bearer(desk))
    assert made.status_code == 201, made.text
    listed = await desk.http.get(
        f"{old}/api/v1/units?limit=500&kind=district&parent={unit_id('P20')}&at_least={made.json()['position']}",
        headers=await bearer(desk),
    )
    assert "P20-D999" in {unit["code"] for unit in listed.json()["items"]}
    assert units > 700
    assert await faults(info, desk) == (True, [])
