"""One process under supervision: started, its lines passed on, started again when it dies, ended when asked."""

import asyncio
import contextlib
import logging
import os
import signal
from collections import deque
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from chassis.facts.kinds import visible
from deploy.local.marks import kill_tree
from deploy.local.process import Process

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0
LIVED_LONG_SECONDS = 10.0
STOP_SECONDS = 30.0
LOG_BYTES = 20_000_000
CANNOT_START = 71


class Child:
    """A process that `keep` keeps alive until `ask_to_stop`.

    `tell` gets each line it writes, and whether it is about the process instead; `changed` hears of each start.
    """

    def __init__(
        self, process: Process, data: Path, tell: Callable[[str, bool], None], changed: Callable[[], None]
    ) -> None:
        self.process = process
        self.pid: int | None = None
        self.deaths = 0
        self.last_lines: deque[str] = deque(maxlen=20)
        self._data = data
        self._tell = tell
        self._changed = changed
        self._stop = asyncio.Event()
        path = data / "logs" / f"{process.name}.log"
        path.parent.mkdir(exist_ok=True)
        self._log = _Log(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")

    def ask_to_stop(self) -> None:
        """Have `keep` or `once` end the process in order and return."""
        self._stop.set()

    async def keep(self) -> None:
        """Run the process, again and again, with growing pauses, until asked to stop."""
        pause, clock = FIRST_PAUSE_SECONDS, asyncio.get_running_loop()
        while not self._stop.is_set():
            began = clock.time()
            code = await self.once()
            if self._stop.is_set():
                return
            self.deaths += 1
            if clock.time() - began >= LIVED_LONG_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            ended = f"đã dừng (mã {code}), chạy lại sau {pause:.1f} s / ended (code {code}), again in {pause:.1f} s"
            self._say(ended, about=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def once(self) -> int:
        """Run the process to its end, or end it when asked to stop; return its exit code."""
        output, its_end = os.pipe()  # our own: asyncio's would hide the end of a process whose children still write
        try:
            running = await asyncio.create_subprocess_exec(
                *self.process.launch(self._data),
                env=self.process.environment(),
                start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=its_end,
                stderr=its_end,
            )
        except OSError as error:  # no memory or no process ids left: as good as dead at once
            os.close(output)
            self._heard(str(error).encode())
            return CANNOT_START
        finally:
            os.close(its_end)
        passing_on = asyncio.create_task(self._pass_on(output))
        exited = asyncio.create_task(running.wait())
        asked = asyncio.create_task(self._stop.wait())
        self.pid = running.pid
        self._changed()
        await asyncio.wait({exited, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not exited.done():
            with contextlib.suppress(ProcessLookupError):  # it ends just now by itself
                running.send_signal(self.process.stop_signal)
            await asyncio.wait({exited}, timeout=STOP_SECONDS)
        if not exited.done():
            await asyncio.to_thread(kill_tree, running.pid)
        code = await exited
        asked.cancel()
        self.pid = None
        with contextlib.suppress(ProcessLookupError):  # what it started itself does not stay either
            os.killpg(running.pid, signal.SIGKILL)
        self.process.mark(self._data).unlink(missing_ok=True)
        await passing_on
        return code

    async def _pass_on(self, output: int) -> None:
        reader = asyncio.StreamReader()
        with os.fdopen(output, "rb", buffering=0) as pipe:
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
            rest = b""
            while chunk := await reader.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._heard(line)
            if rest:
                self._heard(rest)
            transport.close()

    def _heard(self, line: bytes) -> None:
        text = visible(line.decode(errors="replace").rstrip())  # it goes to terminals, and may quote anybody
        self.last_lines.append(text)
        self._say(text)

    def _say(self, line: str, *, about: bool = False) -> None:
        self._log.emit(logging.makeLogRecord({"msg": line}))
        self._tell(line, about)

    def close(self) -> None:
        """Close its log."""
        self._log.close()


class _Log(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the library
        """Go on without the log: a full disk must not stop the supervisor."""
