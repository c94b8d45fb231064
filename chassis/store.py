"""The event store's Python side: group commit before the one SQL function, reads of streams and of the whole log."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from chassis.envelope import Recorded, decode, encode
from contracts.event import Event

SCHEMA: Final = files("chassis").joinpath("store.sql").read_text(encoding="utf-8")
"""SQL that creates the store; run once per database, by its owner."""

CHANNEL: Final = "events"
"""PostgreSQL channel on which each committed batch announces its last position."""

GENESIS: Final = sha256(b"thidua").digest()
"""What the hash chain of an empty store starts from."""

_APPEND = (
    "select * from store.append($1::text[], $2::int[], $3::uuid[], $4::bytea[], $5::json[], $6::timestamptz[],"
    " $7::int[], $8::int[], $9::uuid[], $10::text[], $11::json[])"
)
_LOAD = "select version, type, data from store.events where stream = $1 and version > $2 order by version"
_READ = (
    "select position, stream, version, id, type, data, metadata, recorded_at from store.events"
    " where position > $1 order by position limit $2"
)


@dataclass(frozen=True, slots=True)
class Append:
    """Events that belong at the end of one stream, if it is at version `expected`, as the effect of one command."""

    stream: str
    expected: int
    events: Sequence[Event]
    command_id: UUID
    fingerprint: bytes
    metadata: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: `position` of its last event in the store, `version` of its stream after it.

    `repeated` when the command was accepted before and this is its first answer.
    """

    position: int
    version: int
    fingerprint: bytes
    repeated: bool = False


@dataclass(slots=True)
class _Waiting:
    append: Append
    data: list[str]
    outcome: asyncio.Future[Answer | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Store:
    """One service's event store.

    Concurrent appends of this process share transactions: a single writer takes whatever has queued up while the last
    transaction was being made durable. Every method raises what asyncpg raises when the database is away.
    """

    def __init__(self, pool: asyncpg.Pool, *, batch: int = 128) -> None:
        self.pool = pool
        self._batch = batch
        self._queue: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._session: asyncpg.pool.PoolConnectionProxy | None = None  # held: a release and an acquire cost a tenth

    async def append(self, append: Append) -> Answer | None:
        """Make the events durable, all or none.

        None means a conflict: the stream is not at the expected version. For a command id that was accepted before,
        nothing is stored and its first answer comes back: compare the fingerprints.
        """
        waiting = _Waiting(append, _encoded(append))  # here, where an event that cannot be encoded fails alone
        self._queue.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await waiting.outcome

    async def append_all(self, appends: Sequence[Append]) -> list[Answer | None]:
        """Make a whole import durable in one transaction; the appends' streams and commands must differ."""
        async with self.pool.acquire() as connection:
            return await _commit(connection, [(append, _encoded(append)) for append in appends])

    async def _write(self) -> None:
        try:
            while batch := self._take():
                try:
                    if self._session is None:
                        self._session = await self.pool.acquire()
                    outcomes = await _commit(self._session, [(waiting.append, waiting.data) for waiting in batch])
                except Exception as error:  # noqa: BLE001 - whatever the driver raised belongs to the callers
                    await self._let_go()
                    for waiting in batch:
                        if not waiting.outcome.done():
                            waiting.outcome.set_exception(error)
                else:
                    for waiting, outcome in zip(batch, outcomes, strict=True):
                        if not waiting.outcome.done():
                            waiting.outcome.set_result(outcome)
        finally:
            self._writer = None

    async def _let_go(self) -> None:
        """Give the session up after an error: what state it is in, nobody knows."""
        if self._session is not None:
            session, self._session = self._session, None
            session.terminate()
            await self.pool.release(session)

    async def close(self) -> None:
        """Give the writer's session back to the pool."""
        if self._session is not None and self._writer is None:
            session, self._session = self._session, None
            await self.pool.release(session)

    def _take(self) -> list[_Waiting]:
        """Next batch, with each stream and each command at most once; what must wait keeps its place."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        seen: set[str | UUID] = set()
        for waiting in self._queue:
            append = waiting.append
            if len(batch) == self._batch or append.stream in seen or append.command_id in seen:
                later.append(waiting)
            else:
                batch.append(waiting)
            seen.update((append.stream, append.command_id))
        self._queue = later
        return batch

    async def answer(self, command_id: UUID) -> Answer | None:
        """First answer to a command, None when it was never accepted."""
        async with self.pool.acquire() as connection:
            row = await connection.fetchrow(
                "select position, version, fingerprint from store.commands where id = $1", command_id
            )
        return None if row is None else Answer(row["position"], row["version"], row["fingerprint"], repeated=True)

    async def load(self, stream: str, after: int = 0) -> list[Event]:
        """Events of one stream with a version above `after`, in order."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_LOAD, stream, after)
        return [decode(row[1], row[2]) for row in rows]

    async def read(self, after: int, limit: int) -> list[Recorded[Event]]:
        """Up to `limit` events of the whole log with a position above `after`, in order."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_READ, after, limit)
        return [Recorded(p, s, v, i, decode(t, d), m, at) for p, s, v, i, t, d, m, at in rows]

    async def replay(self, after: int = 0, page: int = 256) -> AsyncIterator[list[Recorded[Event]]]:
        """The whole log in pages; the next page is fetched while the caller works on the last one."""
        ahead = asyncio.create_task(self._page(after, page))
        try:
            while rows := await ahead:
                ahead = asyncio.create_task(self._page(rows[-1][0], page))
                await asyncio.sleep(0)  # lets the request leave before decoding starts
                yield [Recorded(p, s, v, i, decode(t, d), m, at) for p, s, v, i, t, d, m, at in rows]
        finally:
            ahead.cancel()

    async def _page(self, after: int, page: int) -> list[asyncpg.Record]:
        async with self.pool.acquire() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(_READ, after, page)
            return rows

    async def head(self) -> int:
        """Position of the last event; 0 in an empty store."""
        async with self.pool.acquire() as connection:
            return int(await connection.fetchval("select position from store.head"))


def _encoded(append: Append) -> list[str]:
    return [encode(event) for event in append.events]


async def _commit(connection: asyncpg.Connection, batch: Sequence[tuple[Append, list[str]]]) -> list[Answer | None]:
    """Run one batch, each append with its events' JSON, through the SQL function."""
    appends = [append for append, _ in batch]
    counts = [len(append.events) for append in appends]
    rows = await connection.fetch(
        _APPEND,
        [append.stream for append in appends],
        [append.expected for append in appends],
        [append.command_id for append in appends],
        [append.fingerprint for append in appends],
        [append.metadata for append in appends],
        [append.recorded_at for append in appends],
        counts,
        [number for number, count in enumerate(counts, start=1) for _ in range(count)],
        [uuid4() for count in counts for _ in range(count)],
        [event.type_name() for append in appends for event in append.events],
        [text for _, data in batch for text in data],
    )
    return [None if row[0] == "conflict" else Answer(row[1], row[2], row[3], row[0] == "repeated") for row in rows]
