"""The supervisor, with small programs as its children."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.local import child
from deploy.local.marks import clean_up, mark, marked, start_of
from deploy.local.process import ROOT, Process
from deploy.local.supervisor import Supervisor
from deploy.local.trouble import CannotStart

LIVE = "import time, pathlib; pathlib.Path({file!r}).touch(); time.sleep(60)"
NOTE_THE_END = """
import pathlib, signal, sys, time
def end(*_):
    with open({file!r}, "a") as out: out.write({name!r} + "\\n")
    time.sleep(0.1)
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path({ready!r}).touch()
time.sleep(60)
"""


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    running = Supervisor(tmp_path)
    yield running
    await running.stop()


def python(name: str, code: str, ready: Callable[[], bool] | None = None) -> Process:
    return Process(name, (sys.executable, "-S", "-c", code), ready=ready)


def living(name: str, folder: Path) -> Process:
    file = folder / f"{name}.lives"
    return python(name, LIVE.format(file=str(file)), file.exists)


async def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the children are other processes
            await asyncio.sleep(0.02)


async def test_a_child_that_dies_is_started_again_after_growing_pauses(tmp_path: Path, supervisor: Supervisor) -> None:
    births = tmp_path / "births"
    births.touch()
    code = f"import time; open({str(births)!r}, 'a').write(f'{{time.time()}}\\n')"
    await supervisor.start([python("mortal", code)])
    await eventually(lambda: births.read_text().count("\n") >= 4)
    times = [float(line) for line in births.read_text().split()]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.4
    assert pauses[2] >= 0.8


async def test_a_killed_child_lives_again_under_a_new_id(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.start([living("phoenix", tmp_path)])
    first = supervisor.pids["phoenix"]
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: supervisor.pids.get("phoenix", first) != first)
    await eventually(lambda: marked(tmp_path / "pids" / "phoenix") == supervisor.pids["phoenix"])


async def test_stages_end_in_the_reverse_order_of_their_start(tmp_path: Path, supervisor: Supervisor) -> None:
    ends = tmp_path / "ends"
    for name in ("database", "helper", "service"):
        ready = tmp_path / name
        code = NOTE_THE_END.format(file=str(ends), name=name, ready=str(ready))
        await supervisor.start([python(name, code, ready.exists)])
    await supervisor.stop()
    assert ends.read_text().split() == ["service", "helper", "database"]
    assert supervisor.pids == {}
    assert list((tmp_path / "pids").iterdir()) == []


async def test_a_child_deaf_to_the_request_is_killed(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "STOP_SECONDS", 0.3)
    ready = tmp_path / "ready"
    code = f"import signal, time, pathlib; signal.signal(15, signal.SIG_IGN); pathlib.Path({str(ready)!r}).touch()"
    await supervisor.start([python("deaf", f"{code}; time.sleep(60)", ready.exists)])
    pid = supervisor.pids["deaf"]
    await supervisor.stop()
    assert start_of(pid) is None


async def test_a_child_that_ends_in_the_moment_of_the_request_leaves_the_others_to_be_stopped(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(process: asyncio.subprocess.Process, _: int) -> None:
        process.kill()
        raise ProcessLookupError

    await supervisor.start([living("earlier", tmp_path)])
    await supervisor.start([living("hasty", tmp_path)])
    pids = supervisor.pids.values()
    monkeypatch.setattr(asyncio.subprocess.Process, "send_signal", too_late)
    await supervisor.stop()
    assert [start_of(pid) for pid in pids] == [None, None]


async def test_what_a_child_started_ends_with_it(tmp_path: Path, supervisor: Supervisor) -> None:
    file = tmp_path / "grandchild"
    code = f"""
import pathlib, subprocess, time
grandchild = subprocess.Popen(["sleep", "60"])
pathlib.Path({str(file)!r}).write_text(str(grandchild.pid))
time.sleep(60)"""
    await supervisor.start([python("parent", code, lambda: file.exists() and file.read_text() != "")])
    grandchild = int(file.read_text())
    assert start_of(grandchild) is not None
    await supervisor.stop()
    await eventually(lambda: start_of(grandchild) is None)


async def test_a_child_that_cannot_start_is_told_with_its_last_words(tmp_path: Path, supervisor: Supervisor) -> None:
    with pytest.raises(CannotStart, match=r"broken did not start \(no key\)"):
        await supervisor.start([python("broken", "import sys; sys.exit('no key')", lambda: False)])


async def test_a_failed_preparation_is_told_and_a_good_one_is_not(tmp_path: Path, supervisor: Supervisor) -> None:
    await supervisor.finish([python("good", "")])
    with pytest.raises(CannotStart, match=r"bad did not start \(no table\)"):
        await supervisor.finish([python("good", ""), python("bad", "raise SystemExit('no table')")])


async def test_every_line_reaches_log_and_terminal(
    tmp_path: Path, supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    code = r"import os; os.write(1, b'x' * 200_000 + b'\n\xff\nEm \xc4\x91\xc3\xa2y\nlast')"
    await supervisor.finish([python("talker", code)])
    expected = ["x" * 200_000, r"\ufffd", "Em đây", "last"]
    assert (tmp_path / "logs" / "talker.log").read_text().splitlines() == expected
    assert [line.split(maxsplit=1) for line in capsys.readouterr().err.splitlines()] == [
        ["talker", e] for e in expected
    ]


SUPERVISED = """
import asyncio, sys
from pathlib import Path
from deploy.local.process import Process
from deploy.local.supervisor import Supervisor
async def main():
    data = Path(sys.argv[1])
    children = [Process(str(n), (sys.executable, "-S", "-c", sys.argv[2])) for n in range(3)]
    supervisor = Supervisor(data)
    await supervisor.start(children)
    while len(list((data / "up").iterdir())) < 3:
        await asyncio.sleep(0.02)
    print("up", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
UP = "import os, pathlib, time; pathlib.Path({folder!r}, str(os.getpid())).touch(); time.sleep(60)"
UNBOUND = "import ctypes; ctypes.CDLL(None).prctl(1, 0, 0, 0, 0); " + UP


def killed_supervisor(data: Path, code: str) -> list[int]:
    """Start a supervisor with three children, kill -9 it, and return the children's ids."""
    (data / "up").mkdir()
    argv = [sys.executable, "-c", SUPERVISED, str(data), code.format(folder=str(data / "up"))]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout
        assert supervisor.stdout.readline() == b"up\n"
        supervisor.kill()
    return [int(file.name) for file in (data / "up").iterdir()]


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    children = killed_supervisor(tmp_path, UP)
    deadline = time.monotonic() + 2.0
    while any(start_of(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(children) == 3


def test_the_next_start_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    children = killed_supervisor(tmp_path, UNBOUND)
    time.sleep(0.2)
    assert all(start_of(pid) for pid in children)
    assert clean_up(tmp_path / "pids") == ["0", "1", "2"]
    assert not any(start_of(pid) for pid in children)
    assert list((tmp_path / "pids").iterdir()) == []


def test_a_stranger_who_got_the_number_of_a_dead_child_is_spared(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        file = tmp_path / "pids" / "child"
        mark(file, stranger.pid)
        pid, started = file.read_text().split()
        file.write_text(f"{pid} {float(started) - 100}")
        assert clean_up(file.parent) == []
        assert start_of(stranger.pid) is not None
        stranger.kill()
