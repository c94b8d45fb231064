"""The language of domain tests: given these facts, when this is asked, then these facts follow, or this refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.envelope import Metadata, Recorded
from chassis.facts.projection import Add, Drop, Projection, Put, Tell
from contracts.event import Event

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)
K = TypeVar("K")


class Signed(NamedTuple):
    """An event, and the person who caused it."""

    event: Event
    actor: UUID


def folded(decider: Decider[Any, S, Any, Any], *history: Event | Signed) -> S:
    """The state after what has happened, by those who signed it."""
    signed = [each if isinstance(each, Signed) else (each, None) for each in history]
    return decider.fold([event for event, _ in signed], None, [actor for _, actor in signed])


@dataclass(frozen=True, slots=True)
class Given(Generic[C, S, E, K]):
    """A decider, what has happened so far, and what the service knows from elsewhere."""

    decider: Decider[C, S, E, K]
    history: tuple[Event | Signed, ...]
    known: Any = None

    def knowing(self, known: K) -> "Given[C, S, E, K]":
        """With what the service has looked up."""
        return replace(self, known=known)

    def when(self, command: C, *, by: UUID | None = None, on: date = date(2024, 11, 20)) -> "Outcome":
        """Ask for something, as a person, on a business date."""
        context = Context(occurred_on=on, actor=by)
        try:
            events = tuple(self.decider.decide(command, folded(self.decider, *self.history), self.known, context))
        except Rejected as refusal:
            return Outcome(refusal=refusal)
        return Outcome(events)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    events: tuple[Event, ...] = ()
    refusal: Rejected | None = None

    def then(self, *expected: Event) -> None:
        """Exactly these facts follow."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal}")
        if self.events != expected:
            raise AssertionError(f"expected {expected}, got {self.events}")

    def nothing(self) -> None:
        """Nothing is left to do."""
        self.then()

    def rejected(self, code: str) -> Rejected:
        """The rule with this code says no, in both languages."""
        if self.refusal is None:
            raise AssertionError(f"expected a refusal, got {self.events}")
        if self.refusal.code != code or not self.refusal.vi or not self.refusal.en:
            raise AssertionError(f"expected {code}, got {self.refusal}")
        return self.refusal


def given(decider: Decider[C, S, E, K], *history: Event | Signed) -> Given[C, S, E, K]:
    """Begin a domain test with the facts of one stream."""
    return Given(decider, history)


_DAY = date(2024, 11, 20)


def as_recorded(
    event: E, position: int = 1, stream: str = "test-1", actor: UUID | None = None, on: date = _DAY
) -> Recorded[E]:
    """An event with a made-up envelope."""
    metadata = Metadata(command_id=uuid4(), occurred_on=on, actor=actor)
    moment = datetime(2024, 11, 20, 3, tzinfo=UTC)
    return Recorded(position, stream, position, uuid4(), event, metadata.model_dump_json(exclude_none=True), moment)


def project_all(projection: Projection, *events: Event) -> Mapping[str, Mapping[tuple[object, ...], dict[str, Any]]]:
    """Rows by table and key after a projection has seen these events."""
    tables: dict[str, dict[tuple[object, ...], dict[str, Any]]] = {table.name: {} for table in projection.tables}
    for position, event in enumerate(events, start=1):
        for change in projection.changes(as_recorded(event, position)):
            if isinstance(change, Tell):
                continue
            rows = tables[change.table.name]
            match change:
                case Put(key=key, values=values):
                    rows.setdefault(key, {}).update(values)
                case Add(key=key, values=values):
                    row = rows.setdefault(key, {})
                    for column, amount in values.items():
                        row[column] = (row.get(column) or 0) + amount
                case Drop(key=key):
                    rows.pop(key, None)
    return tables
