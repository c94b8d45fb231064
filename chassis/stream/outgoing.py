"""What a relay publishes, and where from."""

from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to publish, perhaps to several topics; a value of None is a tombstone."""

    position: int
    topics: tuple[str, ...]
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Edge(NamedTuple):
    """A record's position, the log that it names, if it names one, and the event's id."""

    position: int
    log: bytes | None
    id: bytes


class Source(Protocol):
    """What a relay publishes."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Where it may send something."""

    def __call__(self, after: int, limit: int, /) -> Awaitable[Sequence[Outgoing]]:
        """Read up to `limit` records with a position above `after`, in order, without gaps."""

    async def lacking(self, last: Sequence[Edge], /) -> Collection[int]:
        """Positions of records at the end of a topic that it does not have so: it was restored to before them."""
