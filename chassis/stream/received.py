"""Records as they come in: the event in one, or what is wrong with it; and how one is kept aside and read again."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

import orjson
from aiokafka import ConsumerRecord

from chassis.facts.envelope import EVENT_BYTES, Recorded
from chassis.facts.reads import kind_of
from chassis.stream.cloudevents import person_changed, recorded
from chassis.stream.topics import RESTRICTED
from contracts.event import Event
from contracts.people import PEOPLE

STORE = "store"
"""Topic name under which a service's own store stands in the positions."""

KEY_BYTES = 300
"""A longer key is none of ours; what waits behind its record is known by the key's digest."""

_LONGEST = 200


@dataclass(slots=True)
class Received:
    """A record at its place, and either the event in it or, in `error`, why there is none; `raw` as Kafka gave it."""

    topic: str
    partition: int
    offset: int
    stream: str
    recorded: Recorded[Event] | None
    error: str = ""
    raw: ConsumerRecord[bytes, bytes] | None = None
    place: tuple[str, int] = field(init=False, repr=False, compare=False)
    """Topic and partition."""

    def __post_init__(self) -> None:
        self.place = (self.topic, self.partition)

    @property
    def event_id(self) -> str:
        """The event's id as the record claims it; its place when it claims none."""
        if self.recorded is not None:
            return str(self.recorded.id)
        return self._claimed("ce_id") or f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def event_type(self) -> str:
        """The event's type as the record claims it."""
        return self._claimed("ce_type") if self.raw is not None or self.recorded is None else self._own_type()

    def _claimed(self, header: str) -> str:
        claimed: bytes = (dict(self.raw.headers).get(header) or b"") if self.raw is not None else b""
        return claimed.decode("utf-8", "replace").replace("\x00", "")[:_LONGEST]

    def _own_type(self) -> str:
        return "" if self.recorded is None else self.recorded.data.type_name()

    def frozen(self) -> bytes | None:
        """Bytes from which `thaw` makes the record again; None for one that can, or must, be read at its source.

        Too large is one that nobody wants twice, too personal one of a restricted topic.
        """
        record = self.raw
        if record is None or self.topic in RESTRICTED or len(record.value or b"") > EVENT_BYTES:
            return None
        about = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": _hex(record.key),
            "headers": [(_hex(name.encode("utf-8", "surrogateescape")), _hex(value)) for name, value in record.headers],
            "null": record.value is None,
        }
        return orjson.dumps(about) + b"\n" + (record.value or b"")


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _unhex(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def thaw(frozen: bytes) -> ConsumerRecord[bytes, bytes]:
    """The record that was frozen: one line about it, then its value."""
    line, _, value = frozen.partition(b"\n")
    about = orjson.loads(line)
    return ConsumerRecord(
        about["topic"],
        about["partition"],
        about["offset"],
        timestamp=0,
        timestamp_type=0,
        key=_unhex(about["key"]),
        value=None if about["null"] else value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=len(value),
        headers=tuple(
            (bytes.fromhex(name).decode("utf-8", "surrogateescape"), _unhex(value)) for name, value in about["headers"]
        ),
    )


class NoRecord(ConsumerRecord[bytes, bytes]):  # type: ignore[misc]
    """Stands at the last of the offsets behind which a reader is although no record came from there.

    They are markers of transactions, what was aborted, what compaction took away.
    """

    @classmethod
    def at(cls, topic: str, partition: int, offset: int) -> "NoRecord":
        """The one at a place."""
        return cls(
            topic, partition, offset, timestamp=0, timestamp_type=0, key=None, value=None, checksum=None,
            serialized_key_size=-1, serialized_value_size=-1, headers=(),
        )  # fmt: skip


Raw: TypeAlias = "ConsumerRecord[bytes, bytes] | Recorded[Event] | Received"
"""A record before it is looked at: from Kafka, from the own store, or read already."""


def place_of(raw: Raw) -> tuple[str, int]:
    """Topic and partition."""
    if isinstance(raw, Received):
        return raw.place
    return (STORE, 0) if isinstance(raw, Recorded) else (raw.topic, raw.partition)


def offset_of(raw: Raw) -> int:
    """Offset; of the own store, the position."""
    return raw.position if isinstance(raw, Recorded) else int(raw.offset)


def kind_in(raw: Raw) -> type | None:
    """What a record is read as: its event's class, or that which its type names; NoRecord where none came.

    None for one that has to be looked at.
    """
    record = raw.recorded or raw.raw if isinstance(raw, Received) else raw
    if isinstance(record, Recorded):
        return type(record.data)
    if record is None or isinstance(record, NoRecord):
        return record and NoRecord
    return kind_of(record)


def stream_of(raw: Raw) -> str:
    """The stream that a record belongs to; one without a key is a stream of its own."""
    if not isinstance(raw, ConsumerRecord):
        return raw.stream
    key: bytes | None = raw.key
    if key is None:
        return f"{raw.topic}/{raw.partition}/{raw.offset}"
    if len(key) > KEY_BYTES:
        return sha256(key).hexdigest()
    return key.decode("utf-8", "replace").replace("\x00", "")


def receive(raw: Raw) -> Received:
    """Read one record; what is wrong with it stands in `error`, never raised."""
    if isinstance(raw, ConsumerRecord):
        event, error = None, ""
        try:
            event = _event(raw)
        except (LookupError, ValueError, TypeError, RecursionError) as problem:  # pydantic's errors are ValueErrors
            error = described(problem)
        stream = stream_of(raw) if event is None else event.stream
        return Received(raw.topic, raw.partition, raw.offset, stream, event, error, raw)
    if isinstance(raw, Recorded):  # the position takes the place of the offset
        return Received(STORE, 0, raw.position, raw.stream, raw)
    return raw


def _event(record: ConsumerRecord[bytes, bytes]) -> Recorded[Event]:
    if record.key is None:
        raise ValueError("the record has no key")
    if len(record.key) > KEY_BYTES or b"\x00" in record.key:
        raise ValueError(f"the key is none of ours: {len(record.key)} bytes")
    stream, value = record.key.decode(), record.value
    headers: dict[str, bytes] = dict(record.headers)
    b"\n".join(headers.values()).decode()  # whatever is not UTF-8 stops the record here, not somebody later
    if record.topic == PEOPLE:
        return person_changed(headers, stream, value)
    if value is None:
        raise ValueError("the record has no value")
    if len(value) > EVENT_BYTES:
        raise ValueError(f"the record has {len(value)} bytes, more than {EVENT_BYTES}")
    return recorded(headers, stream, value)


def described(problem: Exception) -> str:
    """What is wrong, without quoting the record: its content may not belong into a list that operators read."""
    errors = getattr(problem, "errors", None)
    if callable(errors):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in errors(include_input=False))[:500]
    if isinstance(problem, UnicodeError):
        return "key or header is not UTF-8"
    return f"{type(problem).__name__}: {problem}"[:500]
