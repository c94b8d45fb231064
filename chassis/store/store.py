"""The event store's Python side: group commit before the one SQL function, reads of streams and of the whole log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from os import urandom
from time import perf_counter
from typing import Final
from uuid import UUID

import asyncpg
from asyncpg.pgproto import pgproto

from chassis.facts.envelope import Recorded, decode, decode_any, encode
from chassis.telemetry.telemetry import APPEND_BATCH_SIZE, APPEND_SECONDS
from contracts.event import Event

SCHEMA, SCHEMA_2 = (
    files("chassis.store").joinpath(f"{name}.sql").read_text(encoding="utf-8") for name in ("store", "store_2")
)
"""SQL that creates the store; run once per database, by its owner."""

CHANNEL: Final = "events"
"""PostgreSQL channel on which each committed batch announces its last position."""

GENESIS: Final = sha256(b"thidua").digest()
"""What the hash chain of an empty store starts from."""

_APPEND = (
    "select * from store.append($1::text[], $2::int[], $3::uuid[], $4::bytea[], $5::json[], $6::int[], $7::uuid[],"
    " $8::text[], $9::json[], now())"
)
_IMPORT = 1000
"""Appends that an import hands to the database at once."""

_LOAD = "select version, type, data from store.events where stream = $1 and version > $2 order by version"
_SIGNED = (
    "select version, type, data, (metadata ->> 'actor')::uuid as actor from store.events"
    " where stream = $1 and version > $2 order by version"
)
_READ = (
    "select position, stream, version, id, type, data, metadata, recorded_at from store.events"
    " where position > $1 order by position limit $2"
)


def random_ids(count: int) -> list[pgproto.UUID]:
    """UUIDs of version 4, drawn at once, of the driver's own kind: a tenth of the cost of as many `uuid4`."""
    drawn = bytearray(urandom(16 * count))
    for start in range(0, len(drawn), 16):
        drawn[start + 6] = drawn[start + 6] & 0x0F | 0x40
        drawn[start + 8] = drawn[start + 8] & 0x3F | 0x80
    return [pgproto.UUID(bytes(drawn[start : start + 16])) for start in range(0, len(drawn), 16)]


@dataclass(slots=True)  # here and below not frozen: that would triple the cost of making one
class Append:
    """Events that belong at the end of one stream, if it is at version `expected`, as the effect of one command."""

    stream: str
    expected: int
    events: Sequence[Event]
    command_id: UUID
    fingerprint: bytes
    metadata: str


@dataclass(slots=True)
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

    def fail(self, error: BaseException) -> None:
        """Whatever the driver raised belongs to the caller."""
        if self.outcome.done():
            return
        if isinstance(error, Exception):
            self.outcome.set_exception(error)
        else:
            self.outcome.cancel()


