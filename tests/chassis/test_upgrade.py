"""A new version of a read model: built beside the one that serves, by whoever gets there, killed at any step."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from chassis.facts import reads
from chassis.facts.envelope import Recorded, UnknownEventType
from chassis.facts.projection import Change, Projection, Put
from chassis.facts.settings import Settings
from chassis.run.worker import work
from chassis.service.platform import Platform, running
from chassis.service.service import Service
from chassis.service.upgrade import built, left_over, prune, under_way
from chassis.stream import unread
from chassis.stream.cloudevents import EventSource, declare
from chassis.stream.dead_letters import listed
from chassis.stream.gate import NEWER
from chassis.stream.intake import Reaction, apply, attempt
from chassis.stream.reader import whole
from chassis.stream.received import receive
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from contracts.registry import UnitEstablished
from tests.chassis.streams import BROKEN, UNITS_SEEN, Stream, an_append, relayed, relaying, rows, stream, until

__all__ = ["stream"]

TOPICS = (events_topic("registry"),)
SEEN_2 = Table(
    "seen",
    MetaData(),
    Column("unit_id", Uuid, primary_key=True),
    Column("name", Text),
    Column("code", Text),
    Column("last_version", Integer),
)


def _project(recorded: Recorded[UnitEstablished]) -> Iterable[Change]:
    event = recorded.data
    if event.name in BROKEN:
        raise ValueError("cannot bear this name")
    yield Put(SEEN_2, (event.unit_id,), {"name": event.name, "code": event.code, "last_version": recorded.version})


SECOND = Projection("units_seen", 2, [SEEN_2], _project)


@asynccontextmanager
async def deployed(stream: Stream) -> AsyncIterator[Platform]:
    """A process of the newer code."""
    database = stream.database
    settings = Settings(
        database_url=database.url, database_role=database.role, kafka_bootstrap=stream.bootstrap, thidua_issuer=""
    )
    async with running("registry", settings, read_models=[SECOND]) as platform:
        await create_views(platform.pool, [SECOND])
        yield platform


async def second(platform: Platform) -> dict[UUID, tuple[str, str, int]]:
    """What the newer version's tables hold, as its queries find them."""
    found = await platform.pool.fetch("select unit_id, name, code, last_version from seen")
    return {row[0]: tuple(row)[1:] for row in found}


async def served_by_the_first(stream: Stream, *names: str) -> UUID:
    unit, pool = uuid4(), stream.database.pool
    await create_views(pool, [UNITS_SEEN])
    await stream.store.append(an_append(unit, 0, *names))
    await apply(pool, UNITS_SEEN, await stream.store.read(0, 100))
    return unit


async def test_both_versions_serve_each_in_its_place(stream: Stream) -> None:
    unit = await served_by_the_first(stream, "one", "two")
    async with deployed(stream) as newer:
        assert list(await under_way(newer.pool, [SECOND])) == ["units_seen_v2"]
        with pytest.raises(asyncpg.UndefinedTableError):
            await second(newer)
        await built(newer, SECOND, ())
        assert await under_way(newer.pool, [SECOND]) == {}
        assert await second(newer) == {unit: ("two", "X", 2)}
        await stream.store.append(an_append(unit, 2, "three"))
        more = await stream.store.read(2, 10)
        assert [await apply(newer.pool, each, more) for each in (UNITS_SEEN, SECOND)] == [0, 0]
        assert (await second(newer), await rows(stream)) == ({unit: ("three", "X", 3)}, {unit: ("three", 3, 3)})
        for each in (UNITS_SEEN, SECOND):
            assert await Rebuild(stream.store, each, (), "").differing() == []


async def test_several_workers_build_once(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, runs, create = await served_by_the_first(stream, "one"), 0, Rebuild._create

    async def counted(self: Rebuild) -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.2)
        await create(self)

    monkeypatch.setattr(Rebuild, "_create", counted)
    async with deployed(stream) as one, deployed(stream) as another:
        await asyncio.gather(*(built(platform, SECOND, ()) for platform in (one, another)))
        assert (runs, await second(another)) == (1, {unit: ("one", "X", 1)})


