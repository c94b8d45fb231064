"""An event with its envelope, as recorded in a store or received from Kafka, and the codec between both forms."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, TypeAdapter

from chassis.facts.decider import Context, Rejected
from contracts import CATALOGUE
from contracts.event import Event
from contracts.exact import Day

E_co = TypeVar("E_co", bound=Event, covariant=True)


_POLICIES: Final = uuid5(NAMESPACE_URL, "urn:thidua:policies")


def acting(policy: str) -> UUID:
    """Whom events name as their actor that no person caused: the policy of this name, such as `notify/dispatcher`.

    No name is that of the platform itself. Nobody is enrolled under these ids: a person's is drawn at random.
    """
    return uuid5(_POLICIES, policy)


class Metadata(BaseModel):
    """Who caused an event, on which business date, as part of what. Ids only, no personal data.

    What is stored has an actor, a person or what is `acting`; events from before may have none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    command_id: UUID
    occurred_on: Day
    actor: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None

    @classmethod
    def of(cls, context: Context) -> "Metadata":
        """Metadata of the events that a command in this context yields; a root command starts its own correlation."""
        return cls(
            command_id=context.command_id,
            occurred_on=context.occurred_on,
            actor=context.actor or acting(context.policy),
            correlation_id=context.correlation_id or context.command_id,
            causation_id=context.causation_id or context.command_id,
            traceparent=context.traceparent,
        )


EVENT_BYTES: Final = 1_048_576
"""An event's JSON is no longer than this; consumers refuse more."""

EXTENSIONS: Final = {
    "correlation_id": "ce_correlationid",
    "causation_id": "ce_causationid",
    "command_id": "ce_commandid",
    "actor": "ce_actor",
    "occurred_on": "ce_occurredon",
    "traceparent": "ce_traceparent",
}
"""CloudEvents extension attributes, as Kafka headers, by metadata field."""


_DAY: Final = TypeAdapter[date](Day)


class UnknownEventType(LookupError):
    """The type name is in no contract that this process knows: a newer version's, or nobody's."""


TYPE_NAME: Final = re.compile(r"thidua\.[a-z]+\.[A-Za-z0-9]+\.v[0-9]+")
"""What may be the name of a type, known here or not."""


class UnknownFact(Event, service="unknown"):
    """A stored fact of a type that this process does not know: a newer version of its service wrote it."""

    type: str


@dataclass(slots=True)  # not frozen: that would double the cost of making one, a tenth of a replay
class Recorded(Generic[E_co]):
    """A fact with its place: `position` in its service's store, `version` in its stream (both from 1, without gaps)."""

    position: int
    stream: str
    version: int
    id: UUID
    data: E_co
    envelope: str | Mapping[str, bytes]
    recorded_at: datetime
    _metadata: Metadata | None = field(init=False, default=None, repr=False, compare=False)

    @property
    def metadata(self) -> Metadata:
        """The envelope's rest, from the stored JSON or from a record's headers; read when first asked for."""
        if self._metadata is None:
            self._metadata = _metadata(self.envelope)
        return self._metadata

    @property
    def occurred_on(self) -> date:
        """The business day, without the envelope's rest, for those who read many."""
        if isinstance(self.envelope, str):
            return self.metadata.occurred_on
        return _DAY.validate_strings(self.envelope[EXTENSIONS["occurred_on"]].decode())

    @property
    def actor(self) -> UUID | None:
        """Who caused it, as `occurred_on`."""
        if isinstance(self.envelope, str):
            return self.metadata.actor
        actor = self.envelope.get(EXTENSIONS["actor"])
        return None if actor is None else UUID(actor.decode())

    def following(self, command_id: UUID, traceparent: str | None = None, *, policy: str = "") -> Context:
        """Context of a command by which a policy reacts to this event."""
        cause = self.metadata
        return Context(
            occurred_on=cause.occurred_on,
            command_id=command_id,
            correlation_id=cause.correlation_id,
            causation_id=self.id,
            traceparent=traceparent or cause.traceparent,
            policy=policy,
        )


def _metadata(envelope: str | Mapping[str, bytes]) -> Metadata:
    if isinstance(envelope, str):
        return Metadata.model_validate_json(envelope)
    found = {name: envelope[header].decode() for name, header in EXTENSIONS.items() if header in envelope}
    return Metadata.model_validate_strings(found)


def _reader(event: type[Event]) -> Callable[[str | bytes], Event]:
    read: Callable[[str | bytes], Event] = event.__pydantic_validator__.validate_json
    return (lambda data: read(data).now()) if event.retired else read


_READERS = {name: _reader(event) for name, event in CATALOGUE.items()}


def decode(type_name: str, data: str | bytes) -> Event:
    """The event behind stored or received bytes; of a retired version, what it is now.

    Raises UnknownEventType for a type in no contract, pydantic.ValidationError for data that does not fit its type.
    """
    try:
        read = _READERS[type_name]
    except KeyError:
        raise UnknownEventType(type_name) from None
    return read(data)


def decode_any(type_name: str, data: str | bytes) -> Event:
    """As `decode`, but of an unknown type the type alone; raises UnknownEventType for what is no name of a type."""
    read = _READERS.get(type_name)
    if read is not None:
        return read(data)
    if not TYPE_NAME.fullmatch(type_name):
        raise UnknownEventType(type_name)
    return UnknownFact(type=type_name)


def encode(event: Event) -> str:
    """JSON text of an event, as stored and as published; raises Rejected when no consumer would take so much."""
    data = event.__pydantic_serializer__.to_json(event)
    if len(data) > EVENT_BYTES:
        raise Rejected(
            "fact-too-large",
            f"Nội dung quá lớn ({len(data)} byte, tối đa {EVENT_BYTES}); hãy rút gọn rồi gửi lại.",
            f"This makes a fact of {len(data)} bytes, more than {EVENT_BYTES}; shorten it and send it again.",
        )
    return data.decode()
