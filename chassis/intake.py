"""One transaction per batch: skip what is known, hold back what must wait, apply the rest, move the position, park.

Own events from the store and others' from Kafka go through here, into read models and into reactions alike.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from chassis.database import is_outage
from chassis.dead_letters import park, parked_streams
from chassis.envelope import Recorded
from chassis.projection import Fold, Projection
from contracts.event import Event

STORE = "store"
"""Topic name under which a service's own store stands in the positions."""

BEHIND = "waits behind a parked record of its stream"

_CONCURRENT_STREAMS = 64


@dataclass(frozen=True, slots=True)
class Received:
    """A record as it came in: its place, what it claims to be, and either the event in it or why there is none.

    `raw` is kept when the record has to be parked; None for records too large or too personal to keep a copy of.
    """

    topic: str
    partition: int
    offset: int
    stream: str
    event_id: str
    event_type: str
    raw: bytes | None
    recorded: Recorded[Event] | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Commands to the own deciders in answer to events. Never replayed; `react` must be idempotent by command id."""

    name: str
    react: Callable[[Recorded[Event]], Awaitable[None]]


Effect = Projection | Reaction


class Failed(Exception):
    """A record could not be applied; the reason stands in `str`."""


async def apply(pool: asyncpg.Pool, effect: Effect, batch: Sequence[Received]) -> int:
    """Apply a batch in order and make effect and position durable together; gives how many records were parked.

    When it returns, each record is applied, known already, or parked. Raises one of TRANSIENT while the database is
    away: nothing was changed then, the same batch must come again.
    """
    async with pool.acquire() as connection, connection.transaction():
        known = await _lock_positions(connection, effect.name, batch)
        reached = dict(known)
        fresh = [record for record in batch if is_new(record, reached)]
        blocked = await parked_streams(connection, effect.name, {record.stream for record in fresh})
        ready: list[Received] = []
        failures: list[tuple[Received, str]] = []
        for record in fresh:
            if record.stream in blocked:
                failures.append((record, BEHIND))
            elif record.recorded is None:
                failures.append((record, record.error))
                blocked.add(record.stream)
            else:
                ready.append(record)
        failures += await take_effect(connection, effect, ready)
        failures.sort(key=lambda failure: (failure[0].topic, failure[0].partition, failure[0].offset))
        await park(connection, effect.name, failures)
        await _move_positions(connection, effect.name, {at: now for at, now in reached.items() if now != known[at]})
    return len(failures)


async def take_effect(
    connection: asyncpg.Connection, effect: Effect, records: Sequence[Received]
) -> list[tuple[Received, str]]:
    """Apply decoded records; gives those that failed, each followed by the later ones of its stream."""
    match effect:
        case Projection():
            failures = await project(connection, effect, [_event(record) for record in records])
            return [(records[number], error) for number, error in failures]
        case Reaction():
            return await _react(effect, records)


Failures = list[tuple[int, str]]
"""Index of each event that failed or waits behind one, and why."""


def fold_in(fold: Fold, projection: Projection, events: Sequence[Recorded[Event]], stuck: set[str]) -> Failures:
    """Merge what events change; streams of those that fail join the `stuck` ones, whose events are left out."""
    failures: Failures = []
    apply_changes, changes_of = fold.apply, projection.project
    for number, event in enumerate(events):
        if stuck and event.stream in stuck:
            failures.append((number, BEHIND))
            continue
        try:
            apply_changes(list(changes_of(event)))
        except Exception as error:  # noqa: BLE001 - whatever a projection raises concerns this stream only
            failures.append((number, _reason(error)))
            stuck.add(event.stream)
    return failures


async def project(
    connection: asyncpg.Connection,
    projection: Projection,
    events: Sequence[Recorded[Event]],
    schema: str = "views",
    stuck: set[str] | None = None,
) -> Failures:
    """Fold events into a projection's tables, in one write; event by event if the database refuses a value."""
    stuck = set() if stuck is None else stuck
    fold, before = Fold(schema), set(stuck)
    failures = fold_in(fold, projection, events, stuck)
    try:
        async with connection.transaction():
            await fold.write(connection)
    except Exception as error:
        if is_outage(error):
            raise
        stuck.intersection_update(before)
        if len(events) == 1:
            stuck.add(events[0].stream)
            return [(0, _reason(error))]
        failures = []
        for number, event in enumerate(events):
            one = await project(connection, projection, [event], schema, stuck)
            failures += [(number, reason) for _, reason in one]
    return failures


async def _react(reaction: Reaction, records: Sequence[Received]) -> list[tuple[Received, str]]:
    """Streams side by side, the records of one stream one after the other."""
    streams: dict[str, list[Received]] = {}
    for record in records:
        streams.setdefault(record.stream, []).append(record)
    gate = asyncio.Semaphore(_CONCURRENT_STREAMS)

    async def follow(stream: Sequence[Received]) -> list[tuple[Received, str]]:
        async with gate:
            for number, record in enumerate(stream):
                try:
                    await reaction.react(_event(record))
                except Exception as error:
                    if is_outage(error):
                        raise
                    behind = [(later, BEHIND) for later in stream[number + 1 :]]
                    return [(record, _reason(error)), *behind]
            return []

    outcomes = await asyncio.gather(*(follow(stream) for stream in streams.values()), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [failure for outcome in outcomes if not isinstance(outcome, BaseException) for failure in outcome]


def _event(record: Received) -> Recorded[Event]:
    if record.recorded is None:
        raise Failed(record.error)
    return record.recorded


def _reason(error: Exception) -> str:
    """Type and text of an error, short enough to keep; a database error's text may quote data, so it is left out."""
    if isinstance(error, Failed):
        return str(error)
    quotes_data = isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError)
    text = "" if quotes_data else f": {error}"
    return f"{type(error).__name__}{text}"[:500]


Reached = dict[tuple[str, int], tuple[int, int]]
"""Last offset and position by topic and partition."""


def is_new(record: Received, reached: Reached) -> bool:
    """Tell whether a record was not seen before, and note it as seen: a batch itself may hold it twice."""
    place = (record.topic, record.partition)
    last_offset, position = reached.get(place, (-1, 0))
    at = position if record.recorded is None else record.recorded.position
    reached[place] = (max(last_offset, record.offset), max(position, at))
    return record.offset > last_offset and (record.recorded is None or at > position)


async def _lock_positions(connection: asyncpg.Connection, consumer: str, batch: Sequence[Received]) -> Reached:
    places = sorted({(record.topic, record.partition) for record in batch})
    topics, partitions = [topic for topic, _ in places], [partition for _, partition in places]
    await connection.execute(
        "insert into chassis.positions select $1, t, p, -1, 0 from unnest($2::text[], $3::int[]) u (t, p)"
        " on conflict do nothing",
        consumer,
        topics,
        partitions,
    )
    rows = await connection.fetch(
        "select topic, partition, last_offset, position from chassis.positions where consumer = $1"
        " and (topic, partition) in (select * from unnest($2::text[], $3::int[])) order by topic, partition for update",
        consumer,
        topics,
        partitions,
    )
    return {(topic, partition): (offset, position) for topic, partition, offset, position in rows}


async def _move_positions(connection: asyncpg.Connection, consumer: str, moved: Reached) -> None:
    await connection.executemany(
        "update chassis.positions set last_offset = $4, position = $5"
        " where consumer = $1 and topic = $2 and partition = $3",
        [(consumer, *place, *where) for place, where in moved.items()],
    )
