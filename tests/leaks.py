"""Fails the very test that leaves something behind: an open file or socket, a task, a child process, a thread.

What wider fixtures hold is there before a test begins, so it is theirs; whether they in turn leave anything is looked
at when the last test has ended. What was closed or cancelled has a few turns of the event loop to end.
"""

import asyncio
import contextlib
import gc
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import psutil  # type: ignore[import-untyped]
import pytest
import uvloop

TURNS: Final = 5
"""Turns of the event loop in which what was closed or cancelled last may still end."""

MOMENTS: Final = 50
"""Hundredths of a second in which a task may still end that writes a batch for what the tests of a module share."""

_POOLS: Final = ("asyncio_", "AnyIO worker", "starter_")
"""Names of threads that pools keep for the next work: of the event loop, the web framework, `deploy.local.embedded`."""


class Descriptor(NamedTuple):
    """An open file, socket or pipe, as /proc names it."""

    number: int
    target: str


class Child(NamedTuple):
    """A process of ours that runs, or that ended and was not waited for."""

    pid: int


Thing = Descriptor | Child | threading.Thread | asyncio.Task[object]


class Watch:
    """Compares what this process and its event loop hold before and after; tells of each thing once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._known: set[Thing] = set()
        self._sharing = False

    @contextlib.contextmanager
    def over(self, whose: str) -> Iterator[None]:
        """Fail when something is left after the block that was not there before it."""
        before = self._held()
        yield
        turns = 0
        while (left := self._held() - before - self._known) and turns < TURNS + MOMENTS:
            self._loop.run_until_complete(asyncio.sleep(0 if turns < TURNS else 0.01))
            turns += 1
        if left:
            self._known |= left
            said = "; ".join(sorted(map(_described, left)))
            gc.collect()  # what nobody can reach any more complains here, and not in a later test
            pytest.fail(f"{whose} left behind: {said}", pytrace=False)

    @contextlib.contextmanager
    def sharing(self) -> Iterator[None]:
        """Look at descriptors for all tests of the block together, since they share what opens some when it has to."""
        with self.over("The tests of a module"):
            self._sharing = True
            try:
                yield
            finally:
                self._sharing = False

    def adopt(self, pid: int) -> None:
        """A process that a test started for all: a server of the session that was killed and is there again."""
        self._known.add(Child(pid))

    def _held(self) -> set[Thing]:
        threads = {each for each in threading.enumerate() if not each.name.startswith(_POOLS)}
        descriptors = () if self._sharing else _descriptors()
        return {*descriptors, *_children(), *threads, *asyncio.all_tasks(self._loop)}


@pytest.fixture(scope="session")
async def session_loop() -> asyncio.AbstractEventLoop:
    """The event loop of all tests and fixtures."""
    return asyncio.get_running_loop()


@pytest.fixture(scope="session", autouse=True)
def watch(session_loop: asyncio.AbstractEventLoop) -> Iterator[Watch]:
    """The look at what fixtures of modules and of the session leave."""
    uvloop.new_event_loop().close()  # libuv opens a pipe for signals, once in a process
    watch = Watch(session_loop)
    with watch.over("Fixtures of the session or of a module"):
        yield watch


@pytest.fixture(scope="module")
def connections_shared(watch: Watch) -> Iterator[None]:
    """For a service that the tests of a module share: which test makes its pools open one more connection is chance."""
    with watch.sharing():
        yield


@pytest.fixture(autouse=True)
def nothing_left(watch: Watch) -> Iterator[None]:
    """The look at what one test and its own fixtures leave; as the first fixture it is the last to end."""
    with watch.over("This test"):
        yield


def _descriptors() -> Iterator[Descriptor]:
    if sys.platform == "linux":
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - twice in every test, and Path takes ten times as long
            with contextlib.suppress(FileNotFoundError):  # the one of this very listing
                yield Descriptor(int(name), os.readlink(f"/proc/self/fd/{name}"))  # noqa: PTH115


def _children() -> Iterator[Child]:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there are none, which most tests learn here in no time
        return
    yield from (Child(each.pid) for each in psutil.Process().children())


def _described(thing: Thing) -> str:
    match thing:
        case Descriptor(number, target):
            return " ".join((f"an open descriptor {number} ({target})", *_owners(number)))
        case Child(pid):
            started = [repr(each) for each in _all(subprocess.Popen) if each.pid == pid]
            return " ".join((f"a process {pid}", *started))
        case threading.Thread():
            return f"a thread {thing!r}"
        case _:
            return f"a task {thing!r}"


def _owners(number: int) -> Iterator[str]:
    """What uses a descriptor: the Python object, and the protocol it was opened for."""
    yield from (repr(each) for each in _all(socket.socket) if each.fileno() == number)
    yield from (repr(each) for each in _all(io.FileIO) if not each.closed and each.fileno() == number)
    for transport in _all(asyncio.Transport):
        with contextlib.suppress(AttributeError):  # TLS that has ended knows nothing of itself any more
            used = transport.get_extra_info("socket") or transport.get_extra_info("pipe")
            if used and used.fileno() == number:
                yield f"for {transport.get_protocol()!r}"


def _all(*kinds: type) -> Iterator[Any]:
    return (each for each in gc.get_objects() if issubclass(type(each), kinds))
