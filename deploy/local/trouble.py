"""What a person is told when the platform cannot start, instead of a traceback."""

import errno
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Never


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
    """Turn a full disk (a quota, a limit) or an unwritable one under `path` into its sentence."""
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
        raise


def run_tool(argv: Sequence[str], data: Path, user: tuple[int, int] | None = None) -> str:
    """Run a program to its end as `user` (user id, group id) and return what it printed; `CannotStart` if it fails."""
    uid, gid = user or (None, None)
    groups: list[int] | None = [] if user else None
    done = subprocess.run(  # noqa: S603 - our own programs
        argv, user=uid, group=gid, extra_groups=groups, cwd="/" if user else None,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return done.stdout
    if "No space left on device" in done.stdout:
        disk_full(data)
    why = next((line for line in reversed(done.stdout.splitlines()) if line.strip()), f"exit code {done.returncode}")
    name = Path(argv[0]).name
    raise CannotStart(
        f"Lệnh {name} không chạy được ({why}); hãy sửa nguyên nhân này rồi chạy lại.",
        f"{name} failed ({why}); mend this and run again.",
    )
