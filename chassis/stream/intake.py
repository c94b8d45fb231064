"""One transaction per batch: skip what is known, hold back what must wait, apply the rest, move the position, park.

Own events from the store and others' from Kafka go through here, into read models and into reactions alike. A record is
read, admitted and folded before the next one is looked at, while it is in the processor's cache.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from aiokafka import ConsumerRecord

from chassis.facts.envelope import Recorded, UnknownEventType, UnknownFact
from chassis.facts.projection import Fold, Projection
from chassis.facts.reads import Reads, is_unknown
from chassis.store.database import is_refusal, is_servers
from chassis.store.execute import Contended
from chassis.stream.cloudevents import log_of
from chassis.stream.dead_letters import park, parked_streams
from chassis.stream.received import NoRecord, Raw, Received, described, offset_of, place_of, receive, stream_of
from chassis.telemetry.telemetry import REPEATED_RECORDS, UNKNOWN_FACTS
from contracts.event import Event

BEHIND = "waits behind a parked record of its stream"

NEWER = "needs a newer version, which knows what has happened since"

FOREIGN = "comes from another log than the one that this topic holds: a restored or foreign store"

Logs = dict[str, tuple[bytes, int, datetime]]
"""By topic the log that it holds, the position up to which its records do not name it, and when it was heard of."""

HANDOVER = timedelta(days=1)
"""How long, in a store from before logs had names, a relay of the version before may still lead now and then."""

Reached = dict[tuple[str, int], tuple[int, int]]
"""Last offset and position by topic and partition."""

_CONCURRENT_STREAMS = 64
_NOWHERE = (-1, 0)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Commands to the own deciders in answer to events. Never replayed; `react` must be idempotent by command id.

    What it reads, the annotation of `react` says.
    """

    name: str
    react: Callable[[Recorded[Any]], Awaitable[None]]
    reads: Reads = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", Reads.of(self.react))

    @property
    def place(self) -> str:
        """The consumer's name: commands have no version that another one could stand beside."""
        return self.name


Effect = Projection | Reaction


@dataclass(frozen=True, slots=True)
class Subscription:
    """An effect and the topics whose records it takes."""

    effect: Effect
    topics: tuple[str, ...]


