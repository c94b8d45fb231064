"""The platform on which a scene is played: what is noted, stopped, dropped and waited for on it."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import confluent_kafka
import confluent_kafka.admin
import psutil  # type: ignore[import-untyped]

from chassis.store.interventions import By
from chassis.stream.dead_letters import discard, listed
from chassis.stream.gate import FOREIGN
from chassis.stream.security import for_librdkafka
from chassis.stream.topics import ADMIN
from cli.connect import reaching, settings
from cli.main_job import MainJob
from deploy.local.run_info import RunInfo

_PATIENCE: Final = 180.0


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until something is so; TimeoutError with its name after three minutes."""
    deadline = time.monotonic() + _PATIENCE
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        await asyncio.sleep(0.2)


@dataclass
class Stage:
    """A running platform on which a scene is played, and the job that goes on meanwhile."""

    info: RunInfo
    job: MainJob
    done: list[str] = field(default_factory=list)
    """What was done, in the order of doing."""
    foreign: dict[tuple[str, int], int] = field(default_factory=dict)
    """The offset of the last foreign record that was sent into a topic's partition."""
    named: dict[str, set[UUID]] = field(default_factory=dict)
    """By service the acknowledged commands that are lost, and were named as lost."""
    _editions: Iterator[int] = field(default_factory=lambda: count(1))
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    def say(self, what: str) -> None:
        """Note what was done, and say it in the log."""
        self.done.append(what)
        print("scene", what, flush=True)  # noqa: T201 - its log

    async def edition(self) -> None:
        """Do another edition of the job from launch to award."""
        async with self._working:
            await replace(self.job, edition=next(self._editions), provinces=[], cards={}).run()

    @contextlib.asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """No edition is under way within the block."""
        async with self._working:
            yield

    def processes(self, service: str, *roles: str) -> list[psutil.Process]:
        """The processes of a service that run now in these roles."""
        info = RunInfo.read(self.info.data) or self.info
        known = info.services[service].processes
        return [psutil.Process(pid) for role, pid in known.items() if role in roles]

    @contextlib.asynccontextmanager
    async def stopped(self, service: str) -> AsyncIterator[None]:
        """A service stands still within the block, all of whose facts are sent, and is started anew after it.

        Frozen, and killed in the end: the supervisor would start an ended one at once.
        """
        frozen: list[psutil.Process] = []
        try:
            frozen += _frozen(self.processes(service, "api", "worker"))
            await asyncio.sleep(1)  # what the database was just doing for them
            await until(lambda: self._sent(service), f"{service} is sent")
            frozen += _frozen(self.processes(service, "relay"))
            yield
        finally:
            for process in frozen:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    async def _sent(self, service: str) -> bool:
        async with reaching(service, settings(service, self.info.data)) as platform:
            sent = await platform.pool.fetchval("select position from chassis.relays where relay = $1", service)
            return bool(sent == await platform.store.head())

    @property
    def admin(self) -> confluent_kafka.admin.AdminClient:
        """Administration of the broker."""
        return confluent_kafka.admin.AdminClient(for_librdkafka(self.info.kafka_as(ADMIN)))

    async def tool(self, *argv: str, env: Mapping[str, str] | None = None) -> str:
        """What a program says; RuntimeError with it when it fails."""
        pipe = asyncio.subprocess.PIPE
        ran = await asyncio.create_subprocess_exec(
            *argv, env={**os.environ, **(env or {})}, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
        said = (await ran.communicate())[0].decode(errors="replace")
        print(said, flush=True)  # noqa: T201 - its log
        if ran.returncode:
            raise RuntimeError(f"{Path(argv[0]).name} {argv[-1]}: {ran.returncode}: {said[-500:]}")
        return said

    async def discard_foreign(self) -> None:
        """Drop what was parked as foreign once every reader has come by, as an operator would; else nothing."""
        dropped = 0
        for service in self.info.services:
            async with reaching(service, settings(service, self.info.data)) as platform:
                await until(partial(self._passed, platform.pool), f"foreign records read in {service}")
                for parked in await listed(platform.pool):
                    if parked.error == FOREIGN:
                        dropped += await discard(platform.pool, parked.id, By("the scene", "foreign"))
        if dropped:
            self.say(f"{dropped} parked as foreign, discarded")

    async def _passed(self, pool: asyncpg.Pool) -> bool:
        """Whether each reader of a service has come to the last foreign record of each partition that it reads."""
        rows = await pool.fetch("select topic, partition, min(last_offset) from chassis.positions group by 1, 2")
        return all(reached >= self.foreign.get((topic, partition), -1) for topic, partition, reached in rows)


def _frozen(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in processes:
        process.suspend()
        found.append(process)
    return found
