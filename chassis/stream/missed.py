"""What a topic no longer held when a reaction came for it: read from its source's store, decided one event at a time.

A read model is built anew; a reaction is not, so its consumer stands still until a person has decided about each event
that it never saw: it is run (answered as it would have been) or skipped. Then the consumer moves to where its topic
begins, and goes on by itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from chassis.facts.reads import KNOWN_TYPES, Reads
from chassis.store.interventions import By
from chassis.stream.cloudevents import EventSource
from chassis.stream.dead_letters import parked_streams
from chassis.stream.gate import kept
from chassis.stream.intake import Reaction, attempt
from chassis.stream.reader import STALL_SECONDS, Reader
from chassis.stream.received import receive
from chassis.stream.security import Brokers, for_aiokafka
from chassis.stream.topics import ANSWER_MS, events_topic
from contracts import SERVICES

Decision = Literal["run", "skip"]

SOURCES: Mapping[str, str] = {events_topic(service): service for service in SERVICES}
"""The service whose store holds what a topic held."""

_HOLD = (
    "select partition, last_offset, position from chassis.positions where consumer = $1 and topic = $2"
    " order by partition for update"
)
_DECIDED = "select event_id from chassis.missed where consumer = $1 and topic = $2"
_KNOWN = "select decision, decided_by as by, reason, outcome from chassis.missed where consumer = $1 and event_id = $2"
_EVENTS = (
    "select position, stream, id, type, recorded_at from store.events where position > $1 and position < $2"
    " and (type = any($3::text[]) or type <> all($4::text[])) order by position"
)
_LAST = "select position, stream from store.events where position > $1 and position < $2 order by position desc"
_MOVE = (
    "insert into chassis.positions as p (consumer, topic, partition, last_offset, position, log_id, hash)"
    " values ($1, $2, $3, $4, $5, $6, $7) on conflict (consumer, topic, partition) do update"
    " set last_offset = excluded.last_offset, position = excluded.position, log_id = excluded.log_id,"
    " hash = excluded.hash, awaits = false"
)
_MOVE_OFFSET = (
    "insert into chassis.positions (consumer, topic, partition, last_offset, position) values ($1, $2, $3, $4, 0)"
    " on conflict (consumer, topic, partition) do update set last_offset = excluded.last_offset"
)


@dataclass(frozen=True, slots=True)
class Source:
    """Whose events a topic holds: the service and its database; `bootstrap` is the broker."""

    service: str
    pool: asyncpg.Pool
    bootstrap: Brokers

    @property
    def topic(self) -> str:
        """The topic that it fills."""
        return events_topic(self.service)


@dataclass(frozen=True, slots=True)
class Missed:
    """An event that a reaction never saw, as an operator sees it: never its content."""

    partition: int
    position: int
    stream: str
    event_id: UUID
    event_type: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided; `again` when it had been decided before, `goes_on` when nothing is left to decide."""

    decision: str
    by: str
    reason: str
    outcome: str
    again: bool = False
    goes_on: bool = False


class NotMissed(LookupError):
    """The reaction did not miss an event of this id."""


class Undone(Exception):
    """The reaction could not answer the event; nothing was decided. Its text says why."""


