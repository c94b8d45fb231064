"""The ledger's folder: the key that signs heads, public halves, and a file of heads for each service (its book).

The folder belongs to the account that the relays run as. Whoever owns a database must neither read the key nor write a
book; the folder is made 0700 and all in it 0600.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from chassis.store.heads import Head, Unsigned, key_id, line_hash, said, sign, verify

KEY: Final = "key.pem"
_OPEN_TO_OTHERS: Final = 0o037
_TAIL: Final = 65_536


class Unsafe(Exception):
    """The ledger's key or folder is not what it must be; the text says what to do, in Vietnamese and English."""


def ready(folder: Path) -> Ed25519PrivateKey:
    """The folder's key, made with the folder when there is none yet; raises Unsafe, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / KEY).exists():
        with _held(folder / "lock"):
            if not (folder / KEY).exists():
                _keep(folder, Ed25519PrivateKey.generate())
    return private_key(folder)


def private_key(folder: Path) -> Ed25519PrivateKey:
    """The key as it is now; raises Unsafe where others may use it, or it is none; FileNotFoundError."""
    file = folder / KEY
    for each in (file, folder):
        if each.stat().st_mode & _OPEN_TO_OTHERS:
            raise Unsafe(
                f"Tài khoản khác đọc hoặc ghi được {each}; hãy chmod go-rwx rồi chạy lại. / "
                f"Other accounts may read or write {each}; chmod go-rwx it and start again."
            )
    key = load_key(file.read_bytes())
    if not isinstance(key, Ed25519PrivateKey):
        raise Unsafe(
            f"{file} không phải khóa Ed25519; hãy khôi phục tệp này từ bản sao. / "
            f"{file} holds no Ed25519 key; restore the file from a copy."
        )
    return key


def load_key(pem: bytes) -> Ed25519PrivateKey | Ed25519PublicKey | None:
    """The private or public Ed25519 key in a PEM text, None for anything else."""
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        private = b"PRIVATE" in pem
        found = load_pem_private_key(pem, None) if private else load_pem_public_key(pem)
        if isinstance(found, Ed25519PrivateKey | Ed25519PublicKey):
            return found
    return None


def public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """The public halves that lie in a folder (`*.pub`), by their ids; anything else is passed over."""
    found = (load_key(file.read_bytes()) for file in sorted(folder.glob("*.pub")))
    return {key_id(key): key for key in found if isinstance(key, Ed25519PublicKey)}


def _keep(folder: Path, key: Ed25519PrivateKey) -> None:
    """Make this the folder's key: the public half first, so that nothing is ever signed by a key nobody knows."""
    public = key.public_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(folder / f"{key_id(public)}.pub", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    write_whole(folder / KEY, pem)


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, for our own account's eyes."""
    unborn = path.with_name(f".{path.name}.{uuid4().hex}")
    handle = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    unborn.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Alone among all processes of this machine, for the time of a block."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Book:
    """A service's file of heads: lines are put at its end, none is ever changed."""

    def __init__(self, folder: Path, service: str) -> None:
        self.folder, self.service = folder, service
        self.path = folder / f"{service}.heads.jsonl"
        self.state = folder / f"{service}.tree.json"
        """What its writer keeps to go on from the last head without reading the store anew."""

    def lines(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Whole lines from a byte on, each with the byte behind it; a torn end is left out."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(start)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                start += len(line)
                yield start, line[:-1]

    def last(self) -> tuple[Head, bytes] | None:
        """The last head that this folder's keys have signed, with its line."""
        keys, window = public_keys(self.folder), _TAIL
        size = self.path.stat().st_size if self.path.exists() else 0
        while True:
            start = max(0, size - window)
            lines = [line for _, line in self.lines(start)]
            for line in reversed(lines[bool(start) :]):  # the first one may be half a line
                with suppress(Unsigned):
                    return verify(line, keys)[0], line
            if not start:
                return None
            window *= 16

    def first(self) -> UUID | None:
        """The book's id as its first head says it, None while there is none; nothing is verified."""
        heads = (said(line) for _, line in self.lines())
        return next((head.book for head in heads if head is not None), None)

    def append(self, made: Callable[[Head], Head]) -> tuple[Head, bytes]:
        """Sign and keep what is `made` of a blank head with its number and place; on the disk when this returns.

        Raises OSError, Unsafe.
        """
        with _held(self.folder / "lock"):
            return self._append(made, private_key(self.folder))

    def _append(self, made: Callable[[Head], Head], key: Ed25519PrivateKey) -> tuple[Head, bytes]:
        head = made(self._next())
        line = sign(head, key)
        new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            _write_all(handle, (b"\n" if torn else b"") + line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            _sync(self.folder)
        return head, line

    def _next(self) -> Head:
        now, before = datetime.now(UTC), self.last()
        empty = {"size": 0, "root": "", "after": 0}
        blank = {"service": self.service, "chain": "", "events": empty, "commands": empty}
        if before is None:
            return Head.model_validate(blank | {"book": uuid4(), "number": 1, "previous": "", "time": now})
        last, line = before
        later = max(now, last.time + timedelta(microseconds=1))
        return Head.model_validate(
            blank | {"book": last.book, "number": last.number + 1, "previous": line_hash(line), "time": later}
        )


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def rotate(folder: Path, made: Callable[[Book, Ed25519PublicKey], Callable[[Head], Head]]) -> tuple[str, list[str]]:
    """Put a new key in the place of the old one, which announces it at the end of every book.

    `made` says what the announcing head of a book says. Gives the new key's id and the books; raises OSError, Unsafe.
    """
    new = Ed25519PrivateKey.generate()
    with _held(folder / "lock"):
        old = private_key(folder)
        books = [Book(folder, file.name.partition(".")[0]) for file in sorted(folder.glob("*.heads.jsonl"))]
        for book in books:
            book._append(made(book, new.public_key()), old)  # noqa: SLF001 - under this lock
        _keep(folder, new)
    return key_id(new.public_key()), [book.service for book in books]
