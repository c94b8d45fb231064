"""Keeps accepted messages as files, one each, and an index of them in memory."""

import re
import secrets
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from operator import attrgetter
from pathlib import Path
from time import time
from typing import Final
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from deploy.local.mail_sink.letter import decoded

ENVELOPE = b"X-Envelope: "  # the first line of each file, before the message as it came
HEAD_BYTES = 65_536
_HEX: Final = re.compile("[0-9a-f]{32}")
INDEXED = re.compile(rb"^(subject|message-id):([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", re.IGNORECASE | re.MULTILINE)


class Envelope(BaseModel):
    """What SMTP said about a message; `at` is in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    sender: str
    recipients: tuple[str, ...]
    at: float


class Kept:
    """One accepted message as the index knows it."""

    __slots__ = ("envelope", "message_id", "name", "seq", "subject")

    def __init__(self, name: str, envelope: Envelope, content: bytes) -> None:
        self.name = name
        self.seq = int(name.partition("-")[0])
        self.envelope = envelope
        head = content.partition(b"\r\n\r\n")[0]
        indexed = {name.lower(): decoded(value.decode("utf-8", "replace")) for name, value in INDEXED.findall(head)}
        self.message_id = indexed.get(b"message-id", "")
        self.subject = indexed.get(b"subject", "")


class MailStore:
    """The messages in `folder`/mail; numbers rise by one and are not used again while the process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "mail"
        self._folder.mkdir(parents=True, exist_ok=True)
        for unfinished in self._folder.glob(".*"):
            unfinished.unlink()
        self._index = [_found(path) for path in sorted(self._folder.glob("*.eml"))]
        self._copies = Counter(kept.message_id for kept in self._index if kept.message_id)
        self._most_copies = max(self._copies.values(), default=0)
        self._next = self._index[-1].seq + 1 if self._index else 1

    def keep(self, sender: str, recipients: tuple[str, ...], content: bytes) -> Kept:
        """Write a message, complete under its name when this returns; OSError when the disk does not take it."""
        name, self._next = f"{self._next:08d}-{secrets.token_hex(4)}", self._next + 1
        envelope = Envelope(sender=sender, recipients=recipients, at=time())
        unfinished = self._folder / f".{name}"
        try:
            with unfinished.open("xb") as file:
                file.write(ENVELOPE + orjson.dumps(envelope.model_dump()) + b"\r\n" + content)
            unfinished.rename(self._folder / f"{name}.eml")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        kept = Kept(name, envelope, content)
        self._index.append(kept)
        if kept.message_id:
            self._copies[kept.message_id] += 1
            self._most_copies = max(self._most_copies, self._copies[kept.message_id])
        return kept

    def after(self, seq: int) -> Iterator[Kept]:
        """Iterate over the messages that came after number `seq`, oldest first."""
        start = bisect_right(self._index, seq, key=attrgetter("seq"))
        return (self._index[place] for place in range(start, len(self._index)))

    def before(self, seq: int | None) -> Iterator[Kept]:
        """Iterate over the messages that came before number `seq` (None: over all), newest first."""
        end = len(self._index) if seq is None else bisect_left(self._index, seq, key=attrgetter("seq"))
        return (self._index[place] for place in range(end - 1, -1, -1))

    def find(self, seq: int) -> Kept | None:
        """Return the message with this number."""
        kept = next(self.after(seq - 1), None)
        return kept if kept and kept.seq == seq else None

    def content(self, kept: Kept) -> bytes:
        """Return a message's bytes as they came."""
        return (self._folder / f"{kept.name}.eml").read_bytes().partition(b"\r\n")[2]

    @property
    def count(self) -> int:
        """How many messages there are."""
        return len(self._index)

    @property
    def copies(self) -> dict[str, int]:
        """How often each Message-ID came."""
        return dict(self._copies)

    @property
    def most_copies(self) -> int:
        """How often the most repeated Message-ID came: 1 when nothing was sent twice."""
        return self._most_copies

    def forget(self, notifications: Collection[UUID]) -> int:
        """Delete the messages of some notifications, known by their Message-ID; how many there were."""
        gone = [kept for kept in self._index if _names(kept.message_id) & {each.hex for each in notifications}]
        for kept in gone:
            (self._folder / f"{kept.name}.eml").unlink(missing_ok=True)
        left = set(gone)
        self._index = [kept for kept in self._index if kept not in left]
        return len(gone)

    def clear(self) -> None:
        """Delete every message."""
        for kept in self._index:
            (self._folder / f"{kept.name}.eml").unlink(missing_ok=True)
        self._index, self._copies, self._most_copies = [], Counter(), 0


def _names(message_id: str) -> set[str]:
    return set(_HEX.findall(message_id))


def _found(path: Path) -> Kept:
    with path.open("rb") as file:
        line, _, content = file.read(HEAD_BYTES).partition(b"\r\n")
    return Kept(path.stem, Envelope.model_validate_json(line.removeprefix(ENVELOPE)), content)
