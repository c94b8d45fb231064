"""The one shape of a business rule: a decider folds a stream's events into a state and decides commands against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from contracts.event import Event

S = TypeVar("S")
C = TypeVar("C", bound="Command")
E = TypeVar("E", bound=Event)
K = TypeVar("K")


class Command(BaseModel):
    """What somebody wants, in the imperative. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, on which business date, and what it follows from.

    `actor` is a person's id, None where no person asks but the platform itself, as the `policy` of this name.
    `command_id` makes a repeated command recognisable; `formerly` is the id that it had before keys were a person's own
    (decision 43): what was accepted under it stays.
    """

    occurred_on: date
    actor: UUID | None = None
    command_id: UUID = field(default_factory=uuid4)
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None
    policy: str = ""
    formerly: UUID | None = None


class Rejected(Exception):
    """A rule says no. Nothing was stored.

    `code` is stable and machine-readable; `vi` and `en` tell a person what to do next; `source` names the rule.
    """

    def __init__(self, code: str, vi: str, en: str, source: str = "") -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.vi, self.en, self.source = code, vi, en, source


def hand(person: UUID | None) -> frozenset[UUID]:
    """A person as one of a thing's hands; nobody, where the platform itself did it."""
    return frozenset() if person is None else frozenset({person})


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E, K]):
    """A pure rule book for one kind of stream; `name` is the stream's category, as in `registration-<id>`.

    `decide` takes what was asked (C), the stream's state (S), what the service looked up elsewhere (K, None where a
    rule needs nothing) and the context; it gives the new events (E), none when there is nothing to do, or raises
    Rejected. `evolve` never fails; it takes the union of what may stand in the stream, so that the type checker names
    each `evolve` that a new fact concerns, and each `decide` that gives one which `evolve` does not know.

    Where rules ask who did what, `signed` adds to the state that a person caused the event that was just folded. It is
    the envelope's actor: facts of whatever version have one, if a person caused them.
    """

    name: str
    initial: S
    decide: Callable[[C, S, K, Context], Sequence[E]]
    evolve: Callable[[S, E], S]
    signed: Callable[[S, E, UUID], S] | None = None

    def stream(self, key: UUID) -> str:
        """Name of the stream that holds the facts about `key`."""
        return f"{self.name}-{key}"

    def fold(self, events: Iterable[Event], state: S | None = None, actors: Iterable[UUID | None] = repeat(None)) -> S:
        """State after `events`, each caused by the actor beside it, starting from `state` (or from nothing)."""
        folded = self.initial if state is None else state
        for event, actor in zip(events, actors, strict=False):
            folded = self.evolve(folded, event)  # type: ignore[arg-type] # no other stands in its streams
            if actor is not None and self.signed is not None:
                folded = self.signed(folded, event, actor)  # type: ignore[arg-type]
        return folded