@dataclass(slots=True)
class Gate:
    """Who may pass: records that are new and wait behind nothing. Keeps what failed, each with its reason."""

    reached: Reached = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    failures: list[tuple[Received, str]] = field(default_factory=list)
    repeated: int = 0
    """Records at a new offset whose position is known: copies, or hidden by one that claimed too high a position."""
    unknown: int = 0
    """Records of types that this process does not know, which passed by."""
    unread: list[ConsumerRecord[bytes, bytes]] = field(default_factory=list)
    """Those that a reaction leaves to a newer version."""
    logs: Logs = field(default_factory=dict)
    """Whose log each topic holds; one that is heard of for the first time is put here."""
    discarded: AbstractSet[tuple[str, int, int]] = frozenset()
    """Topic, partition and offset of what was dropped for good before."""

    def pass_by(self, raw: Raw, reads: Reads, *, note: bool = False) -> bool:
        """Tell whether a record does not concern the reader, and move on then; `note` keeps those of unknown types.

        One from Kafka moves the offset alone: which position it claims is not looked at.
        """
        record = raw.raw if isinstance(raw, Received) else raw
        if isinstance(record, ConsumerRecord):
            nothing = type(record) is NoRecord
            if not nothing and not reads.passes_by(record):
                return False
            place = (record.topic, record.partition)
            last_offset, position = self.reached.get(place, _NOWHERE)
            if record.offset > last_offset:
                self.reached[place] = (record.offset, position)
                if not nothing and is_unknown(record):
                    self.unknown += 1
                    if note:
                        self.unread.append(record)
            return True
        event = raw if isinstance(raw, Recorded) else raw.recorded
        if event is None or reads.concerns(event.data):
            return False
        place, offset = place_of(raw), offset_of(raw)
        last_offset, position = self.reached.get(place, _NOWHERE)
        if offset > last_offset:
            self.reached[place] = (offset, max(position, event.position))
            self.unknown += type(event.data) is UnknownFact
        return True

    def admit(self, record: Received) -> Recorded[Event] | None:
        """The event of a record that may be applied; a batch itself may hold a record twice."""
        place = (record.topic, record.partition)
        last_offset, position = self.reached.get(place, _NOWHERE)
        if record.offset <= last_offset:
            return None
        event = record.recorded
        if event is not None and not self._of_the_log(record.topic, event):
            alone = f"{record.topic}/{record.partition}/{record.offset}"  # nothing of ours waits behind it
            record, event = replace(record, stream=alone, recorded=None, error=FOREIGN), None
        if self.discarded and (record.topic, record.partition, record.offset) in self.discarded:
            self.reached[place] = (record.offset, max(position, event.position if event else 0))
            return None
        if event is None:
            self.reached[place] = (record.offset, position)
            self.fail(record, BEHIND if record.stream in self.blocked else record.error)
            return None
        if event.position <= position:
            self.reached[place] = (record.offset, position)
            self.repeated += 1
            return None
        self.reached[place] = (record.offset, event.position)
        if self.blocked and record.stream in self.blocked:
            self.failures.append((record, BEHIND))
            return None
        return event

    def _of_the_log(self, topic: str, event: Recorded[Event]) -> bool:
        """Tell whether a record is of the log that its topic holds, or from before it had a name."""
        headers = event.envelope
        if isinstance(headers, str):  # of the own store
            return True
        log, known = headers.get("ce_logid"), self.logs.get(topic)
        if known is None and log is not None:
            try:
                known = self.logs[topic] = (*log_of(headers), datetime.now(UTC))
            except (LookupError, ValueError):
                return False
        if known is None or log == known[0]:
            return True
        _, after, heard_at = known
        return log is None and (event.position <= after or (after > 0 and event.recorded_at <= heard_at + HANDOVER))

    def leave(self, record: Received) -> None:
        """Leave a record to a newer version; one that did not come from Kafka cannot be kept and fails."""
        if record.raw is None:
            self.fail(record, NEWER)
        else:
            self.unread.append(record.raw)

    def fail(self, record: Received, reason: str) -> None:
        """Note a failure; later records of the stream wait behind it."""
        storable = reason.encode("utf-8", "replace").decode().replace("\x00", "")  # it may quote the record
        self.failures.append((record, storable))
        self.blocked.add(record.stream)


async def apply(pool: asyncpg.Pool, effect: Effect, batch: Sequence[Raw]) -> int:
    """Apply a batch in order and make effect and position durable together; gives how many records were parked.

    When it returns, each record is applied, known already, or parked. Raises what the driver raises while the database
    is away or not as it should be: nothing was changed then, the same batch must come again.
    """
    if isinstance(effect, Reaction):
        return await _apply(pool, effect.place, batch, lambda _, gate: answer(effect, batch, gate))
    try:
        return await _apply(pool, effect.place, batch, lambda session, gate: project(session, effect, batch, gate))
    except Exception as error:
        if not is_refusal(error):
            raise
    # Again, to find out whose value it was.
    return await _apply(
        pool, effect.place, batch, lambda session, gate: project_one_by_one(session, effect, batch, gate)
    )


