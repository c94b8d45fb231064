"""Files by hash: their bytes lie in a folder and can be deleted, while facts keep hash, kind and size."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID


class Files:
    """The bytes of files, each for the thing that it belongs to: what one thing deletes, another one keeps.

    Only the account of the process reads them (0600, folders 0700).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, thing: UUID, content: bytes) -> str:
        """Keep these bytes for a thing, durably; gives their SHA-256. The same bytes again change nothing."""
        digest = sha256(content).hexdigest()
        await asyncio.to_thread(_write, self._path(thing, digest), content)
        return digest

    async def get(self, thing: UUID, digest: str) -> bytes | None:
        """The bytes of this hash; None where they were deleted, never were, or are no longer what they were."""
        try:
            content = await asyncio.to_thread(self._path(thing, digest).read_bytes)
        except FileNotFoundError:
            return None
        return content if sha256(content).hexdigest() == digest else None

    async def delete(self, thing: UUID, digest: str) -> None:
        """Delete the bytes of this hash, where there are any."""
        await asyncio.to_thread(self._path(thing, digest).unlink, missing_ok=True)

    def _path(self, thing: UUID, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):  # noqa: PLR2004 - a SHA-256 in hex
            raise ValueError("no SHA-256")
        return self._folder / str(thing) / digest


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as new:  # mode 0600
        try:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(path)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
