"""CloudEvents 1.0 in Kafka's binary mode: what a relay writes into headers and what a consumer reads from them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson
from asyncpg.pgproto import pgproto

from chassis.facts.envelope import EXTENSIONS, Recorded, decode_any
from chassis.stream.logs import LAST_POSITION
from chassis.stream.outgoing import Edge, Outgoing
from chassis.stream.topics import events_topic, public_topic
from contracts import CATALOGUE
from contracts.event import Audience, Event
from contracts.people import PersonChanged, PersonDetails

_READ = (
    "select position, stream, version, id, type, data, metadata, recorded_at, hash from store.events"
    " where position > $1 order by position limit $2"
)
_BEGIN_LOG = (
    "insert into chassis.log (log_id, after_position)"
    " select gen_random_uuid(), position from store.head where not exists (select from chassis.log)"
)
_LOGS = "select log_id, after_position from chassis.log order by began_at, after_position"
_IDS = "select position, id from store.events where position = any($1::bigint[])"
_AUDIENCES = "select type, audience from chassis.types where type = any($1::text[])"
_LAST_VERSION = 2**31 - 1
_CONSTANT = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


async def declare(pool: asyncpg.Pool) -> None:
    """Leave word of who may see each type that this code knows, for relays of an older version beside it."""
    await pool.executemany(
        "insert into chassis.types values ($1, $2) on conflict (type) do update set audience = excluded.audience",
        [(name, event.audience.value) for name, event in CATALOGUE.items()],
    )


class Named(NamedTuple):
    """A log of a store: its name, after which position it begins, and a header with all logs if there are several."""

    log: bytes
    after: int
    history: tuple[tuple[str, bytes], ...]


def of_log(logs: Sequence[Named], position: int, link: bytes) -> Sequence[tuple[str, bytes]]:
    """Headers that say of which log an event is; nothing but the logs' history for one from before they had names."""
    for log in reversed(logs):
        if position > log.after:
            after = b"%d" % log.after
            return (("ce_logid", log.log), ("ce_logafter", after), ("ce_hash", link.hex().encode()), *log.history)
    return logs[-1].history


class EventSource:
    """Reads a service's store as records to publish: stored bytes as they are, the envelope as headers.

    Each says of which log it is and how the store's chain of hashes stands after it.

    A fact of a newer version goes to the topics that the newer version declared.
    """

    def __init__(self, service: str, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._source = f"/thidua/{service}".encode()
        internal = (events_topic(service),)
        public = (*internal, public_topic(service))
        self.topics: tuple[str, ...] = public
        self._topics = {
            name: public if event.audience is Audience.PUBLIC else internal for name, event in CATALOGUE.items()
        }
        self._internal, self._public = internal, public
        self._types: dict[str, Sequence[tuple[str, bytes]]] = {}
        self._logs: Sequence[Named] = ()

    async def __call__(self, after: int, limit: int) -> list[Outgoing]:
        """Records with a position above `after`, in order."""
        rows = await self._pool.fetch(_READ, after, limit)
        logs = self._logs or await self._name()
        if newer := {row["type"] for row in rows} - self._topics.keys():
            known = dict(await self._pool.fetch(_AUDIENCES, list(newer)))
            public = Audience.PUBLIC.value
            self._topics |= {name: self._public if known.get(name) == public else self._internal for name in newer}
        return [
            Outgoing(
                position,
                self._topics[name],
                (key := stream.encode()),
                data.encode(),
                [
                    ("ce_id", str(event_id).encode()),
                    ("ce_time", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()),
                    ("ce_subject", key),
                    ("ce_partitionkey", key),
                    ("ce_sequence", b"%d" % position),
                    ("ce_streamversion", b"%d" % version),
                    *of_log(logs, position, link),
                    *self._constant(name),
                    *(
                        (EXTENSIONS[field], value.encode())
                        for field, value in orjson.loads(metadata).items()
                        if field in EXTENSIONS
                    ),
                ],
            )
            for position, stream, version, event_id, name, data, metadata, at, link in rows
        ]

    async def lacking(self, last: Sequence[Edge]) -> Collection[int]:
        """Positions of records of the newest log at the end of a topic that the store does not have so."""
        log = (await self._name())[-1].log
        said = {(each.position, each.id) for each in last if each.log == log}
        rows = await self._pool.fetch(_IDS, [position for position, _ in said])
        held = {position for position, event in rows if (position, str(event).encode()) in said}
        return {position for position, _ in said} - held

    async def _name(self) -> Sequence[Named]:
        """The store's logs; a store from before they had names begins one where it stands."""
        await self._pool.execute(_BEGIN_LOG)
        rows = await self._pool.fetch(_LOGS)
        history = " ".join(f"{log}@{after}" for log, after in rows).encode()
        told = (("ce_loghistory", history),) if len(rows) > 1 else ()
        self._logs = [Named(str(log).encode(), after, told) for log, after in rows]
        return self._logs

    def _constant(self, name: str) -> Sequence[tuple[str, bytes]]:
        headers = self._types.get(name)
        if headers is None:
            schema = f"urn:thidua:schema:{name.removeprefix('thidua.')}".encode()
            headers = (*_CONSTANT, ("ce_source", self._source), ("ce_type", name.encode()), ("ce_dataschema", schema))
            self._types[name] = headers
        return headers


def _counted(header: bytes, last: int, least: int = 1) -> int:
    """A position or version; raises ValueError for what no store can have given, or no relay has written."""
    number = int(header)
    if not least <= number <= last or b"%d" % number != header:
        raise ValueError("a position or version is out of range")
    return number


def _moment(header: bytes) -> datetime:
    """A time in UTC; raises ValueError for one of no zone, which could not be compared."""
    if not header.endswith(b"Z"):
        raise ValueError("a time is not in UTC")
    return datetime.fromisoformat(header.decode())


def recorded(headers: Mapping[str, bytes], stream: str, value: bytes) -> Recorded[Event]:
    """The event in a record; of a type that nobody here knows, its type alone.

    Raises KeyError for a missing header, UnicodeDecodeError or ValueError for a malformed one, or
    pydantic.ValidationError.
    """
    return Recorded(
        _counted(headers["ce_sequence"], LAST_POSITION),
        stream,
        _counted(headers["ce_streamversion"], _LAST_VERSION),
        pgproto.UUID(headers["ce_id"].decode()),  # the standard library's takes eight times as long
        decode_any(headers["ce_type"].decode(), value),
        headers,
        _moment(headers["ce_time"]),
    )


def person_changed(headers: Mapping[str, bytes], person: str, value: bytes | None) -> Recorded[Event]:
    """The change of a person's details in a record of the people directory; no value means that they were erased."""
    details = None if value is None else PersonDetails.model_validate_json(value)
    position = _counted(headers["ce_sequence"], LAST_POSITION)
    return Recorded(
        position,
        person,
        position,
        UUID(headers["ce_id"].decode()),
        PersonChanged(person_id=UUID(person), details=details),
        headers,
        datetime.now(UTC),
    )
