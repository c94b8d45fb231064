"""How the national data set is told: an agenda of days, and commands decided against what each stream holds by then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from random import Random
from typing import Any
from uuid import UUID

from asyncpg.pgproto import pgproto

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.envelope import Metadata
from chassis.store.store import Append
from contracts.event import Event


@dataclass(slots=True)
class Entry:
    """An accepted command: whose store takes it, on which day it happened, and the ids of its events."""

    service: str
    on: date
    append: Append
    ids: Sequence[UUID]


@dataclass(slots=True)
class Fact:
    """An event of the story under its id: what others may follow from."""

    id: UUID
    event: Any
    on: date
    correlation: UUID


class Story:
    """What happens day by day; `random` is all that chance there is."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)  # noqa: S311 - the same again is what is wanted
        self._agenda: dict[date, list[Callable[[date], None]]] = defaultdict(list)
        self._states: dict[str, tuple[int, Any]] = {}
        self._told: list[Entry] = []

    def id(self) -> UUID:
        """An id that nothing else has."""
        drawn = bytearray(self.random.randbytes(16))
        drawn[6], drawn[8] = drawn[6] & 0x0F | 0x40, drawn[8] & 0x3F | 0x80
        key: UUID = pgproto.UUID(bytes(drawn))
        return key

    def happens(self, share: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random.random() < share

    def within(self, day: date, days: int) -> date:
        """A day out of so many from this one on."""
        return day + timedelta(days=self.random.randrange(days))

    def on(self, day: date, happening: Callable[[date], None]) -> None:
        """Put something into the agenda; what is put there for a day that is over never happens."""
        self._agenda[day].append(happening)

    def told(self, first: date, last: date) -> Iterator[Entry]:
        """What happens from one day to another."""
        day = first
        while day <= last:
            for happening in self._agenda.pop(day, ()):
                happening(day)
                told, self._told = self._told, []
                yield from told
            day += timedelta(days=1)

    def state(self, decider: Decider[Any, Any, Any, Any], key: UUID) -> Any:
        """What is known in a stream by now."""
        return self._states.get(decider.stream(key), (0, decider.initial))[1]

    def close(self, decider: Decider[Any, Any, Any, Any], key: UUID) -> None:
        """Forget a stream in which nothing more will happen."""
        self._states.pop(decider.stream(key), None)

    def do(
        self,
        service: str,
        decider: Decider[Any, Any, Any, Any],
        key: UUID,
        command: Command,
        on: date,
        *,
        by: UUID | None = None,
        known: Any = None,
        cause: Fact | None = None,
    ) -> list[Fact]:
        """Decide a command and tell what followed; raises Rejected for one that the rules refuse."""
        stream = decider.stream(key)
        version, state = self._states.get(stream, (0, decider.initial))
        correlation, causation = (None, None) if cause is None else (cause.correlation, cause.id)
        context = Context(on, by, self.id(), correlation, causation)
        events: Sequence[Event] = decider.decide(command, state, known, context)
        if not events:
            return []
        self._states[stream] = version + len(events), decider.fold(events, state, repeat(by))
        ids = [self.id() for _ in events]
        metadata = Metadata.of(context).model_dump_json(exclude_none=True)
        self._told.append(Entry(service, on, Append(stream, version, events, context.command_id, b"", metadata), ids))
        correlation = correlation or context.command_id
        return [Fact(each, event, on, correlation) for each, event in zip(ids, events, strict=True)]


def in_batches(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The same entries in as few batches as there are of one stream, each batch with a stream once."""
    batches: list[list[Entry]] = []
    seen: dict[str, int] = defaultdict(int)
    for entry in entries:
        rank = seen[entry.append.stream]
        seen[entry.append.stream] += 1
        if rank == len(batches):
            batches.append([])
        batches[rank].append(entry)
    return batches
