"""Which processes an earlier run left behind: one small file per process, with its id and start time."""

import contextlib
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

# The kernel's boot time, from which start times are reckoned, may be corrected by a second while we run.
SAME_START_SECONDS = 2.0
KILL_SECONDS = 10.0


def start_of(pid: int) -> float | None:
    """When the process started, in seconds since 1970; None when there is none (or it is only a zombie)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None


def lives(pid: int, started: float) -> bool:
    """Whether the process that started then still lives, and not another with its number."""
    now = start_of(pid)
    return now is not None and abs(now - started) < SAME_START_SECONDS


def mark(file: Path, pid: int) -> None:
    """Write down that `pid` is alive."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{pid} {start_of(pid)}")


def marked(file: Path) -> int | None:
    """Return the process id that `file` names, if that very process still lives."""
    try:
        pid, started = file.read_text().split()
        return int(pid) if lives(int(pid), float(started)) else None
    except (FileNotFoundError, ValueError):  # a crash while it was written: then the process never began its work
        return None


def kill_tree(pid: int) -> None:
    """End a process and all its descendants at once (SIGKILL) and wait until they are gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        family = [top, *top.children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        give_up = time.monotonic() + KILL_SECONDS
        while any(start_of(member.pid) for member in family) and time.monotonic() < give_up:
            time.sleep(0.01)  # no wait(): whoever started it wants its exit code, and zombies are gone enough


def clean_up(folder: Path) -> list[str]:
    """End what the files in `folder` name and remove them; return the names of those that were still alive."""
    ended = []
    for file in sorted(folder.glob("*")):
        if (pid := marked(file)) is not None:
            kill_tree(pid)
            ended.append(file.name)
        file.unlink()
    return ended