async def _apply(
    pool: asyncpg.Pool,
    consumer: str,
    batch: Sequence[Raw],
    take_effect: Callable[[asyncpg.Connection, Gate], Awaitable[object]],
) -> int:
    async with pool.acquire() as connection, connection.transaction():
        known, logs = await _lock_positions(connection, consumer, batch)
        streams = {stream_of(record) for record in batch} if await _any_parked(connection, consumer) else set[str]()
        blocked = await parked_streams(connection, consumer, streams) if streams else set()
        gate = Gate(dict(known), blocked, logs=dict(logs))
        await take_effect(connection, gate)
        await hear_of(connection, {topic: log for topic, log in gate.logs.items() if topic not in logs})
        gate.failures.sort(key=lambda failure: (failure[0].topic, failure[0].partition, failure[0].offset))
        await park(connection, consumer, gate.failures)
        await _note(connection, consumer, gate.unread)
        await _move_positions(connection, consumer, {at: now for at, now in gate.reached.items() if now != known[at]})
    if gate.repeated:
        REPEATED_RECORDS.labels(consumer).inc(gate.repeated)
    if gate.unknown:
        UNKNOWN_FACTS.labels(consumer).inc(gate.unknown)
    return len(gate.failures)


async def attempt(connection: asyncpg.Connection, effect: Effect, record: Received) -> str:
    """Apply one record that is known to be next; gives why it cannot be, an empty text when it is done."""
    gate = Gate(logs=await heard_of(connection))
    match effect:
        case Projection():
            await project_one_by_one(connection, effect, [record], gate)
        case Reaction():
            await answer(effect, [record], gate)
    if gate.unread:
        return NEWER
    return gate.failures[0][1] if gate.failures else ""


def fold_in(fold: Fold, projection: Projection, batch: Iterable[Raw], gate: Gate) -> int:
    """Merge what the events of a batch change; gives how many were merged."""
    merged, apply_changes, changes_of = 0, fold.apply, projection.project
    for raw in batch:
        if gate.pass_by(raw, projection.reads):
            continue
        record = receive(raw)
        if (event := gate.admit(record)) is not None:
            try:
                apply_changes(list(changes_of(event)))
                merged += 1
            except Exception as error:  # noqa: BLE001 - whatever a projection raises concerns this stream only
                gate.fail(record, _reason(error))
    return merged


async def project(connection: asyncpg.Connection, projection: Projection, batch: Iterable[Raw], gate: Gate) -> None:
    """Fold a batch and write it at once; raises what the driver raises when the database refuses a value."""
    fold = Fold(projection.place, live=True)
    fold_in(fold, projection, batch, gate)
    await fold.write(connection)


async def project_one_by_one(
    connection: asyncpg.Connection, projection: Projection, batch: Iterable[Raw], gate: Gate, schema: str = ""
) -> int:
    """Write each event by itself, into the projection's place or another schema; gives how many were written."""
    written = 0
    for raw in batch:
        if gate.pass_by(raw, projection.reads):
            continue
        record = receive(raw)
        if (event := gate.admit(record)) is not None:
            fold = Fold(schema or projection.place, live=not schema)
            try:
                fold.apply(list(projection.project(event)))
                async with connection.transaction():
                    await fold.write(connection)
                written += 1
            except Exception as error:
                if is_servers(error):
                    raise
                gate.fail(record, _reason(error))
    return written


async def answer(reaction: Reaction, batch: Iterable[Raw], gate: Gate) -> None:
    """React to a batch: streams side by side, the records of one stream one after the other."""
    room = asyncio.Semaphore(_CONCURRENT_STREAMS)

    async def follow(stream: Sequence[tuple[Received, Recorded[Event]]]) -> None:
        async with room:
            for record, event in stream:
                if record.stream in gate.blocked:
                    gate.failures.append((record, BEHIND))
                    continue
                try:
                    await reaction.react(event)
                except UnknownEventType:
                    gate.leave(record)  # the command met a stream in which a newer version has written
                except Exception as error:
                    if is_servers(error) or isinstance(error, Contended):
                        raise
                    gate.fail(record, _reason(error))

    streams = _by_stream(batch, reaction, gate).values()
    outcomes = await asyncio.gather(*(follow(stream) for stream in streams), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


def _by_stream(
    batch: Iterable[Raw], reaction: Reaction, gate: Gate
) -> dict[str, list[tuple[Received, Recorded[Event]]]]:
    streams: dict[str, list[tuple[Received, Recorded[Event]]]] = {}
    for raw in batch:
        if gate.pass_by(raw, reaction.reads, note=True):
            continue
        record = receive(raw)
        if (event := gate.admit(record)) is not None:
            streams.setdefault(record.stream, []).append((record, event))
    return streams


def _reason(error: Exception) -> str:
    """Type and text of an error, short enough to keep; a database error's text may quote data, so it is left out."""
    quotes_data = isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError)
    return type(error).__name__ if quotes_data else described(error)