async def test_an_operator_and_a_worker_take_turns_at_one_place(stream: Stream) -> None:
    """Both would write into one schema, and what adds up would count twice."""
    unit = await served_by_the_first(stream, *map(str, range(50)))
    async with deployed(stream) as checking, deployed(stream) as rebuilding, deployed(stream) as working:
        different, *_ = await asyncio.gather(
            Rebuild(checking.store, UNITS_SEEN, (), "").differing(),
            Rebuild(rebuilding.store, UNITS_SEEN, (), "").run(),
            built(working, SECOND, ()),
        )
        assert (different, await rows(stream)) == ([], {unit: ("49", 50, 50)})


class _Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("then", ["before", "after"])
@pytest.mark.parametrize("step", ["_create", "_take", "_write", "_hold_live", "_switch", "_hold"])
@pytest.mark.parametrize("topics", [(), TOPICS], ids=["own", "learned"])
async def test_who_is_killed_at_a_step_leaves_it_to_the_next(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, step: str, then: str, topics: tuple[str, ...]
) -> None:
    unit = await served_by_the_first(stream, "one", "two")
    if topics:
        async with relaying(stream):
            await relayed(stream)
    whole: Any = getattr(Rebuild, step)

    async def killed(self: Rebuild, *arguments: Any) -> Any:
        if then == "after":
            await whole(self, *arguments)
        raise _Killed

    async with deployed(stream) as newer:
        with monkeypatch.context() as patch:
            patch.setattr(Rebuild, step, killed)
            with pytest.raises(_Killed):
                await built(newer, SECOND, topics)
        assert await rows(stream) == {unit: ("two", 2, 2)}
        await built(newer, SECOND, topics)
        assert await second(newer) == {unit: ("two", "X", 2)}
        assert await Rebuild(stream.store, UNITS_SEEN, (), "").differing() == []
        left = await newer.pool.fetch("select nspname from pg_namespace where nspname like '%units_seen%' order by 1")
        assert [row[0] for row in left] == ["units_seen_v1", "units_seen_v2"]


async def test_a_new_version_parks_for_itself(stream: Stream) -> None:
    BROKEN.add("broken")
    await served_by_the_first(stream, "one", "broken", "behind")
    async with deployed(stream) as newer:
        BROKEN.clear()
        await built(newer, SECOND, ())
        assert [each.consumer for each in await listed(newer.pool)] == ["units_seen_v1"] * 2


async def test_old_versions_stay_until_they_are_pruned(stream: Stream) -> None:
    unit = await served_by_the_first(stream, "one")
    async with deployed(stream) as newer:
        assert await left_over(newer.pool, [SECOND]) == []  # the old one is all that answers
        await built(newer, SECOND, ())
        assert await left_over(newer.pool, [SECOND]) == ["units_seen_v1"]
        await prune(newer.pool, "units_seen_v1")
        assert (await left_over(newer.pool, [SECOND]), await second(newer)) == ([], {unit: ("one", "X", 1)})
        older = running("registry", newer.settings, read_models=[UNITS_SEEN])
        async with older as rolled_back:
            await create_views(rolled_back.pool, [UNITS_SEEN])
            await built(rolled_back, UNITS_SEEN, ())
        assert await rows(stream) == {unit: ("one", 1, 1)}


async def test_tables_of_the_first_release_are_taken_over_where_they_are(stream: Stream) -> None:
    unit, pool = await served_by_the_first(stream, "one"), stream.database.pool
    owner = await asyncpg.connect(stream.database.url)
    try:
        await owner.execute(
            f'create schema views; alter schema views owner to "{stream.database.role}";'
            " alter table units_seen_v1.seen set schema views; drop schema units_seen_v1"
        )
    finally:
        await owner.close()
    await create_views(pool, [UNITS_SEEN])
    await create_views(pool, [UNITS_SEEN])
    assert await rows(stream) == {unit: ("one", 1, 1)}


