"""A single-node Apache Kafka (KRaft) in the data folder, on 127.0.0.1."""

import asyncio
import logging
import os
import secrets
import shutil
import socket
from base64 import urlsafe_b64encode
from collections.abc import Collection
from pathlib import Path
from threading import Event
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chassis.stream.principals import make_known
from chassis.stream.security import (
    MECHANISM,
    PASSWORD,
    PROTOCOL,
    USER,
    Brokers,
    Login,
    for_aiokafka,
)
from chassis.stream.topics import ADMIN
from deploy.local import credentials
from deploy.local.files import write_atomically
from deploy.local.jars import HERE, cache, jars
from deploy.local.java import find_java
from deploy.local.ports import Ports
from deploy.local.process import Process

_ANSWER_SECONDS: Final = 2.0


class Kafka:
    """The broker of one data folder: `prepare` once, then run `process`.

    One that is `locked` lets in whom the folder's credentials name, and nobody else; of an open one see
    open.properties.
    """

    def __init__(self, data: Path, ports: Ports, *, locked: bool = True) -> None:
        self._data, self._locked = data, locked
        self._folder = data / "kafka"
        self._internal, self._partner, self._controller = (
            ports.take(name) for name in ("kafka", "kafka-partner", "kafka-controller")
        )
        self.bootstrap = f"127.0.0.1:{self._internal}"
        self.partner = f"127.0.0.1:{self._partner}"
        self._password = secrets.token_urlsafe(24)

    def prepare(self, stop: Event | None = None) -> None:
        """Fetch the jars, write the settings and format the log folder, each if not yet done; `stop` gives up."""
        self._jars = jars(stop=stop)
        self._folder.mkdir(parents=True, exist_ok=True)
        logs, formatted = self._folder / "logs", self._folder / "cluster.id"
        parts = ("server.properties", "locked.properties" if self._locked else "open.properties")
        settings = "".join((HERE / part).read_text() for part in parts).format(
            logs=logs, internal=self._internal, partner=self._partner, controller=self._controller,
            password=self._password,
        )  # fmt: skip
        write_atomically(self._settings, settings)
        if self._locked:
            self._logins = credentials.logins(self._data, self.bootstrap, self.partner)
        if not formatted.exists():
            shutil.rmtree(logs, ignore_errors=True)  # what an interrupted formatting left
            cluster = urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
            tool = [
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                f"--cluster-id={cluster}",
                "-c",
                str(self._settings),
            ]
            Process("kafka-format", (*self._java("-Xmx256m", *self._shared(leave=False)), *tool)).finish(self._data)
            write_atomically(formatted, cluster)

    def process(self) -> Process:
        """Describe the broker's process."""
        options = ["-Xms256m", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", *self._shared()]
        argv = (*self._java(*options), "kafka.Kafka", str(self._settings))
        return Process("kafka", argv, ready=self.answers, shown=False)

    def answers(self) -> bool:
        """Whether the broker serves requests now; ours are made known to it first."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self._internal)) != 0:
                return False
        if not self._locked:
            return asyncio.run(_has_broker(self.bootstrap))
        return asyncio.run(_known(self._itself, self._logins.values()))

    @property
    def _itself(self) -> Login:
        way = {PROTOCOL: "SASL_PLAINTEXT", MECHANISM: "PLAIN", USER: "broker", PASSWORD: self._password}
        return Login(self.bootstrap, way)

    @property
    def _settings(self) -> Path:
        return self._folder / "server.properties"

    def _shared(self, *, leave: bool = True) -> list[str]:
        return find_java().shared_classes(cache("classes"), self._jars, leave=leave)

    def _java(self, *options: str) -> list[str]:
        logging_ = f"-Dlog4j2.configurationFile={(HERE / 'log4j2.yaml').as_uri()}"
        classpath = os.pathsep.join(map(str, self._jars))
        quiet = ["-Xlog:disable", "-Xlog:all=error"]  # else thousands of lines while the class archive is written
        return [str(find_java().path), *options, *quiet, logging_, "-cp", classpath]


async def _known(itself: Login, logins: Collection[Login]) -> bool:
    try:
        await make_known(itself, logins, _ANSWER_SECONDS)
    except KafkaError:
        return False
    return await _has_broker(next(each for each in logins if each.settings[USER] == ADMIN))


async def _has_broker(brokers: Brokers) -> bool:
    log = logging.getLogger("aiokafka")
    admin = AIOKafkaAdminClient(**for_aiokafka(brokers), request_timeout_ms=2_000)
    before = log.level
    log.setLevel(logging.CRITICAL)  # a broker that is not up yet is no error here
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()
        log.setLevel(before)