_LOCK = (
    "select p.topic, p.partition, p.last_offset, p.position, l.log_id, l.after_position, l.heard_at"
    " from chassis.positions p left join chassis.logs l on l.topic = p.topic"
    " where p.consumer = $1 and (p.topic, p.partition) in (select * from unnest($2::text[], $3::int[]))"
    " order by p.topic, p.partition for update of p"
)
_BEGIN = (
    "insert into chassis.positions select $1, t, p, -1, 0 from unnest($2::text[], $3::int[]) u (t, p)"
    " on conflict do nothing"
)
_MOVE = (
    "update chassis.positions set last_offset = o, position = p from unnest($2::text[], $3::int[], $4::bigint[],"
    " $5::bigint[]) u (t, n, o, p) where consumer = $1 and topic = t and partition = n"
)


async def _lock_positions(connection: asyncpg.Connection, consumer: str, batch: Sequence[Raw]) -> tuple[Reached, Logs]:
    """What the consumer has reached where the batch comes from, held until commit; and whose logs the topics hold."""
    places = sorted({place_of(record) for record in batch})
    where = [topic for topic, _ in places], [partition for _, partition in places]
    rows = await connection.fetch(_LOCK, consumer, *where)
    if len(rows) < len(places):
        await connection.execute(_BEGIN, consumer, *where)
        rows = await connection.fetch(_LOCK, consumer, *where)
    reached = {(topic, partition): (offset, position) for topic, partition, offset, position, *_ in rows}
    return reached, {topic: (log.encode(), after, at) for topic, *_, log, after, at in rows if log is not None}


async def heard_of(connection: asyncpg.Connection | asyncpg.Pool) -> Logs:
    """Whose log each topic holds, as far as this service knows."""
    rows = await connection.fetch("select topic, log_id, after_position, heard_at from chassis.logs")
    return {topic: (log.encode(), after, heard_at) for topic, log, after, heard_at in rows}


async def hear_of(connection: asyncpg.Connection, logs: Logs) -> None:
    """Note logs heard of for the first time; raises Contended when somebody else has just heard of another one."""
    for topic, (log, after, heard_at) in logs.items():
        noted = await connection.fetchval(
            "insert into chassis.logs values ($1, $2, $3, $4)"
            " on conflict (topic, log_id) do update set topic = excluded.topic returning log_id",
            topic,
            log.decode(),
            after,
            heard_at,
        )
        if noted.encode() != log:
            raise Contended(topic)


async def _note(connection: asyncpg.Connection, consumer: str, unread: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
    """Leave what this version cannot read to a newer one; see chassis.unread."""
    records = (Received(raw.topic, raw.partition, raw.offset, stream_of(raw), None, raw=raw) for raw in unread)
    await connection.executemany(
        "insert into chassis.unread (consumer, topic, partition, at_offset, event_type, record)"
        " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        [
            (consumer, each.topic, each.partition, each.offset, each.event_type, kept)
            for each in records
            if (kept := each.frozen()) is not None
        ],
    )


async def _any_parked(connection: asyncpg.Connection, consumer: str) -> bool:
    """Whether the consumer has parked anything; asked once the positions are held, as another may have until then."""
    return bool(await connection.fetchval("select exists (select from chassis.parked where consumer = $1)", consumer))


async def _move_positions(connection: asyncpg.Connection, consumer: str, moved: Reached) -> None:
    if moved:
        rows = [(*place, *where) for place, where in moved.items()]
        await connection.execute(_MOVE, consumer, *map(list, zip(*rows, strict=True)))
