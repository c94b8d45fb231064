"""Whose log a topic holds: which records belong to it, which were lost with a store, which are nobody's.

A store that was restored and could not take everything back begins a new log, which carries the one before on up to a
position. What that one held beyond is in the topic still, but it did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

HANDOVER: Final = timedelta(days=1)
"""How long, in a store from before logs had names, a relay of the version before may still lead now and then."""

LAST_POSITION: Final = 2**63 - 1

UNNAMED: Final = b""
"""The log of a record from before logs had names."""


class Log(NamedTuple):
    """A log that a topic holds: its name, the position after which it begins, and when it was heard of."""

    id: bytes
    after: int
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs that a topic has held, each carrying the one before it on; `held` is the last one."""

    known: tuple[Log, ...] = ()

    @property
    def held(self) -> bytes:
        """The log of which records come now."""
        return self.known[-1].id if self.known else UNNAMED

    @property
    def one(self) -> bool:
        """Whether there never was another one."""
        return len(self.known) == 1

    def until(self, log: bytes) -> int:
        """The last position of a log that holds still; what it says of later ones was lost with a store."""
        ids = [each.id for each in self.known]
        later = self.known[1:] if log == UNNAMED else self.known[ids.index(log) + 1 :] if log in ids else ()
        return min((each.after for each in later), default=LAST_POSITION)

    def of(self, log: bytes, position: int, recorded_at: datetime) -> bool:
        """Tell whether a record is of one of these logs, whether what it says holds still or not.

        One without a name is, when it comes from before the first of them had one, or, for a day after that, from a
        relay of the version before.
        """
        if log != UNNAMED:
            return any(each.id == log for each in self.known)
        first = self.known[0]
        return position <= first.after or (first.after > 0 and recorded_at <= first.heard_at + HANDOVER)


def claimed(headers: Mapping[str, bytes], now: datetime) -> tuple[Log, ...]:
    """The logs that a record names, its own among them; raises KeyError or ValueError for what no relay writes."""
    history = headers.get("ce_loghistory")
    pairs = [each.split(b"@") for each in history.split(b" ")] if history else [_own(headers)]
    logs = tuple(Log(name, _position(after), now) for name, after in pairs)
    for log in logs:
        UUID(log.id.decode())
    return logs


def carried_on(known: Sequence[Log], said: Sequence[Log]) -> tuple[Log, ...]:
    """What is known once a record has said which logs carry on the one that is held; the same when it says nothing new.

    Raises ValueError when what it names carries on nothing that is known.
    """
    if not known:
        return tuple(said)
    ids = [each.id for each in said]
    if {each.id for each in known}.issuperset(ids):
        return tuple(known)
    if known[-1].id not in ids:
        raise ValueError("carries on no log that is known")
    return (*known, *said[ids.index(known[-1].id) + 1 :])


def _own(headers: Mapping[str, bytes]) -> list[bytes]:
    return [headers["ce_logid"], headers["ce_logafter"]]


def _position(text: bytes) -> int:
    if not text.isdigit() or int(text) > LAST_POSITION:
        raise ValueError("no position of a store")
    return int(text)
