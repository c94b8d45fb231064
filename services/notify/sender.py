"""What the dispatcher asks of each channel."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.notify.due import Due

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider has taken the message, under its own id."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider has not taken the message; `permanent` when coming again cannot help."""

    code: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The message may have been taken or not."""


Outcome = Taken | Refused | Doubtful


class Unreachable(Exception):
    """The provider cannot be reached at present; nothing was handed to it."""


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
