"""What a service's topics hold, held against the store that it comes from: every position, byte for byte.

A read model that is equal to its topic is right only as far as the topic is; this tells how far that is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import asyncpg
import orjson
from aiokafka import ConsumerRecord, TopicPartition

from chassis.facts.envelope import EXTENSIONS
from chassis.store.restore import Log, known_logs
from chassis.stream.outgoing import Source
from chassis.stream.reader import Found, whole
from chassis.stream.received import NoRecord
from chassis.stream.security import Brokers
from chassis.stream.topics import events_topic, public_topic
from contracts import CATALOGUE
from contracts.event import Audience

Kind = Literal["missing", "changed", "unknown", "foreign", "late", "internal", "unreadable"]
"""How a topic differs from its store.

A position of the store is `missing`; a record has other content, or another hash, than its position (`changed`), a
position that the store has not given (`unknown`), or the name of another log (`foreign`); a position first comes behind
a higher one of its partition, so that consumers take it for a repetition (`late`); a fact that is not public is in the
public topic (`internal`); a record says no position (`unreadable`).
"""

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"

SHOWN: Final = 5
"""Positions that are named of each kind; of the others the number is told."""

_STORED: Final = (
    "select position, stream, version, id, type, data, metadata, recorded_at, hash from store.events"
    " where position = any($1::bigint[])"
)
_SENT: Final = (
    "select position from store.events where position > $1 and position <= $2"
    " and ($3::text[] is null or type = any($3)) order by position limit $4"
)
_PAGE: Final = 50_000
_HEADERS: Final = tuple(EXTENSIONS.values())


@dataclass(frozen=True, slots=True)
class Claim:
    """A record with its headers, the position and the log that it claims."""

    record: Record
    headers: Mapping[str, bytes]
    position: int
    log: UUID | None


def claims(records: Iterable[Record]) -> tuple[list[Claim], list[Record]]:
    """Records with what they claim, and those that claim nothing that could be."""
    found, unreadable = list[Claim](), list[Record]()
    for record in records:
        if type(record) is NoRecord:
            continue
        headers: dict[str, bytes] = dict(record.headers)
        try:
            position, name = int(headers["ce_sequence"]), headers.get("ce_logid")
            log = None if name is None else UUID(name.decode())
            if not 0 < position < 2**63:
                raise ValueError
        except (LookupError, ValueError, TypeError, AttributeError):
            unreadable.append(record)
        else:
            found.append(Claim(record, headers, position, log))
    return found, unreadable


async def stored(connection: asyncpg.Connection | asyncpg.Pool, claimed: Iterable[Claim]) -> dict[int, asyncpg.Record]:
    """The store's rows at these positions."""
    rows = await connection.fetch(_STORED, list({each.position for each in claimed}))
    return {row["position"]: row for row in rows}


def is_copy(claim: Claim, row: asyncpg.Record) -> bool:
    """Tell whether a record is the event in this row: key and value byte for byte, envelope, and hash if it has one."""
    record, headers = claim.record, claim.headers
    metadata: dict[str, Any] = orjson.loads(row["metadata"])
    extensions = {EXTENSIONS[name]: value.encode() for name, value in metadata.items() if name in EXTENSIONS}
    return (
        record.key == row["stream"].encode()
        and record.value == row["data"].encode()
        and headers.get("ce_id") == str(row["id"]).encode()
        and headers.get("ce_type") == row["type"].encode()
        and headers.get("ce_streamversion") == b"%d" % row["version"]
        and _time(headers) == row["recorded_at"]
        and headers.get("ce_hash", row["hash"].hex().encode()) == row["hash"].hex().encode()
        and extensions == {name: headers[name] for name in _HEADERS if name in headers}
    )


def _time(headers: Mapping[str, bytes]) -> datetime | None:
    try:
        return datetime.fromisoformat(headers["ce_time"].decode())
    except (LookupError, ValueError):
        return None


class Lineage:
    """The logs that a topic may hold, in the order in which they carry each other on."""

    def __init__(self, logs: Sequence[Log]) -> None:
        self._logs = {log.id: number for number, log in enumerate(logs)}
        self._before_names = bool(logs) and logs[0].after > 0
        self._ends = [min((later.after for later in logs[number + 1 :]), default=2**63) for number in range(len(logs))]

    def is_ours(self, log: UUID | None) -> bool:
        """Tell whether a record is of one of these logs, or of none, as a relay of the version before sends it."""
        return log is None or not self._logs or log in self._logs

    def may_be_unnamed(self, log: UUID | None) -> bool:
        """Tell whether a record that is no copy of an event may have come from here all the same."""
        return log is not None or not self._logs or self._before_names

    def holds(self, claim: Claim) -> bool:
        """Tell whether a position still counts: a log ends where the next one carries it on."""
        return self.counts(claim.log, claim.position)

    def counts(self, log: UUID | None, position: int) -> bool:
        """The same of a log and a position."""
        return log is None or not self._logs or position <= self._ends[self._logs[log]]


@dataclass(slots=True)
class Differences:
    """How a topic differs from its store: of each kind how many, and the first few positions."""

    topic: str
    upto: int = 0
    """The position up to which the relay has sent; what is above is no difference."""
    events: int = 0
    """Different positions that the topic holds."""
    counts: Counter[Kind] = field(default_factory=Counter)
    positions: dict[Kind, list[str]] = field(default_factory=dict)
    first: dict[Kind, Claim] = field(default_factory=dict)
    """Of each kind the record with the lowest position."""

    def note(self, kind: Kind, position: object, claim: Claim | None = None) -> None:
        """One more of a kind; the lowest positions are named."""
        self.counts[kind] += 1
        known = self.positions.setdefault(kind, [])
        known.append(str(position))
        known.sort(key=_place)
        del known[SHOWN:]
        if claim is not None and (kind not in self.first or claim.position < self.first[kind].position):
            self.first[kind] = claim

    def said(self, *, without: Kind | None = None) -> list[str]:
        """Each kind with its positions."""
        return [
            f"{kind}: {', '.join(self.positions[kind])}{' …' if count > SHOWN else ''} ({count})"
            for kind, count in self.counts.items()
            if kind != without
        ]


