"""Sequenced dead letters: a record that cannot be applied is parked, later ones of its stream queue behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from chassis.stream.received import Received


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked record as an operator sees it: where it came from and why it waits; never its content."""

    id: int
    consumer: str
    topic: str
    partition: int
    at_offset: int
    stream: str
    event_id: str
    event_type: str
    error: str
    attempts: int
    parked_at: datetime


async def parked_streams(connection: asyncpg.Connection, consumer: str, streams: Iterable[str]) -> set[str]:
    """Those of `streams` in which a record of this consumer is parked."""
    rows = await connection.fetch(
        "select distinct stream from chassis.parked where consumer = $1 and stream = any($2::text[])",
        consumer,
        list(streams),
    )
    return {row[0] for row in rows}


async def park(connection: asyncpg.Connection, consumer: str, failures: Sequence[tuple[Received, str]]) -> None:
    """Put records aside in their order; one that is parked already stays where it is."""
    if not failures:
        return
    await connection.executemany(
        "insert into chassis.parked"
        " (consumer, topic, partition, at_offset, stream, event_id, event_type, record, error)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        [
            (consumer, r.topic, r.partition, r.offset, r.stream, r.event_id, r.event_type, r.frozen(), error)
            for r, error in failures
        ],
    )


async def listed(pool: asyncpg.Pool, consumer: str | None = None) -> list[Parked]:
    """Parked records, oldest first."""
    rows = await pool.fetch(
        "select id, consumer, topic, partition, at_offset, stream, event_id, event_type, error, attempts, parked_at"
        " from chassis.parked where $1::text is null or consumer = $1 order by id",
        consumer,
    )
    return [Parked(**dict(row)) for row in rows]


async def discard(pool: asyncpg.Pool, record: int) -> bool:
    """Drop one parked record for good, so that those behind it can be replayed; False when it is not there."""
    return bool(
        await pool.fetchval(
            "with gone as (delete from chassis.parked where id = $1 returning *) insert into chassis.discarded"
            " select consumer, topic, partition, at_offset, stream, event_id, event_type, error from gone"
            " on conflict do nothing returning true",
            record,
        )
    )


@dataclass(frozen=True, slots=True)
class Discarded:
    """What a consumer dropped for good: by topic, partition and offset; what is from a topic made again, by its id."""

    places: frozenset[tuple[str, int, int]] = frozenset()
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places or self.ids)

    def holds(self, record: Received) -> bool:
        """Tell whether a record is one of them."""
        return (record.topic, record.partition, record.offset) in self.places or record.event_id in self.ids


async def discarded(connection: asyncpg.Connection | asyncpg.Pool, consumer: str) -> Discarded:
    """The records of a consumer that were dropped for good."""
    rows = await connection.fetch(
        "select topic, partition, at_offset, event_id from chassis.discarded where consumer = $1", consumer
    )
    return Discarded(
        frozenset((topic, partition, offset) for topic, partition, offset, _ in rows if offset >= 0),
        frozenset(event for *_, offset, event in rows if offset < 0),
    )
