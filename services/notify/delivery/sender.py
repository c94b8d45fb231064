"""What the dispatcher asks of each channel."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeVar

from services.notify.delivery.due import Due

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider has taken the message, under its own id."""

    provider_id: str
    trouble: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider has not taken the message; `permanent` when coming again cannot help, else not before `after` s.

    `trouble` says why the provider could not be spoken to at all; empty when the refusal concerns this message.
    """

    code: str
    permanent: bool
    after: float = 0.0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The message may have been taken or not; `trouble` says why nobody knows."""

    trouble: str = field(default="outcome-unknown", compare=False)


Outcome = Taken | Refused | Doubtful


class Unreachable(Exception):
    """The provider cannot be reached at present, for the reason in its text; nothing was handed to it."""


class Busy(Unreachable):
    """All connections are taken by other messages."""


HandOver = Callable[[M], Awaitable[Outcome]]
"""Hands a message over, once. Raises nothing that a provider or a network can cause."""


class Sender(Protocol[M]):
    """One channel's way out."""

    def write(self, due: Due, attempt: int) -> M | None:
        """The finished message; None when the person has no address on this channel."""

    def ready(self) -> AbstractAsyncContextManager[HandOver[M]]:
        """Room for one message at the provider, who can be reached; entering waits for it and raises Unreachable."""

    async def close(self) -> None:
        """Let go of connections."""