async def test_what_an_older_version_could_not_read_a_newer_one_answers_once(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, pool, answered = uuid4(), stream.database.pool, list[str]()

    async def react(recorded: Recorded[UnitEstablished]) -> None:
        answered.append(recorded.data.name)

    reaction = Reaction("answers", react)
    await stream.store.append(an_append(unit, 0, "one", "two"))
    async with relaying(stream):
        await relayed(stream)
    found = await records(stream)
    with monkeypatch.context() as older:
        older.setattr(reads, "_READ_AS", {})
        assert await apply(pool, reaction, found) == 0
        assert await apply(pool, reaction, found) == 0
    assert answered == []
    assert [row[1:] for row in await unread.noted(pool)] == [("thidua.registry.UnitEstablished.v1", 2)]
    tasks = [asyncio.create_task(unread.take_up(pool, [reaction])) for _ in range(2)]

    async def done() -> bool:
        return await unread.noted(pool) == []

    await until(done)
    for task in tasks:
        task.cancel()
    assert (answered, await apply(pool, reaction, found), answered) == (["one", "two"], 0, ["one", "two"])


async def test_a_reaction_that_meets_a_newer_fact_waits_for_the_version_that_knows_it(stream: Stream) -> None:
    unit, pool, answered, known = uuid4(), stream.database.pool, list[str](), False

    async def react(recorded: Recorded[UnitEstablished]) -> None:
        if not known and recorded.data.name == "one":
            raise UnknownEventType("thidua.registry.UnitEnlarged.v1")
        answered.append(recorded.data.name)

    reaction = Reaction("answers", react)
    await stream.store.append(an_append(unit, 0, "one", "two"))
    async with relaying(stream):
        await relayed(stream)
    assert await apply(pool, reaction, await records(stream)) == 0
    assert (answered, await listed(pool), len(await unread.noted(pool))) == (["two"], [], 1)
    async with pool.acquire() as session:  # nor is it done when a person has it replayed
        assert await attempt(session, reaction, receive((await records(stream))[0])) == NEWER
    task = asyncio.create_task(unread.take_up(pool, [reaction]))
    await asyncio.sleep(0.5)
    assert (answered, await listed(pool), len(await unread.noted(pool))) == (["two"], [], 1)
    known = True

    async def done() -> bool:
        return await unread.noted(pool) == []

    await until(done)
    task.cancel()
    assert answered == ["two", "one"]


async def test_what_reads_a_new_version_begins_when_it_serves(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that died of a missing table took the building with it, again and again."""
    unit, create, seen = await served_by_the_first(stream, "one"), Rebuild._create, asyncio.Queue[UUID]()

    async def slowly(self: Rebuild) -> None:
        await asyncio.sleep(0.5)
        await create(self)

    def tasks(platform: Platform) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        async def look() -> None:
            await seen.put(await platform.pool.fetchval("select unit_id from seen where code = 'X'"))
            await asyncio.Event().wait()

        return [look]

    monkeypatch.setattr(Rebuild, "_create", slowly)
    service = Service("registry", projections=[SECOND], tasks=tasks)
    settings = Settings(
        database_url=stream.database.url, database_role=stream.database.role, kafka_bootstrap=stream.bootstrap
    )
    working = asyncio.create_task(work(service, settings))
    looked = asyncio.create_task(seen.get())
    await asyncio.wait([working, looked], timeout=20, return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    assert looked.result() == unit


@pytest.mark.parametrize("declared", [True, False])
async def test_an_older_relay_publishes_what_a_newer_version_wrote_where_it_belongs(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, *, declared: bool
) -> None:
    await stream.store.append(an_append(uuid4(), 0, "one"))
    if declared:
        await declare(stream.database.pool)
    monkeypatch.setattr("chassis.stream.cloudevents.CATALOGUE", {})
    [outgoing] = await EventSource("registry", stream.database.pool)(0, 10)
    public = ("thidua.registry.events", "thidua.registry.public")
    assert outgoing.topics == (public if declared else public[:1])


async def records(stream: Stream) -> list[Any]:
    """What is in registry's topic, as consumers get it."""
    found: list[Any] = []
    async for batches, caught_up in whole(TOPICS, stream.bootstrap, set(), 100):
        found += [record for batch in batches.values() for record in batch]
        if caught_up:
            return found
    return found
