"""One transaction per batch: skip what is known, hold back what must wait, apply the rest, move the position, park.

Own events from the store and others' from Kafka go through here, into read models and into reactions alike. A record is
read, admitted and folded before the next one is looked at, while it is in the processor's cache.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
from aiokafka import ConsumerRecord

from chassis.facts.envelope import Recorded, UnknownEventType
from chassis.facts.projection import Fold, Projection
from chassis.facts.reads import Reads
from chassis.store.database import is_refusal, is_servers
from chassis.store.execute import Contended
from chassis.stream.batch import Batch, runs_of
from chassis.stream.dead_letters import park, parked_streams
from chassis.stream.gate import BEHIND, NEWER, Gate, Known, MadeAgain, Reached, kept, link_at
from chassis.stream.logs import Log, Logs
from chassis.stream.received import STORE, Raw, Received, described, receive, stream_of
from chassis.telemetry.telemetry import LOST_RECORDS, REPEATED_RECORDS, UNKNOWN_FACTS
from contracts.event import Event

NO_TOPICS: Final[Mapping[str, str]] = {}

_CONCURRENT_STREAMS = 64


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


async def apply(pool: asyncpg.Pool, effect: Effect, batch: Sequence[Raw], topics: Mapping[str, str] = NO_TOPICS) -> int:
    """Apply a batch in order and make effect and position durable together; gives how many records were parked.

    `topics` says which topic of each name it came from. When it returns, each record is applied, known already, or
    parked. Raises Astray, Diverged or MadeAgain, or what the driver raises while the database is away or not as it
    should be: nothing was changed then, the same batch must come again.
    """
    if isinstance(effect, Reaction):
        return await _apply(pool, effect.place, batch, topics, lambda _, gate: answer(effect, batch, gate))
    try:
        return await _apply(
            pool, effect.place, batch, topics, lambda session, gate: project(session, effect, batch, gate)
        )
    except Exception as error:
        if not is_refusal(error):
            raise
    # Again, to find out whose value it was.
    return await _apply(
        pool, effect.place, batch, topics, lambda session, gate: project_one_by_one(session, effect, batch, gate)
    )


async def _apply(
    pool: asyncpg.Pool,
    consumer: str,
    batch: Sequence[Raw],
    topics: Mapping[str, str],
    take_effect: Callable[[asyncpg.Connection, Gate], Awaitable[object]],
) -> int:
    async with pool.acquire() as connection, connection.transaction():
        reached, known = await _lock_positions(connection, consumer, batch, topics)
        streams = {stream_of(record) for record in batch} if await _any_parked(connection, consumer) else set[str]()
        blocked = await parked_streams(connection, consumer, streams) if streams else set()
        logs = await heard_of(connection) if known else {}
        gate = Gate(dict(reached), blocked, logs=dict(logs), known=known)
        await take_effect(connection, gate)
        if gate.logs != logs:
            await hear_of(connection, gate.logs)
        gate.failures.sort(key=lambda failure: (failure[0].topic, failure[0].partition, failure[0].offset))
        await park(connection, consumer, gate.failures)
        await _note(connection, consumer, gate.unread)
        await _move_positions(
            connection, consumer, {at: now for at, now in gate.reached.items() if now != reached[at]}, known
        )
    for metric, count in ((REPEATED_RECORDS, gate.repeated), (UNKNOWN_FACTS, gate.unknown), (LOST_RECORDS, gate.lost)):
        if count:
            metric.labels(consumer).inc(count)
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
    ahead = batch.ahead if isinstance(batch, Batch) else None
    if ahead is not None and ahead.holds(gate):
        ahead.move(gate)
        await ahead.fold.write(connection)
        return
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
    "select topic, partition, last_offset, position, log_id, hash, awaits, topic_id from chassis.positions"
    " where consumer = $1 and (topic, partition) in (select * from unnest($2::text[], $3::int[]))"
    " order by topic, partition for update"
)
_BEGIN = (
    "insert into chassis.positions (consumer, topic, partition, last_offset, position, topic_id)"
    " select $1, t, p, -1, 0, i from unnest($2::text[], $3::int[], $4::text[]) u (t, p, i) on conflict do nothing"
)
_MOVE = (
    "update chassis.positions set last_offset = o, position = p, log_id = l, hash = h, awaits = a"
    " from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::boolean[])"
    " u (t, n, o, p, l, h, a) where consumer = $1 and topic = t and partition = n"
)


async def _lock_positions(
    connection: asyncpg.Connection, consumer: str, batch: Sequence[Raw], topics: Mapping[str, str]
) -> tuple[Reached, dict[tuple[str, int], Known]]:
    """What the consumer has reached where the batch comes from, held until commit. Raises MadeAgain."""
    places = sorted(runs_of(batch))
    where = [topic for topic, _ in places], [partition for _, partition in places]
    rows = await connection.fetch(_LOCK, consumer, *where)
    if len(rows) < len(places):
        await connection.execute(_BEGIN, consumer, *where, [topics.get(topic, "") for topic, _ in places])
        rows = await connection.fetch(_LOCK, consumer, *where)
    for topic, *_, topic_id in rows:
        if topic_id and topics.get(topic, topic_id) != topic_id:
            raise MadeAgain(topic)
    return (
        {(topic, partition): (offset, position) for topic, partition, offset, position, *_ in rows},
        {(topic, partition): Known(log.encode(), link_at(position, link), awaits, topic_id)
         for topic, partition, _, position, log, link, awaits, topic_id in rows if topic != STORE},
    )  # fmt: skip


async def heard_of(connection: asyncpg.Connection | asyncpg.Pool) -> dict[str, Logs]:
    """Whose logs each topic has held, as far as this service knows."""
    rows = await connection.fetch("select topic, log_id, after_position, heard_at from chassis.logs order by number")
    found: dict[str, Logs] = {}
    for topic, log, after, heard_at in rows:
        found[topic] = Logs((*found.get(topic, Logs()).known, Log(log.encode(), after, heard_at)))
    return found


async def hear_of(connection: asyncpg.Connection, heard: Mapping[str, Logs]) -> None:
    """Note logs heard of for the first time; raises Contended when somebody else has just heard of other ones."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('thidua-logs'))")
    before = await heard_of(connection)
    for topic, logs in heard.items():
        known = before.get(topic, Logs()).known
        if any(one.id != other.id for one, other in zip(logs.known, known, strict=False)):
            raise Contended(topic)
        await connection.executemany(
            "insert into chassis.logs (topic, log_id, after_position, heard_at) values ($1, $2, $3, $4)",
            [(topic, log.id.decode(), log.after, log.heard_at) for log in logs.known[len(known) :]],
        )


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


async def _move_positions(
    connection: asyncpg.Connection, consumer: str, moved: Reached, known: Mapping[tuple[str, int], Known]
) -> None:
    if moved:
        rows = [
            (*place, *where, at.log.decode(), kept(where[1], at.hash), at.awaits)
            for place, where in moved.items()
            for at in [known.get(place) or Known()]
        ]
        await connection.execute(_MOVE, consumer, *map(list, zip(*rows, strict=True)))
