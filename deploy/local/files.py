"""Small files of the data folder: written whole or not at all, and the lock that gives the folder one owner."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.trouble import AlreadyRunning, disk_errors


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace `path` by `text`; a reader or a crash sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def owned(data: Path) -> Iterator[Path]:
    """Make the data folder and hold it alone, yield its full path; `AlreadyRunning` where another process holds it."""
    data = data.resolve()
    with disk_errors(data):
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "lock").open("w")
    if os.geteuid() == 0:
        data.chmod(0o711)  # PostgreSQL runs as another user and has to pass through
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Nền tảng đã đang chạy trên {data}; hãy dùng bản đang chạy hoặc dừng nó trước.",
                f"The platform already runs on {data}; use that one or stop it first.",
            ) from None
        yield data
