"""A read model built anew beside the live one, from the first event on, and switched to in one transaction."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

import asyncpg
import structlog

from chassis.facts.projection import PASSING, Fold, Projection, create_tables
from chassis.store.database import is_refusal
from chassis.store.store import Store
from chassis.stream.dead_letters import discarded, park
from chassis.stream.gate import Astray, Gate, Known, kept
from chassis.stream.identity import Identities
from chassis.stream.intake import fold_in, hear_of, heard_of, project_one_by_one
from chassis.stream.logs import Logs
from chassis.stream.reader import whole
from chassis.stream.received import STORE, Raw, offset_of, place_of
from chassis.stream.security import Brokers
from chassis.stream.topics import COMPACTED
from chassis.views.projector import as_holder, live

log = structlog.get_logger()

_PAGE = 5000
_PATIENCE = 30.0
_STRETCH = 20_000
"""Events between two writes: rows that many of them touch are written once."""

Batches = AsyncGenerator[tuple[Sequence[Raw], bool]]
"""Batches of records, and whether each was the last one at the time."""

Progress = Callable[[int], None]

Then = Callable[[asyncpg.Connection], Awaitable[None]]

Needed = Callable[[], Awaitable[bool]]


async def _always() -> bool:
    return True


class _Stands(NamedTuple):
    """Where the live model stands at a place."""

    offset: int
    position: int
    topic_id: str
    log_id: str


Live = dict[tuple[str, int], _Stands]


class _Changed(Exception):
    """A person dropped a record for good, or a topic was made again, while the build was under way."""


class Rebuild:
    """One rebuild of one projection; `topics` empty means the service's own events."""

    def __init__(self, store: Store, projection: Projection, topics: Sequence[str], bootstrap: Brokers) -> None:
        self._store, self._pool = store, store.pool
        self._projection, self._topics, self._bootstrap = projection, tuple(topics), bootstrap
        self._identities, self._ids = Identities(bootstrap), dict[str, str]()
        self._schema = f"build_{projection.place}"
        self._careful = False
        self._places: set[tuple[str, int]] = set()

    async def run(self, progress: Progress = lambda _: None, *, needed: Needed = _always) -> int:
        """Build, catch up and switch; gives how many events were folded. The live model serves until the switch.

        Whoever builds the same place at the same time is waited for; then it is asked whether this is still `needed`.
        Raises what the drivers raise; the live model is untouched then, and the next run begins anew.
        """
        async with self._turn():
            if not await needed():
                return 0
            await self._build(progress, self._switch)
        return self.events

    async def differing(self, progress: Progress = lambda _: None) -> list[str]:
        """Build, catch up and compare, byte for byte; gives the live model's tables that differ from the built ones.

        Raises TimeoutError when the live model does not move on to where the built one is.
        """
        self._different: list[str] = []
        async with self._turn():
            await self._build(progress, self._compare)
        return self._different

    @property
    def left_out(self) -> int:
        """How many records stayed out of what was built last, since somebody had dropped them."""
        return self._gate.left_out

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One build of a place at a time: two would write into one schema."""
        name = f"thidua-{self._schema}"
        async with self._pool.acquire() as session:
            await session.execute("select pg_advisory_lock(hashtext($1))", name, timeout=float("inf"))
            try:
                yield
            finally:
                self._identities.close()
                await session.execute("select pg_advisory_unlock(hashtext($1))", name)

    async def _build(self, progress: Progress, then: Then) -> None:
        while True:
            try:
                return await self._build_once(progress, then)
            except _Changed:
                log.info("rebuild_begins_anew", projection=self._projection.place)
            except Astray as astray:  # what comes later in the topic says that some of it did not happen
                log.info("rebuild_begins_anew", projection=self._projection.place)
                async with self._pool.acquire() as connection, connection.transaction():
                    await hear_of(connection, astray.logs)
            except Exception as error:
                if self._careful or not is_refusal(error):
                    raise
                self._careful = True  # the database refused a value: once more, in steps that tell whose it is

    async def _build_once(self, progress: Progress, then: Then) -> None:
        self._fold, self._unwritten, self.events = Fold(self._schema), 0, 0
        self._gate = Gate(
            logs=await heard_of(self._pool), discarded=await discarded(self._pool, self._projection.place)
        )
        self._ids = await self._topics_now()
        await self._create()
        self._began = await self._pool.fetchval("select now()")
        topics, places = self._topics, self._places
        source: Batches = _from_kafka(topics, self._bootstrap, places) if topics else _from_store(self._store, places)
        async with aclosing(source):
            async for batch, caught_up in source:
                await self._take(batch)
                progress(self.events)
                if caught_up:
                    if then == self._compare:
                        await self._live_follows()
                    await self._hold(source, then)
                    break

    async def _create(self) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await as_holder(connection)
            await connection.execute(f'drop schema if exists "{self._schema}" cascade')
            await connection.execute(f'create schema "{self._schema}"')
            for statement in create_tables(self._projection, self._schema):
                await connection.execute(statement)

    async def _take(self, batch: Sequence[Raw]) -> None:
        """Fold a batch in memory; what was folded is written stretch by stretch."""
        if self._careful:
            async with self._pool.acquire() as connection, connection.transaction():
                self.events += await project_one_by_one(connection, self._projection, batch, self._gate, self._schema)
            return
        self.events += fold_in(self._fold, self._projection, batch, self._gate)
        self._unwritten += len(batch)
        if self._unwritten >= _STRETCH:
            await self._write()

    async def _write(self) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await self._fold.write(connection)
            await connection.execute(
                "insert into chassis.builds (place, events) values ($1, $2) on conflict (place) do update set"
                " events = excluded.events, changed_at = now()",
                self._projection.place,
                self.events,
            )
        self._fold, self._unwritten = Fold(self._schema), 0

    async def _hold(self, source: Batches, then: Then) -> None:
        """Hold the live model still, come exactly to where it is, and do what comes then, in one transaction."""
        async with self._pool.acquire() as connection, connection.transaction():
            live = await self._hold_live(connection)
            if await discarded(connection, self._projection.place) != self._gate.discarded:
                raise _Changed
            while self._behind(live):
                batch, _ = await anext(source)
                await self._take([record for record in batch if self._is_known(record, live)])
                self._pass_over(live, batch)
            if await self._topics_now() != self._ids:
                raise _Changed
            await self._write()
            await then(connection)
            await connection.execute("delete from chassis.builds where place = $1", self._projection.place)
            await connection.execute(f'drop schema if exists "{self._schema}" cascade')

    async def _topics_now(self) -> dict[str, str]:
        """Which topics of these names there are."""
        if not self._topics:
            return {}
        return {name: found.id for name, found in (await self._identities.of(self._topics, fresh=0)).items()}

    async def _hold_live(self, connection: asyncpg.Connection) -> Live:
        """Hold the live model's positions, those too of places where it has seen nothing yet: it may just begin."""
        await connection.executemany(
            "insert into chassis.positions (consumer, topic, partition, last_offset, position, topic_id)"
            " values ($1, $2, $3, -1, 0, $4) on conflict do nothing",
            [(self._projection.place, *place, self._ids.get(place[0], "")) for place in sorted(self._places)],
        )
        return await self._live(connection, "for update")

    async def _live(self, connection: asyncpg.Connection | asyncpg.Pool, lock: str = "") -> Live:
        rows = await connection.fetch(
            "select topic, partition, last_offset, position, topic_id, log_id from chassis.positions"  # noqa: S608
            f" where consumer = $1 order by topic, partition {lock}",
            self._projection.place,
        )
        return {(topic, partition): _Stands(*rest) for topic, partition, *rest in rows}

    def _behind(self, live: Live) -> bool:
        """Tell whether the live model knows something that the built one does not.

        Where it still stands in a topic that was made again since, its position tells; what was lost does not count.
        """
        for place, stands in live.items():
            offset, position = self._gate.reached.get(place, (-1, 0))
            if self._is_here(place, stands):
                if offset < stands.offset:
                    return True
            elif place[0] not in COMPACTED:
                until = self._gate.logs.get(place[0], Logs()).until(stands.log_id.encode())
                if position < min(stands.position, until):
                    return True
        return False

    def _is_known(self, record: Raw, live: Live) -> bool:
        stands = live.get(place_of(record))
        if stands is None:
            return False
        return offset_of(record) <= stands.offset if self._is_here(place_of(record), stands) else True

    def _is_here(self, place: tuple[str, int], stands: "_Stands") -> bool:
        return stands.topic_id in {"", self._ids.get(place[0], "")}

    def _pass_over(self, live: Live, batch: Sequence[Raw]) -> None:
        """Where records beyond the live model's came, those up to it have come, or are in the topic no more."""
        reached = self._gate.reached
        for place in {place_of(record) for record in batch if not self._is_known(record, live)}:
            offset, position = reached.get(place, (-1, 0))
            reached[place] = (max(offset, live[place].offset if place in live else -1), position)

    async def _live_follows(self) -> None:
        """Wait until the live model is where the built one is, or further."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                live = await self._live(self._pool)
                if all(
                    place in live and self._is_here(place, live[place]) and live[place].offset >= offset
                    for place, (offset, _) in self._gate.reached.items()
                ):
                    return
                await asyncio.sleep(0.05)

    async def _switch(self, connection: asyncpg.Connection) -> None:
        place = self._projection.place
        await connection.execute(f'drop schema if exists "{place}" cascade')
        await connection.execute(f'alter schema "{self._schema}" rename to "{place}"')
        await connection.execute("delete from chassis.parked where consumer = $1", place)
        await park(connection, place, self._gate.failures)
        await hear_of(connection, self._gate.logs)
        await connection.executemany(
            "insert into chassis.positions (consumer, topic, partition, last_offset, position, topic_id, log_id, hash)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (consumer, topic, partition)"
            " do update set last_offset = excluded.last_offset, position = excluded.position, awaits = false,"
            " topic_id = excluded.topic_id, log_id = excluded.log_id, hash = excluded.hash",
            [
                (place, *at, *reached, self._ids.get(at[0], ""), known.log.decode(), kept(reached[1], known.hash))
                for at, reached in self._gate.reached.items()
                for known in [self._gate.known.get(at) or Known()]
            ],
        )
        await connection.execute(
            "update chassis.positions set looked_at = greatest(looked_at, $2) where consumer = $1", place, self._began
        )
        await live(connection, self._projection)

    async def _compare(self, connection: asyncpg.Connection) -> None:
        live = await digest(connection, self._projection)
        built = await digest(connection, self._projection, self._schema)
        self._different = [table for table in live if live[table] != built[table]]


async def _from_store(store: Store, places: set[tuple[str, int]]) -> Batches:
    after = 0
    places.add((STORE, 0))
    while True:
        async for events in store.replay(after):
            after = events[-1].position
            yield events, False
        yield [], True


async def _from_kafka(topics: Sequence[str], bootstrap: Brokers, known: set[tuple[str, int]]) -> Batches:
    async with aclosing(whole(topics, bootstrap, known, _PAGE)) as found:
        async for records, caught_up in found:
            yield [record for batch in records.values() for record in batch], caught_up


async def digest(
    connection: asyncpg.Connection | asyncpg.Pool, projection: Projection, schema: str = ""
) -> dict[str, str]:
    """Digest of each table's rows in the order of their key: equal for equal models, byte for byte."""
    digests = {}
    for table in projection.tables:
        if table.info.get(PASSING):
            continue
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
        digests[table.name] = await connection.fetchval(
            f"select md5(coalesce(string_agg(t::text, E'\\n' order by {keys}), ''))"  # noqa: S608
            f' from "{schema or projection.place}"."{table.name}" t'
        )
    return digests