def _place(position: str) -> tuple[int, ...]:
    """Positions in their order; partition/offset likewise."""
    return tuple(map(int, position.split("/")))


class Comparison:
    """One topic of a service against its store, batch by batch; `begin` it before the topic's ends are asked for."""

    def __init__(self, pool: asyncpg.Pool, service: str, topic: str) -> None:
        self._pool, self._service = pool, service
        self._public = topic == public_topic(service)
        self._seen, self._late, self._highest = set[int](), set[int](), Counter[TopicPartition]()
        self.found = Differences(topic)

    async def begin(self) -> None:
        """Note how far the relay has come: so much must be there."""
        self._lineage = Lineage(await known_logs(self._pool))
        known = {name: event.audience.value for name, event in CATALOGUE.items()}
        known = dict(await self._pool.fetch("select type, audience from chassis.types")) | known
        self._types = [name for name, audience in known.items() if audience == Audience.PUBLIC.value]
        upto = await self._pool.fetchval("select position from chassis.relays where relay = $1", self._service)
        self.found.upto = upto or 0

    async def take(self, batches: Found) -> None:
        """Hold what was read against the store."""
        for place, records in batches.items():
            claimed, unreadable = claims(records)
            for record in unreadable:
                self.found.note("unreadable", f"{place.partition}/{record.offset}")
            rows = await stored(self._pool, claimed)
            for each in claimed:
                self._compare(place, each, rows.get(each.position))

    def _compare(self, place: TopicPartition, claim: Claim, row: asyncpg.Record | None) -> None:
        position, found = claim.position, self.found
        copy = row is not None and is_copy(claim, row)
        if not self._lineage.is_ours(claim.log) or not (copy or self._lineage.may_be_unnamed(claim.log)):
            found.note("foreign", position)
        elif not self._lineage.holds(claim):
            return  # lost with a store: the next log says so
        elif row is None:
            found.note("unknown", position, claim)
        elif not copy:
            found.note("changed", position, claim)
        elif self._public and row["type"] not in self._types:
            found.note("internal", position)
        elif position < self._highest[place]:
            self._late.add(position)  # unless it is a repetition: it came in its place, then, or will
        else:
            self._seen.add(position)
            self._highest[place] = position

    async def end(self) -> Differences:
        """What is missing, too, and with it all that was found."""
        after, found = 0, self.found
        for position in sorted(self._late - self._seen):
            found.note("late", position)
        self._seen |= self._late
        types = self._types if self._public else None
        while rows := await self._pool.fetch(_SENT, after, found.upto, types, _PAGE):
            for (after,) in rows:
                if after not in self._seen:
                    found.note("missing", after)
        found.events = len(self._seen)
        return found


async def compare_newest(pool: asyncpg.Pool, relay: str, source: Source, topic: str, bootstrap: Brokers) -> Differences:
    """How a compacted topic differs from the source that `relay` reads: by key, what was said last.

    Keys may be people: only positions are told. Raises what the drivers raise.
    """
    upto = await pool.fetchval("select position from chassis.relays where relay = $1", relay) or 0
    found, after = Differences(topic, upto), 0
    newest = await _newest(found, bootstrap)
    found.events = len(newest)
    while rows := await source(after, _PAGE):
        for row in rows:
            after, said = row.position, newest.pop(row.key, None)
            if row.position > upto:
                continue
            if said is None and row.value is not None:
                found.note("missing", row.position)
            elif said is not None and (said.position, said.record.value) != (row.position, row.value):
                found.note("changed", row.position)
    for claim in newest.values():
        if claim.record.value is not None:
            found.note("unknown", claim.position)
    return found


async def _newest(found: Differences, bootstrap: Brokers) -> dict[bytes | None, Claim]:
    newest: dict[bytes | None, Claim] = {}
    async with aclosing(whole([found.topic], bootstrap, set())) as read:
        async for batches, caught_up in read:
            for claim in _noting(found, batches):
                before = newest.get(claim.record.key)
                if before is None or before.position <= claim.position:
                    newest[claim.record.key] = claim
            if caught_up:
                break
    return newest


def _noting(found: Differences, batches: Found) -> Iterator[Claim]:
    """What records claim; those that claim nothing are noted."""
    for place, records in batches.items():
        claimed, unreadable = claims(records)
        yield from claimed
        for record in unreadable:
            found.note("unreadable", f"{place.partition}/{record.offset}")


def topics_of(service: str) -> tuple[str, str]:
    """The topics that a service's store fills."""
    return events_topic(service), public_topic(service)


async def compare(pool: asyncpg.Pool, service: str, topics: Sequence[str], bootstrap: Brokers) -> list[Differences]:
    """How these topics of a service differ from its store; raises what the drivers raise."""
    comparisons = {topic: Comparison(pool, service, topic) for topic in topics}
    for each in comparisons.values():
        await each.begin()
    async with aclosing(whole(topics, bootstrap, set())) as read:
        async for batches, caught_up in read:
            for place, records in batches.items():
                await comparisons[place.topic].take({place: records})
            if caught_up:
                break
    return [await each.end() for each in comparisons.values()]
