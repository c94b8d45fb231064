"""The whole platform on one machine: what stands behind `thidua run`."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from deploy.local import credentials
from deploy.local.files import owned
from deploy.local.kafka import Kafka
from deploy.local.marks import clean_up, start_of
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import SERVICES, Wiring, take_ports
from deploy.local.run_info import FILE, KafkaInfo, PostgresInfo, RunInfo, SupervisorInfo, with_password
from deploy.local.simulated import keep_time
from deploy.local.supervisor import Supervisor, told_to_stop
from deploy.local.trouble import AlreadyRunning, CannotStart, disk_errors, say

INTERRUPTED = 130  # as a shell says it of Ctrl-C

Until = Callable[[RunInfo], Awaitable[int]]


async def run(
    data: Path,
    *,
    services: Sequence[str] = tuple(SERVICES),
    until: Until | None = None,
    quiet: bool = False,
    ports: Mapping[str, int] | None = None,
) -> int:
    """Run everything until Ctrl-C or until `until` ends; return the exit code.

    Where the platform already runs on this data folder, say so and let `until` use that one. `ports` demands ports by
    the names in the folder's ports.json. Call it on the main thread: a process lives no longer than its thread.
    Unless THIDUA_ENV says otherwise, it is `local` here from now on, for `until` and for all that is started.
    """
    os.environ.setdefault("THIDUA_ENV", "local")
    try:
        with owned(data) as folder, disk_errors(folder):
            (folder / FILE).unlink(missing_ok=True)
            if ended := clean_up(folder / "pids"):
                names = ", ".join(ended)
                say(f"Đã dừng phần còn lại của lần chạy trước: {names}. / Ended what an earlier run had left: {names}.")
            return await Platform(folder, services, quiet=quiet, ports=ports or {}).run(until)
    except AlreadyRunning as trouble:
        info = RunInfo.read(data)
        if info is None:
            say(str(trouble))
            return 1
    except CannotStart as trouble:
        say(str(trouble))
        return 1
    say(f"Nền tảng đã đang chạy, hãy dùng bản đó: {info.addresses}.\nIt already runs, use that one: {info.addresses}.")
    return await until(info) if until else 0


async def _until_built(wiring: Wiring) -> None:
    """Wait while new versions of read models are built beside the old ones, and say how far they are."""
    said, deadline = "", 0.0
    while building := await asyncio.to_thread(wiring.building):
        text = ", ".join(f"{place} {events}" for place, events in sorted(building.items()))
        if text != said:
            say(f"Đang dựng dữ liệu tra cứu cho phiên bản mới / building read models for a new version: {text}")
            said, deadline = text, time.monotonic() + STANDSTILL_SECONDS
        elif time.monotonic() > deadline:
            logs = ", ".join(sorted({f"{place.partition(' ')[0]}-worker.log" for place in building}))
            raise CannotStart(
                f"Dữ liệu tra cứu không dựng được ({text}); hãy xem {logs}.",
                f"Read models are not getting built ({text}); see {logs}.",
            )
        await asyncio.sleep(1)


STANDSTILL_SECONDS = 120.0
"""How long the building of read models may stand still before the platform gives up."""


class Platform:
    """One run on one data folder."""

    def __init__(self, data: Path, services: Sequence[str], *, quiet: bool, ports: Mapping[str, int]) -> None:
        self._data = data
        self._services = services
        self._ports = Ports(data, ports, say)
        self._supervisor = Supervisor(data, quiet=quiet, changed=self._update)
        self._wiring: Wiring | None = None
        self._time: asyncio.Task[None] | None = None
        self._kafka = None if os.environ.get("KAFKA_BOOTSTRAP") else Kafka(data, self._ports)
        self._postgres = None if os.environ.get("DATABASE_URL") else Postgres(data, self._ports)

    async def run(self, until: Until | None) -> int:
        """Start, wait for the end, stop."""
        async with told_to_stop() as told:
            working = asyncio.create_task(self._work(until))
            waiting = asyncio.create_task(told.wait())
            try:
                await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if told.is_set():
                    say("Đang dừng... / Stopping...")
            finally:
                working.cancel()
                waiting.cancel()
                await asyncio.wait({working, waiting})
                if self._time is not None:
                    self._time.cancel()
                await self._supervisor.stop()
                (self._data / FILE).unlink(missing_ok=True)
        if working.cancelled():
            return INTERRUPTED if until else 0
        return working.result()

    async def _work(self, until: Until | None) -> int:
        wiring = await self._servers()
        await self._supervisor.start(wiring.helpers())
        await self._supervisor.finish(wiring.preparations())
        self._time = keep_time([wiring.database(service) for service in self._services])
        await self._supervisor.start(wiring.members())
        await _until_built(wiring)
        self._wiring = wiring
        info = self._write(wiring)
        if until:
            return await until(info)
        say(f"Đã sẵn sàng, Ctrl-C để dừng / Ready, Ctrl-C stops it: {info.addresses}")
        await asyncio.Event().wait()
        return 0

    async def _servers(self) -> Wiring:
        """Start Kafka and PostgreSQL, or take the given ones."""
        stop = Event()
        work = [asyncio.to_thread(self._postgres.prepare)] if self._postgres else []
        work += [asyncio.to_thread(self._kafka.prepare, stop)] if self._kafka else []
        steps = [asyncio.ensure_future(each) for each in work]
        try:
            await asyncio.gather(*steps)
        finally:
            stop.set()  # a fetch that nobody waits for any more
            await asyncio.gather(*steps, return_exceptions=True)  # what the other one writes is in our folder
        await self._supervisor.start([part.process() for part in (self._postgres, self._kafka) if part])
        return Wiring(
            self._data,
            self._services,
            take_ports(self._ports, self._services),
            self._kafka.bootstrap if self._kafka else os.environ["KAFKA_BOOTSTRAP"],
            self._postgres.url if self._postgres else os.environ["DATABASE_URL"],
            self._data / credentials.FOLDER if self._kafka else credentials.given(),
        )

    def _update(self) -> None:
        if self._wiring:
            with suppress(OSError):  # a full disk: the old one stays
                self._write(self._wiring)

    def _write(self, wiring: Wiring) -> RunInfo:
        pids = self._supervisor.pids
        me = os.getpid()
        partner = self._kafka.partner if self._kafka else os.environ.get("KAFKA_PARTNER", wiring.kafka_bootstrap)
        info = RunInfo.model_validate(
            {
                "data": self._data,
                "supervisor": SupervisorInfo(pid=me, started=start_of(me) or 0.0),
                "kafka": KafkaInfo(bootstrap=wiring.kafka_bootstrap, partner=partner, pid=pids.get("kafka")),
                "postgres": PostgresInfo(
                    url_without_password=with_password(wiring.database_url, None),
                    port=urlsplit(wiring.database_url).port or 5432,
                    pid=pids.get("postgres"),
                ),
                **wiring.describe(pids),
            }
        )
        info.write()
        return info