class _Undone(Exception):
    """Undoes an import for a conflict (None), or for a command that was accepted before."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Session:
    """A session with its statement, held from one batch to the next: taking them anew costs a tenth of an append."""

    session: asyncpg.pool.PoolConnectionProxy
    append: asyncpg.prepared_stmt.PreparedStatement

    @property
    def alive(self) -> bool:
        """Whether it is open, as far as is known."""
        try:
            return not self.session.is_closed()
        except asyncpg.InterfaceError:  # the pool took it back when it died
            return False


class Store:
    """One service's event store; `ids` draws so many ids for new events.

    Concurrent appends of this process share transactions: a single writer takes whatever has queued up while the last
    transaction was being made durable. Every method raises what asyncpg raises when the database is away.

    When an event was recorded, the store says by its own clock. What has no actor, and types that its service did not
    declare, it refuses (asyncpg.InsufficientPrivilegeError).
    """

    def __init__(
        self, pool: asyncpg.Pool, *, batch: int = 128, ids: Callable[[int], Sequence[UUID]] = random_ids
    ) -> None:
        self.pool, self._ids = pool, ids
        self._batch = batch
        self._queue: list[_Waiting] = []
        self._alone: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._held: _Session | None = None

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

    async def append_all(
        self, appends: Sequence[Append], told: Callable[[int], object] = lambda _: None
    ) -> list[Answer] | None:
        """Make a whole import durable in one transaction, or nothing of it: None means that there was a conflict.

        Nothing is stored either when one of its commands was accepted before: that one's first answer comes back alone.
        The appends' streams and commands must differ. How many are done is `told` on the way.
        """
        answers: list[Answer] = []
        data = [_encoded(append) for append in appends]  # before the transaction, which keeps everybody waiting
        try:
            async with self.pool.acquire() as connection, connection.transaction():
                statement = await connection.prepare(_APPEND)
                for start in range(0, len(appends), _IMPORT):
                    part = zip(appends[start : start + _IMPORT], data[start : start + _IMPORT], strict=True)
                    for answer in await self._run(statement, list(part)):
                        if answer is None or answer.repeated:
                            raise _Undone(answer)
                        answers.append(answer)
                    told(len(answers))
        except _Undone as undone:
            return None if undone.answer is None else [undone.answer]
        return answers

    async def append_within(self, connection: asyncpg.Connection, append: Append) -> Answer | None:
        """Append in a transaction that the caller has open, and commits: for what changes more than the store.

        As `append`, but whoever has the transaction open keeps all other appends waiting.
        """
        statement = await connection.prepare(_APPEND)
        return (await self._run(statement, [(append, _encoded(append))]))[0]

    async def _write(self) -> None:
        try:
            while batch := self._take():
                began = perf_counter()
                try:
                    outcomes = await self._commit(batch)
                except asyncpg.InsufficientPrivilegeError as error:
                    if len(batch) == 1:
                        batch[0].fail(error)
                    else:
                        self._alone = [*batch, *self._alone]
                except BaseException as error:
                    for waiting in batch:
                        waiting.fail(error)
                    await self._let_go()
                    if not isinstance(error, Exception):
                        raise
                else:
                    APPEND_SECONDS.observe(perf_counter() - began)
                    APPEND_BATCH_SIZE.observe(len(batch))
                    for waiting, outcome in zip(batch, outcomes, strict=True):
                        if not waiting.outcome.done():
                            waiting.outcome.set_result(outcome)
        finally:
            self._writer = None

    async def _commit(self, batch: list[_Waiting]) -> list[Answer | None]:
        if self._held is None or not self._held.alive:
            await self._let_go()
            session = await self.pool.acquire()
            try:
                self._held = _Session(session, await session.prepare(_APPEND))
            except BaseException:
                await self.pool.release(session)
                raise
        return await self._run(self._held.append, [(each.append, each.data) for each in batch])

    async def _run(
        self, statement: asyncpg.prepared_stmt.PreparedStatement, batch: Sequence[tuple[Append, list[str]]]
    ) -> list[Answer | None]:
        """Run one batch, each append with its events' JSON, through the SQL function."""
        appends = [append for append, _ in batch]
        counts = [len(append.events) for append in appends]
        rows = await statement.fetch(
            [append.stream for append in appends],
            [append.expected for append in appends],
            [append.command_id for append in appends],
            [append.fingerprint for append in appends],
            [append.metadata for append in appends],
            counts,
            self._ids(sum(counts)),
            [event.type_name() for append in appends for event in append.events],
            [text for _, data in batch for text in data],
        )
        return [None if row[0] == "conflict" else Answer(row[1], row[2], row[3], row[0] == "repeated") for row in rows]

    async def _let_go(self) -> None:
        """Give the session up: what state it is in, nobody knows."""
        if self._held is not None:
            held, self._held = self._held, None
            with suppress(asyncpg.InterfaceError):  # the pool has noticed before us that it is dead
                held.session.terminate()
            await self.pool.release(held.session)

    async def close(self) -> None:
        """Give the writer's session back to the pool."""
        if self._held is not None and self._writer is None:
            held, self._held = self._held, None
            await self.pool.release(held.session)

    def _take(self) -> list[_Waiting]:
        """Next batch, with each stream and each command at most once; what must wait keeps its place.

        Of a batch that the store refused each comes alone: what was wrong with one concerns no other.
        """
        if self._alone:
            return [self._alone.pop(0)]
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        seen: set[str | int] = set()
        for waiting in self._queue:
            stream, command = waiting.append.stream, waiting.append.command_id.int
            if stream in seen or command in seen or len(batch) == self._batch:
                later.append(waiting)
            else:
                batch.append(waiting)
            seen.add(stream)
            seen.add(command)
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
        """Events of one stream with a version above `after`, in order; raises UnknownEventType."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_LOAD, stream, after)
        return [decode(row[1], row[2]) for row in rows]

    async def signed(self, stream: str, after: int = 0) -> tuple[list[Event], list[UUID | None]]:
        """As `load`, and beside each event the person who caused it, None for the platform itself."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_SIGNED, stream, after)
        return [decode(row[1], row[2]) for row in rows], [row[3] for row in rows]

    async def read(self, after: int, limit: int) -> list[Recorded[Event]]:
        """Up to `limit` events of the whole log above a position, in order; of unknown types as UnknownFact."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_READ, after, limit)
        return [Recorded(p, s, v, i, decode_any(t, d), m, at) for p, s, v, i, t, d, m, at in rows]

    async def replay(self, after: int = 0, page: int = 256) -> AsyncIterator[list[Recorded[Event]]]:
        """The whole log in pages, as `read`; the next page is fetched while the caller works on the last one."""
        ahead = asyncio.create_task(self._page(after, page))
        try:
            while rows := await ahead:
                ahead = asyncio.create_task(self._page(rows[-1][0], page))
                await asyncio.sleep(0)  # lets the request leave before decoding starts
                yield [Recorded(p, s, v, i, decode_any(t, d), m, at) for p, s, v, i, t, d, m, at in rows]
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
