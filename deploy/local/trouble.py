"""What a person is told when the platform cannot start, instead of a traceback."""

import errno
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Never

DISK_FULL = re.compile(r"No space left on device|Check free disk space")
A_CAUSE = re.compile(r"error|fatal|exception", re.IGNORECASE)


def say(sentence: str) -> None:
    """Tell the person at the terminal, if it is still there."""
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")


class CannotStart(Exception):
    """The platform cannot start; `vi` says what to do next, `en` says the same in English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi = vi
        self.en = en


class AlreadyRunning(CannotStart):
    """Another process holds this data folder."""


def disk_full(path: Path) -> Never:
    """Say that the disk that holds `path` is full."""
    raise CannotStart(
        f"Ổ đĩa chứa {path} đã đầy; hãy giải phóng dung lượng rồi chạy lại.",
        f"The disk that holds {path} is full; free some space and run again.",
    )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk (a quota, a limit), an unwritable one or a wrong kind of file under `path` into its sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            disk_full(path)
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise CannotStart(
                f"Không ghi được vào {error.filename or path}; hãy cấp quyền ghi hoặc chọn thư mục dữ liệu khác.",
                f"Cannot write to {error.filename or path}; allow writing there or choose another data folder.",
            ) from error
        if error.errno in (errno.EISDIR, errno.ENOTDIR, errno.EEXIST):
            raise CannotStart(
                f"Ở {error.filename or path} đang có thứ khác; hãy dời nó đi hoặc chọn thư mục dữ liệu khác.",
                f"Something else stands at {error.filename or path}; move it away or choose another data folder.",
            ) from error
        raise


def cause(lines: Sequence[str], data: Path) -> str:
    """The line that says why a program ended, of what it said last; `CannotStart` for a full disk."""
    if any(DISK_FULL.search(line) for line in lines):
        disk_full(data)
    said = [line for line in lines if line.strip()]
    return next((line for line in reversed(said) if A_CAUSE.search(line)), said[-1] if said else "")


def run_tool(name: str, argv: Sequence[str], data: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a program that writes to `data` to its end; `CannotStart` with its last words if it fails."""
    done = subprocess.run(  # noqa: S603 - our own programs
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    why = cause(done.stdout.splitlines(), data) or done.returncode
    raise CannotStart(
        f"Lệnh {name} không chạy được ({why}); hãy sửa nguyên nhân này rồi chạy lại.",
        f"{name} failed ({why}); mend this and run again.",
    )
