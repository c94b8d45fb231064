"""Kafka and PostgreSQL for tests, benchmarks and scripts: `with Embedded(Path(".thidua-test")) as platform: ...`."""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local import credentials
from deploy.local.files import owned
from deploy.local.kafka import Kafka
from deploy.local.marks import clean_up, kill_tree
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.process import Process
from deploy.local.trouble import CannotStart, disk_errors, say

START_SECONDS = 180.0
STOP_SECONDS = 30.0
# A child's life hangs on the thread that started it (so counts the kernel), therefore one thread that lives
# as long as this Python starts them all.
_STARTER = ThreadPoolExecutor(1, thread_name_prefix="starter")


class Server:
    """A running server of the embedded platform: start, stop, kill, start again on the same port."""

    def __init__(self, process: Process, data: Path) -> None:
        self._process = process
        self._data = data
        self._running: subprocess.Popen[bytes] | None = None
        self._log = data / "logs" / f"{process.name}.log"

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._running.pid if self._running and self._running.poll() is None else None

    def start(self) -> None:
        """Start it and wait until it answers; `CannotStart` with its last words if it does not."""
        self._running = _STARTER.submit(self._spawn).result()
        ready = self._process.ready
        deadline = time.monotonic() + START_SECONDS
        with ThreadPoolExecutor(1) as prober:  # a probe may need an event loop of its own
            while ready and not prober.submit(ready).result():
                if self.pid is None or time.monotonic() > deadline:
                    self.kill()
                    raise CannotStart(*self._last_words())
                time.sleep(0.05)

    def stop(self) -> None:
        """End it in order."""
        if self._running and self.pid:
            self._running.send_signal(self._process.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self._running:
            kill_tree(self._running.pid)
            self._running.wait()
        self._process.mark(self._data).unlink(missing_ok=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._log.parent.mkdir(exist_ok=True)
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs
                self._process.launch(self._data), env=self._process.environment(), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _last_words(self) -> tuple[str, str]:
        lines = self._log.read_text(errors="replace").splitlines() or ["-"]
        return (
            f"{self._process.name} không khởi động được ({lines[-1]}); hãy xem {self._log}.",
            f"{self._process.name} did not start ({lines[-1]}); see {self._log}.",
        )


class Embedded:
    """Real servers in a data folder; where KAFKA_BOOTSTRAP or DATABASE_URL is given, that one is used and not started.

    The data survive. `ports` demands ports by name (kafka, kafka-partner, kafka-controller, postgres). A broker that is
    `locked` asks names as the platform's does, and `credentials` says where each one's lie; an open one asks nobody.
    """

    def __init__(
        self, data: Path, *, kafka: bool = True, postgres: bool = True, shared_buffers: str = "512MB",
        ports: Mapping[str, int] | None = None, locked: bool = False,
    ) -> None:  # fmt: skip
        self._data = data.resolve()
        self._wants_kafka = kafka and not os.environ.get("KAFKA_BOOTSTRAP")
        self._wants_postgres = postgres and not os.environ.get("DATABASE_URL")
        self._shared_buffers = shared_buffers
        self._demanded = ports or {}
        self._locked = locked
        self._stack = contextlib.ExitStack()
        self._servers: dict[str, Server] = {}
        self.kafka_bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "")
        self.kafka_partner = os.environ.get("KAFKA_PARTNER", self.kafka_bootstrap)
        self.database_url = os.environ.get("DATABASE_URL", "")

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack, disk_errors(self._data):
            stack.enter_context(owned(self._data))
            clean_up(self._data / "pids")
            self._prepare()
            with ThreadPoolExecutor(2) as pool:
                for server in self._servers.values():
                    stack.callback(server.stop)
                list(pool.map(Server.start, self._servers.values()))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _prepare(self) -> None:
        ports = Ports(self._data, self._demanded, say)
        with ThreadPoolExecutor(2) as pool:
            steps = []
            if self._wants_postgres:
                postgres = Postgres(self._data, ports, shared_buffers=self._shared_buffers)
                steps.append(pool.submit(postgres.prepare))
            if self._wants_kafka:
                kafka = Kafka(self._data, ports, locked=self._locked)
                steps.append(pool.submit(kafka.prepare))
            for step in steps:
                step.result()
        if self._wants_postgres:
            self._servers["postgres"] = Server(postgres.process(), self._data)
            self.database_url = postgres.url
        if self._wants_kafka:
            self._servers["kafka"] = Server(kafka.process(), self._data)
            self.kafka_bootstrap, self.kafka_partner = kafka.bootstrap, kafka.partner

    @property
    def credentials(self) -> Mapping[str, Path]:
        """The files by which each principal comes to a locked broker."""
        return credentials.there(self._data / credentials.FOLDER) if self._locked else {}

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the servers that run, by name (kafka, postgres)."""
        return {name: server.pid for name, server in self._servers.items() if server.pid}

    def start_kafka(self) -> None:
        """Start the broker again, on the same port."""
        self._servers["kafka"].start()

    def stop_kafka(self) -> None:
        """Stop the broker in order."""
        self._servers["kafka"].stop()

    def kill_kafka(self) -> None:
        """Kill the broker (SIGKILL)."""
        self._servers["kafka"].kill()

    def start_postgres(self) -> None:
        """Start the database again, on the same port."""
        self._servers["postgres"].start()

    def stop_postgres(self) -> None:
        """Stop the database in order, ending all sessions."""
        self._servers["postgres"].stop()

    def kill_postgres(self) -> None:
        """Kill the database server and all its sessions (SIGKILL)."""
        self._servers["postgres"].kill()
