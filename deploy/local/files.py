"""Small files of the data folder, written whole or not at all; and what gives it one owner and no other reader."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.trouble import AlreadyRunning, CannotStart, disk_errors


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text`, for our own account's eyes; a reader or a crash sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def private() -> Iterator[None]:
    """Within the block this process, and all that it starts, makes nothing that another account could read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def owned(data: Path) -> Iterator[Path]:
    """Make the data folder and hold it alone, `private` and closed to other accounts; yield its full path.

    `AlreadyRunning` where another process holds it, `CannotStart` where it is somebody's folder for other things.
    """
    data = data.resolve()
    with disk_errors(data):
        data.mkdir(parents=True, exist_ok=True)
    with private():
        with disk_errors(data):
            if (names := {entry.name for entry in data.iterdir()}) and "lock" not in names:
                raise CannotStart(
                    f"Trong {data} có thứ không phải của nền tảng; hãy chọn một thư mục dữ liệu mới hoặc trống.",
                    f"{data} holds things that are not the platform's; choose a data folder that is new or empty.",
                )
            lock = (data / "lock").open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"Nền tảng đã đang chạy trên {data}; hãy dùng bản đang chạy hoặc dừng nó trước.",
                    f"The platform already runs on {data}; use that one or stop it first.",
                ) from None
            with disk_errors(data):
                _close(data)
            yield data


def _close(data: Path) -> None:
    """Take from other accounts what an earlier version left open, once: the folder's own mode, changed last, tells."""
    if not data.stat().st_mode & 0o067:  # its group may pass through: that of PostgreSQL's own user
        return
    for _, folders, files, here in os.fwalk(data):
        entries = {name: os.stat(name, dir_fd=here, follow_symlinks=False) for name in (*folders, *files)}
        ours = {name: entry.st_mode for name, entry in entries.items() if entry.st_uid == os.geteuid()}
        folders[:] = [name for name in folders if name in ours]  # PostgreSQL's cluster is its own user's business
        for name, mode in ours.items():
            if not stat.S_ISLNK(mode):
                os.chmod(name, stat.S_IMODE(mode) & 0o700, dir_fd=here)
    data.chmod(0o700)