class Behind(Undone):
    """Something of the event's stream comes first."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """A partition that begins, at the offset `begins`, behind what the reaction has seen, position `after`.

    Between that and `before`, exclusive, it holds nothing any more.
    """

    partition: int
    of: int
    """So many partitions has the topic."""
    after: int
    begins: int
    before: int
    missed: Sequence[Missed]


async def missed(pool: asyncpg.Pool, reaction: Reaction, source: Source) -> list[Missed]:
    """What the reaction never saw and nobody has decided about, in order.

    Where that is nothing, since it reads none of what is gone, its consumer is sent on.
    """
    async with pool.acquire() as connection, connection.transaction():
        gaps = await _gaps(connection, reaction, source)
        for gap in gaps:
            if not gap.missed:
                await _go_on(connection, reaction.place, source, gap)
        return sorted((each for gap in gaps for each in gap.missed), key=lambda each: each.position)


async def decide(  # noqa: PLR0917 - a decision, and who made it why
    pool: asyncpg.Pool, reaction: Reaction, source: Source, event_id: UUID, decision: Decision, by: str, reason: str
) -> Decided:
    """Run or skip one event and keep who decided so; an event that was decided about stays as it was decided.

    Raises NotMissed, Behind, or Undone when the reaction fails. What is run is idempotent by its commands' ids: a run
    that broke off may be done again.
    """
    By(by, reason)  # raises ValueError for nobody, or for no reason
    async with pool.acquire() as connection, connection.transaction():
        gaps = await _gaps(connection, reaction, source)  # holds the positions
        if (known := await connection.fetchrow(_KNOWN, reaction.place, event_id)) is not None:
            return Decided(**dict(known), again=True)
        found = ((gap, each) for gap in gaps for each in gap.missed if each.event_id == event_id)
        gap, event = next(found, (None, None))
        if gap is None or event is None:
            raise NotMissed(str(event_id))
        outcome = await _answer(connection, reaction, source, gap, event) if decision == "run" else "skipped"
        await connection.execute(
            "insert into chassis.missed values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            reaction.place, source.topic, gap.partition, event.position, event_id, event.event_type, decision, by,
            reason, outcome,
        )  # fmt: skip
        last = len(gap.missed) == 1
        if last:
            await _go_on(connection, reaction.place, source, gap)
        return Decided(decision, by, reason, outcome, goes_on=last)


async def _answer(connection: asyncpg.Connection, reaction: Reaction, source: Source, gap: _Gap, event: Missed) -> str:
    earlier = [each for each in gap.missed if each.stream == event.stream and each.position < event.position]
    if earlier:
        raise Behind(f"event {earlier[0].event_id} of the same stream comes first")
    if await parked_streams(connection, reaction.place, [event.stream]):
        raise Behind("a record of the same stream is parked and comes first")
    [outgoing] = await EventSource(source.service, source.pool)(event.position - 1, 1)
    raw: ConsumerRecord[bytes, bytes] = ConsumerRecord(
        source.topic, gap.partition, 0, timestamp=0, timestamp_type=0, key=outgoing.key, value=outgoing.value,
        checksum=None, serialized_key_size=0, serialized_value_size=0, headers=tuple(outgoing.headers),
    )  # fmt: skip
    if reaction.reads.passes_by(raw):
        raise Undone("needs a newer version, which knows the event's type")
    if error := await attempt(connection, reaction, receive(raw)):
        raise Undone(error)
    return "answered"


async def _gaps(connection: asyncpg.Connection, reaction: Reaction, source: Source) -> list[_Gap]:
    """Where history is gone; the reaction's positions in the topic are held from now on."""
    reached = {
        partition: (offset, position)
        for partition, offset, position in await connection.fetch(_HOLD, reaction.place, source.topic)
    }
    decided = {row[0] for row in await connection.fetch(_DECIDED, reaction.place, source.topic)}
    # Before the topic is looked at: what is not in it then is gone, up to here.
    published = await source.pool.fetchval("select position from chassis.relays where relay = $1", source.service)
    reader = Reader(
        source.topic,
        **for_aiokafka(source.bootstrap),
        group_id=None,
        auto_offset_reset="earliest",
        request_timeout_ms=ANSWER_MS,
    )
    found = []
    try:
        await reader.start()
        places = sorted(reader.assignment())
        beginnings, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
        for place in places:
            last_offset, after = reached.get(place.partition, (-1, 0))
            if beginnings[place] <= last_offset + 1:
                continue
            reader.seek(place, beginnings[place])
            before = await _first_held(reader, place, ends[place], source.pool) or (published or 0) + 1
            events = await source.pool.fetch(_EVENTS, after, before, _read(reaction.reads), KNOWN_TYPES)
            here = [
                Missed(place.partition, *row)
                for row in events
                if row["id"] not in decided and _partition(row["stream"], len(places)) == place.partition
            ]
            found.append(_Gap(place.partition, len(places), after, beginnings[place], before, here))
    finally:
        await reader.stop()
    return found


async def _first_held(reader: Reader, place: TopicPartition, end: int, store: asyncpg.Pool) -> int | None:
    """Position of the first event of this store that the partition still holds; None when it holds none."""
    async with asyncio.timeout(STALL_SECONDS):
        while await reader.position(place) < end:
            for record in (await reader.getmany(place, timeout_ms=200)).get(place, []):
                event = receive(record).recorded
                if event is not None and await store.fetchval(
                    "select true from store.events where position = $1 and id = $2", event.position, event.id
                ):  # what others sent into the topic says nothing about what is gone
                    return event.position
    return None


async def _go_on(connection: asyncpg.Connection, consumer: str, source: Source, gap: _Gap) -> None:
    """Move the consumer to where the partition begins: behind the last event of ours that is gone from it."""
    place = (consumer, source.topic, gap.partition, gap.begins - 1)
    last = await _last(source, gap)
    if last is None:
        await connection.execute(_MOVE_OFFSET, *place)
        return
    [outgoing] = await EventSource(source.service, source.pool)(last - 1, 1)
    headers = dict(outgoing.headers)
    log, link = headers.get("ce_logid", b""), kept(last, headers.get("ce_hash", b""))
    await connection.execute(_MOVE, *place, last, log.decode(), link)


async def _last(source: Source, gap: _Gap) -> int | None:
    async with source.pool.acquire() as session, session.transaction():
        async for position, stream in session.cursor(_LAST, gap.after, gap.before):
            if _partition(stream, gap.of) == gap.partition:
                return int(position)
    return None


def _read(reads: Reads) -> list[str]:
    return [name for name in KNOWN_TYPES if reads.reads_type(name)]


_partitioner = DefaultPartitioner()


def _partition(stream: str, count: int) -> int:
    """Where the relay's producer puts what has this key."""
    return int(_partitioner(stream.encode(), range(count), ()))
