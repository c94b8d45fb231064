"""What a relay publishes, and where from."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to publish, perhaps to several topics; a value of None is a tombstone."""

    position: int
    topics: tuple[str, ...]
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Source(Protocol):
    """What a relay publishes."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Where it may send something."""

    def __call__(self, after: int, limit: int, /) -> Awaitable[Sequence[Outgoing]]:
        """Read up to `limit` records with a position above `after`, in order, without gaps."""

    async def head(self) -> int:
        """The last position that there is."""

    async def log(self) -> bytes | None:
        """The log that its records are of; None when they name none."""
