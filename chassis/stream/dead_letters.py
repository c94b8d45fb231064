"""Sequenced dead letters: a record that cannot be applied is parked, later ones of its stream queue behind it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from chassis.facts.envelope import TYPE_NAME
from chassis.store.interventions import By, note
from chassis.stream.received import Received
from chassis.stream.topics import RESTRICTED
from contracts import CATALOGUE


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


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that somebody dropped, by hand, and why; `id` is the one under which it was parked."""

    id: int
    consumer: str
    topic: str
    partition: int
    at_offset: int
    stream: str
    event_type: str
    error: str
    decided_by: str
    reason: str
    discarded_at: datetime


_KEPT = "consumer, topic, partition, at_offset, stream, event_id, event_type, record, error, attempts, parked_at"
_DISCARD = (
    f"with gone as (delete from chassis.parked where id = $1 returning id, {_KEPT})"  # noqa: S608 - our own text
    f" insert into chassis.discarded (id, {_KEPT}, decided_by, reason) select id, {_KEPT}, $2, $3 from gone"
    " on conflict (consumer, topic, partition, at_offset) do update set id = excluded.id, decided_by = $2, reason = $3"
)
_RESTORE = (
    f"with back as (delete from chassis.discarded where id = $1 returning id, {_KEPT})"  # noqa: S608
    f" insert into chassis.parked (id, {_KEPT}) overriding system value select id, {_KEPT} from back returning id"
)


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


class Guarded(Exception):
    """The record is none to be dropped in passing: its text says what hangs on it."""


def guards(parked: Parked, rights: Collection[str]) -> str:
    """What hangs on a parked record, so that it is dropped on purpose only; nothing where nothing does.

    `rights`: places of the read models that say who may do what.
    """
    kind = CATALOGUE.get(parked.event_type)
    if parked.topic in RESTRICTED:
        return "it may be the erasure of a person's details"
    if kind is not None and kind.takes_away:
        return f"{kind.__name__} takes away a right or a person's data"
    if parked.consumer in rights and (kind is not None or TYPE_NAME.fullmatch(parked.event_type)):
        return f"{parked.event_type} says who may do what, or may say so to a newer version"
    return ""


async def discard(
    pool: asyncpg.Pool, record: int, by: By, *, rights: Collection[str] = (), guarded: bool = False
) -> bool:
    """Drop one parked record, so that those behind it can be replayed; False when it is not there.

    Its bytes are kept, and who dropped it why: `restore` undoes it. `rights` as for `guards`; raises Guarded for what
    that names, unless it is dropped as such (`guarded`).
    """
    async with pool.acquire() as connection, connection.transaction():
        parked = await _one(connection, record)
        if parked is None:
            return False
        if (why := guards(parked, rights)) and not guarded:
            raise Guarded(why)
        await connection.execute(_DISCARD, record, by.who, by.why)
        await note(connection, "discard", _about(parked), by, why)
        return True


async def restore(pool: asyncpg.Pool, record: int, by: By) -> Parked | None:
    """Bring a dropped record back to where it waited, before those that waited behind it; None when it is not there.

    Until it is replayed or dropped again, what comes in its stream waits. Where something that stood behind it was
    applied meanwhile, only a read model that is built anew has all in its order.
    """
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_RESTORE, record) is None:
            return None
        parked = await _one(connection, record)
        if parked is not None:
            await note(connection, "restore", _about(parked), by)
        return parked


async def discards(pool: asyncpg.Pool, consumer: str | None = None) -> list[Dropped]:
    """What was dropped and not brought back, in the order of dropping."""
    rows = await pool.fetch(
        "select coalesce(id, 0) as id, consumer, topic, partition, at_offset, stream, event_type, error, decided_by,"
        " reason, discarded_at from chassis.discarded where $1::text is null or consumer = $1 order by discarded_at",
        consumer,
    )
    return [Dropped(**dict(row)) for row in rows]


async def _one(connection: asyncpg.Connection, record: int) -> Parked | None:
    row = await connection.fetchrow(
        "select id, consumer, topic, partition, at_offset, stream, event_id, event_type, error, attempts, parked_at"
        " from chassis.parked where id = $1 for update",
        record,
    )
    return None if row is None else Parked(**dict(row))


def _about(parked: Parked) -> str:
    return f"{parked.consumer} {parked.stream} {parked.event_type} {parked.topic}/{parked.partition}/{parked.at_offset}"


@dataclass(frozen=True, slots=True)
class Discarded:
    """What a consumer has dropped: by topic, partition and offset; what is from a topic made again, by its id."""

    places: frozenset[tuple[str, int, int]] = frozenset()
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places or self.ids)

    def holds(self, record: Received) -> bool:
        """Tell whether a record is one of them."""
        return (record.topic, record.partition, record.offset) in self.places or record.event_id in self.ids


async def discarded(connection: asyncpg.Connection | asyncpg.Pool, consumer: str) -> Discarded:
    """The records of a consumer that were dropped and not brought back."""
    rows = await connection.fetch(
        "select topic, partition, at_offset, event_id from chassis.discarded where consumer = $1", consumer
    )
    return Discarded(
        frozenset((topic, partition, offset) for topic, partition, offset, _ in rows if offset >= 0),
        frozenset(event for *_, offset, event in rows if offset < 0),
    )
