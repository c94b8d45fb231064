"""The main job on servers that are given: a PostgreSQL as it comes, a broker that knows nothing of us."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import jars, kafka, postgres
from deploy.local.embedded import Embedded

pytestmark = pytest.mark.server

DATA = Path(".thidua-stock")

SESSIONS = 80
"""Database sessions that the whole platform may hold at its peak, where a stock server takes 97."""

STOCK_BROKER = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={logs}
listeners=PLAINTEXT://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""
"""As Kafka is delivered for one node: topics make themselves, groups wait, one megabyte is the largest message."""


@pytest.fixture
def stock() -> Iterator[Embedded]:
    """A PostgreSQL and a broker with their defaults."""
    shutil.rmtree(DATA, ignore_errors=True)
    shutil.copytree(jars.HERE, DATA / "settings")
    (DATA / "settings" / "server.properties").write_text(STOCK_BROKER)
    (DATA / "settings" / "open.properties").write_text("")
    DATA.chmod(0o711)  # as root, PostgreSQL's own user goes through it
    own = {name: postgres.SETTINGS[name] for name in ("listen_addresses", "unix_socket_directories")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kafka, "HERE", (DATA / "settings").resolve())
        patch.setattr(postgres, "SETTINGS", own)
        with Embedded(DATA / "servers", shared_buffers="128MB") as servers:
            yield servers


@pytest.fixture
def locked() -> Iterator[Embedded]:
    """A PostgreSQL, and a broker that asks names; it knows those in the folder `credentials`."""
    folder = DATA.with_name(f"{DATA.name}-locked")
    shutil.rmtree(folder, ignore_errors=True)
    with Embedded(folder, shared_buffers="128MB", locked=True) as servers:
        yield servers


async def demo(given: dict[str, str], data: Path) -> tuple[int | None, str]:
    """Do the main job for a few provinces; gives the exit code and what was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "demo", "--provinces", "4", "--data", str(data)),
        env={name: value for name, value in os.environ.items() if name != "THIDUA_ENV"} | given,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def log_of(data: Path) -> str:
    """What preparing said."""
    return (data / "logs" / "registry-prepare.log").read_text(encoding="utf-8")


async def test_the_main_job_is_done_on_a_broker_that_asks_names(locked: Embedded, tmp_path: Path) -> None:
    folder = locked.credentials["admin"].parent
    given = {"DATABASE_URL": locked.database_url, "KAFKA_BOOTSTRAP": locked.kafka_bootstrap}
    code, said = await demo(given | {"KAFKA_CREDENTIALS": str(folder)}, tmp_path / "data")
    assert code == 0, said[-3000:]
    assert json.loads((tmp_path / "data" / "demo.json").read_text())["ledger"]["ok"]
    code, said = await demo(given, tmp_path / "nameless")
    assert code != 0


async def test_the_main_job_is_done_on_them(stock: Embedded, tmp_path: Path) -> None:
    """In a database of whatever name, and with room for others at the server."""
    with psycopg.connect(stock.database_url, autocommit=True) as admin:
        assert admin.execute("show max_connections").fetchone() == ("100",)
        admin.execute("create database thi_dua_viet_nam")
        url = stock.database_url.rsplit("/", 1)[0]
        given = {"DATABASE_URL": f"{url}/thi_dua_viet_nam", "KAFKA_BOOTSTRAP": stock.kafka_bootstrap}
        working = asyncio.ensure_future(demo(given, tmp_path / "data"))
        peak = 0
        while not working.done():
            [[held]] = admin.execute(
                "select count(*) - 1 from pg_stat_activity where backend_type = 'client backend'"
            ).fetchall()
            peak = max(peak, held)
            await asyncio.sleep(0.1)
    code, said = await working
    assert code == 0, said[-3000:]
    assert "kafka_unlocked" in log_of(tmp_path / "data"), "an open broker is warned of"
    assert json.loads((tmp_path / "data" / "demo.json").read_text())["ledger"]["ok"]
    assert 0 < peak <= SESSIONS
