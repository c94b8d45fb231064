"""What a projection or a reaction reads: the events that the annotation of its function names, and no others.

The type checker holds the function to its annotation (`assert_never` after the last case), so a new fact in a union
that it names is an error there; whatever it does not name passes by, also a type that only a newer version knows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from chassis.facts.envelope import TYPE_NAME, UnknownFact
from contracts import CATALOGUE
from contracts.event import Event, events_of
from contracts.people import PEOPLE

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord


def _newest(event: type[Event]) -> type[Event]:
    """The class of what an event is read as: of a retired version, what its `now` gives."""
    return _newest(get_type_hints(event.now)["return"]) if event.retired else event


_READ_AS: Final[Mapping[bytes, type[Event]]] = MappingProxyType(
    {name.encode(): _newest(event) for name, event in CATALOGUE.items()}
)

KNOWN_TYPES: Final = sorted(CATALOGUE)
"""Type names that this process knows, as they stand in `ce_type`."""

_TYPE: Final = re.compile(TYPE_NAME.pattern.encode())


@dataclass(frozen=True, slots=True)
class Reads:
    """The event classes that somebody reads. Who reads UnknownFact is given facts of types that nobody here knows."""

    classes: frozenset[type[Event]]

    @classmethod
    def of(cls, handler: Callable[..., Any]) -> "Reads":
        """What the first parameter of a function, a `Recorded[...]`, may hold; raises TypeError if that is anything."""
        first = next(iter(signature(handler).parameters))
        classes = frozenset(events_of(*get_args(get_type_hints(handler).get(first))))
        if not classes or Event in classes:
            raise TypeError(f"{handler.__qualname__} must say which events it reads: Recorded[A | B]")
        return cls(classes)

    def passes_by(self, record: "ConsumerRecord[bytes, bytes]") -> bool:
        """Tell by its type alone whether a record does not concern the reader."""
        kind = kind_of(record)
        return kind is not None and kind not in self.classes

    def reads_type(self, name: str) -> bool:
        """Tell whether an event of a known type, by its name, is read."""
        return _READ_AS[name.encode()] in self.classes

    def concerns(self, event: Event) -> bool:
        """Tell whether the reader reads an event."""
        return type(event) in self.classes


def kind_of(record: "ConsumerRecord[bytes, bytes]") -> type[Event] | None:
    """What a record is read as, by its type alone; None for one that says no type: it is looked at, and parked."""
    if record.topic == PEOPLE:
        return None
    for name, value in record.headers:
        if name == "ce_type":
            known = _READ_AS.get(value)
            return known or (UnknownFact if _TYPE.fullmatch(value or b"") else None)
    return None
