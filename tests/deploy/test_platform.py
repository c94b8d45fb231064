"""The whole platform as `thidua run` starts it: real servers, helpers and processes."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from deploy.local.files import owned
from deploy.local.marks import start_of
from deploy.local.platform import INTERRUPTED, run
from deploy.local.process import ROOT
from deploy.local.run_info import RunInfo

RUN = """
import asyncio, sys
from pathlib import Path
from deploy.local.platform import run
sys.exit(asyncio.run(run(Path(sys.argv[1]), services=())))
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A folder that another user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_BOOTSTRAP", "DATABASE_URL", "THIDUA_ENV"):
        monkeypatch.delenv(name, raising=False)


def started(data: Path) -> subprocess.Popen[str]:
    """Start the platform as a process of its own and wait until run.json is there."""
    argv = [sys.executable, "-c", RUN, str(data)]
    platform = subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: RunInfo.read(data) is not None or platform.poll() is not None)
    return platform


def wait_for(holds: Callable[[], bool], seconds: float = 200.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def marks(data: Path) -> list[int]:
    return [int(file.read_text().split()[0]) for file in (data / "pids").iterdir()]


def info(data: Path) -> RunInfo:
    found = RunInfo.read(data)
    assert found is not None
    return found


def answers(data: Path) -> bool:
    try:
        with psycopg.connect(info(data).database_server()) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


async def test_until_gets_the_addresses_and_its_answer_is_the_exit_code(data: Path) -> None:
    async def until(running: RunInfo) -> int:
        assert running == RunInfo.read(data)
        assert running.supervisor.pid == os.getpid()
        assert start_of(running.kafka.pid or 0)
        async with httpx.AsyncClient(trust_env=False) as client:
            for url in (running.smtp.page, running.zalo.url, running.issuer.url):
                assert (await client.get(url)).status_code < 500
        with socket.create_connection((running.smtp.host, running.smtp.port)) as smtp:
            assert smtp.recv(4) == b"220 "
        assert urlsplit(running.postgres.url_without_password).password is None
        assert os.environ["THIDUA_ENV"] == "local"
        return 3

    assert await run(data, services=(), until=until, quiet=True) == 3
    assert RunInfo.read(data) is None
    assert marks(data) == []


def test_a_second_run_says_where_the_first_is_and_ctrl_c_ends_that_one(data: Path) -> None:
    with started(data) as platform:
        second = subprocess.run(platform.args, cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == 0
        assert "It already runs, use that one:" in second.stderr
        assert f"mail {info(data).smtp.page}" in second.stderr
        processes = marks(data)
        platform.send_signal(signal.SIGINT)
        _, said = platform.communicate()
    assert platform.returncode == 0, said
    assert len(processes) == 5
    assert not any(start_of(pid) for pid in processes)
    assert not (data / "run.json").exists()


async def test_ctrl_c_in_the_middle_of_work_is_no_success(data: Path) -> None:
    async def until(_: RunInfo) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)
        return 0

    assert await run(data, services=(), until=until, quiet=True) == INTERRUPTED
    assert marks(data) == []


async def test_work_that_fails_still_stops_everything(data: Path) -> None:
    async def until(_: RunInfo) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run(data, services=(), until=until, quiet=True)
    assert marks(data) == []


def test_killed_servers_come_back_where_they_were_and_run_json_knows_them(data: Path) -> None:
    with started(data) as platform:
        before = info(data)
        for pid in (before.kafka.pid, before.postgres.pid):
            assert pid
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: info(data).kafka.pid not in (None, before.kafka.pid))
        wait_for(lambda: info(data).postgres.pid not in (None, before.postgres.pid) and answers(data))
        assert info(data).kafka.bootstrap == before.kafka.bootstrap
        assert info(data).postgres.url_without_password == before.postgres.url_without_password
        platform.terminate()


def test_after_a_killed_run_nothing_is_left_and_the_next_one_starts(data: Path) -> None:
    with started(data) as platform:
        processes = marks(data)
        platform.kill()
    wait_for(lambda: not any(start_of(pid) for pid in processes), seconds=2.0)
    with started(data) as platform:
        assert info(data).supervisor.pid == platform.pid
        platform.terminate()
        _, said = platform.communicate()
    assert platform.returncode == 0, said


async def test_a_folder_that_another_program_holds_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with owned(tmp_path):
        assert await run(tmp_path, services=()) == 1
    assert f"The platform already runs on {tmp_path}" in capsys.readouterr().err


async def test_a_demanded_port_that_is_taken_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        assert await run(data, services=(), ports={"postgres": port}) == 1
    assert f"Port {port} for postgres is used by another program" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["", "lock", "run.json", "pids/kafka"])
async def test_what_stands_where_a_file_belongs_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    data = tmp_path / "data"
    if place:
        (data / place).mkdir(parents=True)
        if place != "lock":
            (data / "lock").touch()  # a data folder of ours
    else:
        data.write_text("")
    assert await run(data) == 1
    assert "Something else stands at" in capsys.readouterr().err
    assert not (data / place).is_file() or not place


async def test_a_lost_password_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="thidua-") as folder:  # one that another user may enter
        (Path(folder) / "lock").touch()
        (Path(folder) / "postgres").mkdir()
        assert await run(Path(folder)) == 1
    assert "restore the file" in capsys.readouterr().err
