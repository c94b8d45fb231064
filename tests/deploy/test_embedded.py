"""The embedded Kafka and PostgreSQL: real servers, killed, restarted, moved to other ports."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.embedded import Embedded
from deploy.local.marks import start_of
from deploy.local.postgres import binary
from deploy.local.process import ROOT
from deploy.local.trouble import AlreadyRunning, CannotStart

TOPIC = "survivors"


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A folder that another user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_BOOTSTRAP", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def remember(platform: Embedded, word: str) -> None:
    with psycopg.connect(platform.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])
    asyncio.run(_send(platform.kafka_bootstrap, word))


def remembered(platform: Embedded) -> tuple[list[str], list[str]]:
    with psycopg.connect(platform.database_url) as connection:
        words = [str(word) for (word,) in connection.execute("SELECT word FROM words").fetchall()]
    return words, asyncio.run(_received(platform.kafka_bootstrap, len(words)))


async def _send(bootstrap: str, word: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    if TOPIC not in await admin.list_topics():
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait(TOPIC, word.encode())


async def _received(bootstrap: str, count: int) -> list[str]:
    async with AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        return [(await asyncio.wait_for(consumer.getone(), 20)).value.decode() for _ in range(count)]


def test_data_survive_a_kill_a_stop_and_a_new_run_on_the_same_ports(data: Path) -> None:
    with Embedded(data) as platform:
        addresses = platform.kafka_bootstrap, platform.kafka_partner, platform.database_url
        assert set(platform.pids) == {"kafka", "postgres"}
        remember(platform, "written")
        platform.kill_kafka()
        platform.kill_postgres()
        assert platform.pids == {}
        platform.start_kafka()
        platform.start_postgres()
        assert remembered(platform) == (["written"], ["written"])
        remember(platform, "killed")
        platform.stop_postgres()
        platform.start_postgres()
        pids = platform.pids.values()
    assert not any(start_of(pid) for pid in pids)
    with Embedded(data) as platform:
        assert (platform.kafka_bootstrap, platform.kafka_partner, platform.database_url) == addresses
        assert remembered(platform) == (["written", "killed"], ["written", "killed"])


def test_all_its_ports_taken_it_moves_to_others_with_its_data(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Embedded(data) as platform:
        remember(platform, "moved")
        before = remembered(platform)
        old = (platform.kafka_bootstrap, platform.database_url)
    with ExitStack() as strangers:
        for port in _ports(data):
            strangers.enter_context(socket.create_server(("127.0.0.1", port)))
        platform = strangers.enter_context(Embedded(data))
        assert old[0] != platform.kafka_bootstrap
        assert old[1] != platform.database_url
        assert remembered(platform) == before
    assert capsys.readouterr().err.count("taken, using") == 4


def test_a_demanded_port_that_is_taken_stops_the_start(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(CannotStart, match="used by another program"), Embedded(data, ports={"postgres": port}):
            pytest.fail("it started")


def test_a_folder_has_one_owner(data: Path) -> None:
    with Embedded(data, kafka=False), pytest.raises(AlreadyRunning), Embedded(data, kafka=False):
        pytest.fail("it started twice")


def test_given_servers_are_used_and_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "broker.example:9092")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/one")
    with Embedded(tmp_path) as platform:
        assert platform.pids == {}
        assert platform.kafka_bootstrap == platform.kafka_partner == "broker.example:9092"
        assert platform.database_url == "postgresql://db.example/one"


def test_postgresql_wants_the_password_and_keeps_it_to_the_owner(data: Path) -> None:
    with Embedded(data, kafka=False) as platform:
        url = platform.database_url
        wrong = url.replace((data / "postgres.password").read_text(), "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        with psycopg.connect(url) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "listen_addresses", "jit")
            }
    assert shown == {"fsync": ("on",), "listen_addresses": ("127.0.0.1",), "jit": ("off",)}
    assert (data / "postgres.password").stat().st_mode & 0o777 == 0o600


def test_its_programs_for_backup_and_benchmark_are_there() -> None:
    for name in ("psql", "pgbench", "pg_dump", "pg_basebackup"):
        said = subprocess.run([binary(name), "--version"], capture_output=True, text=True, check=True).stdout
        assert said.startswith(f"{name} (PostgreSQL) 18")
    with pytest.raises(FileNotFoundError):
        binary("pg_nothing")


STARTER = """
import sys, time
from pathlib import Path
from deploy.local.embedded import Embedded
with Embedded(Path(sys.argv[1])) as platform:
    print(*platform.pids.values(), flush=True)
    if sys.argv[2] == "stay":
        time.sleep(600)
"""


def test_no_server_outlives_a_killed_starter_and_the_next_start_works(data: Path) -> None:
    with _starter(data, "stay") as starter:
        assert starter.stdout
        pids = [int(pid) for pid in starter.stdout.readline().split()]
        assert len(pids) == 2
        starter.kill()
    deadline = time.monotonic() + 2.0
    while any(start_of(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with Embedded(data) as platform:
        assert len(platform.pids) == 2


def test_python_alone_is_enough(data: Path) -> None:
    """No java, no mvn, no psql: nothing is on the PATH but an empty folder."""
    empty = data / "empty"
    empty.mkdir()
    with _starter(data, "leave", PATH=str(empty)) as starter:
        assert starter.stdout
        assert len(starter.stdout.read().split()) == 2
    assert starter.returncode == 0


def test_an_interrupted_first_start_is_made_good() -> None:
    folder = Path(tempfile.mkdtemp(prefix="thidua-"))
    try:
        with _starter(folder, "leave") as starter:
            half = folder / "postgres.unborn" / "global" / "pg_control"
            while not half.exists():
                time.sleep(0.01)
            starter.kill()
        with Embedded(folder) as platform:
            remember(platform, "whole")
            assert remembered(platform) == (["whole"], ["whole"])
    finally:
        shutil.rmtree(folder)


def _starter(data: Path, then: str, **env: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", STARTER, str(data), then]
    return subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)


def _ports(data: Path) -> list[int]:
    return list(json.loads((data / "ports.json").read_text()).values())
