"""The look for leaks itself: each kind is left behind on purpose, and its test must be the one that fails."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LEAVING = """
import asyncio, os, socket, subprocess, threading
import pytest

kept = []

def test_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)), (tmp_path / "file").open("w"):
        subprocess.run(["true"], check=True)

def test_a_file(tmp_path):
    kept.append((tmp_path / "file").open("w"))

def test_a_file_in_a_circle_that_nobody_reaches(tmp_path):
    circle = [(tmp_path / "file").open("w")]
    circle.append(circle)

def test_a_pipe():
    kept.append(os.pipe())

def test_a_socket():
    kept.append(socket.create_server(("127.0.0.1", 0)))

def test_a_process():
    kept.append(subprocess.Popen(["cat"], stdin=subprocess.PIPE))

def test_a_process_that_nobody_waits_for():
    kept.append(subprocess.Popen(["true"]))

def test_a_thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()

async def test_a_task():
    kept.append(asyncio.create_task(asyncio.sleep(60)))

async def test_a_connection_and_its_handler():
    async def handler(reader, writer):
        await reader.read()
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    kept.append(await asyncio.open_connection(*server.sockets[0].getsockname()))
    server.close()

@pytest.fixture
def careless(tmp_path):
    kept.append((tmp_path / "file").open("w"))

def test_a_file_of_its_fixture(careless):
    pass

async def test_nothing_after_all_these():
    await asyncio.to_thread(sum, ())

@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    kept.append((tmp_path_factory.mktemp("shared") / "of a module").open("w"))

def test_with_what_its_module_shares(shared):
    pass
"""

SHARING = """
import socket
import pytest

@pytest.fixture(scope="module")
def pool(connections_shared):
    connections = []
    yield connections
    connections.pop().close()
    kept.append(connections)

kept = []

def test_that_makes_the_pool_open_one(pool):
    pool.append(socket.create_server(("127.0.0.1", 0)))

def test_that_makes_it_open_another_and_ends_the_module(pool):
    pool.append(socket.create_server(("127.0.0.1", 0)))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was said of each test above that failed."""
    folder = tmp_path_factory.mktemp("leaving")
    (folder / "test_leaving.py").write_text(LEAVING, encoding="utf-8")
    (folder / "test_sharing.py").write_text(SHARING, encoding="utf-8")
    plugins = ["tests.leaks", "no:cacheprovider", "no:hypothesispytest"]
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "--color=no"]
    options += ["-W", "ignore::pytest.PytestUnraisableExceptionWarning", *(f"-p{name}" for name in plugins)]
    command = [sys.executable, "-m", "pytest", *options, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "15 passed" in done.stdout, done.stdout + done.stderr
    _, *parts = re.split(r"_+ ERROR at teardown of (\w+) _+\n", done.stdout)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("test_a_file", "open descriptor .*/file"),
        ("test_a_file_in_a_circle_that_nobody_reaches", "open descriptor .*/file"),
        ("test_a_pipe", "open descriptor .*pipe.*; an open descriptor .*pipe"),
        ("test_a_socket", "open descriptor .*laddr"),
        ("test_a_process", r"a process \d+ <Popen: .*'cat'"),
        ("test_a_process_that_nobody_waits_for", r"a process \d+ <Popen: .*'true'"),
        ("test_a_thread", "a thread <Thread"),
        ("test_a_task", "a task <Task pending .*sleep"),
        ("test_a_connection_and_its_handler", "a task <Task .*handler.*test_leaving.py:"),
        ("test_a_connection_and_its_handler", "open descriptor .*laddr.* for <asyncio.streams.StreamReaderProtocol"),
        ("test_a_file_of_its_fixture", "This test left behind: an open descriptor"),
        ("test_that_makes_it_open_another_and_ends_the_module", "The tests of a module left behind: an open .*laddr"),
        ("test_that_makes_it_open_another_and_ends_the_module", "of a module left behind: an open .*/of a module"),
    ],
)
def test_what_is_left_fails_the_test_that_made_it(told: dict[str, str], test: str, said: str) -> None:
    assert re.search(said, told[test])


def test_what_was_closed_or_was_there_before_is_nobodys_fault(told: dict[str, str]) -> None:
    faultless = {"test_nothing", "test_nothing_after_all_these", "test_that_makes_the_pool_open_one"}
    assert not faultless & told.keys()
