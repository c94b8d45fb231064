"""Rebuilds beside what goes on meanwhile: streams that just begin, records that a person has dropped for good."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from chassis.store.interventions import By
from chassis.stream.dead_letters import discard, listed
from chassis.stream.intake import apply
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from chassis.views.rebuild import Live, Rebuild
from tests.chassis.streams import (
    BROKEN,
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    equal,
    relayed,
    relaying,
    rows,
    stream,
    until,
)

__all__ = ["stream"]

AN = By("An", "nobody needs it")


async def test_a_partition_that_begins_during_the_switch_loses_nothing(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [uuid4() for _ in range(9)]
    hold = Rebuild._hold_live

    async def and_then(self: Rebuild, connection: asyncpg.Connection) -> Live:
        held = await hold(self, connection)
        for unit in units[1:]:
            await stream.store.append(an_append(unit, 0, "new"))
        await relayed(stream)
        await asyncio.sleep(1)  # a consumer that could write would have done so by now
        return held

    async with consuming(stream), relaying(stream):
        await stream.store.append(an_append(units[0], 0, "one"))
        await until(lambda: equal(stream, {units[0]: ("one", 1, 1)}))
        monkeypatch.setattr(Rebuild, "_hold_live", and_then)
        await Rebuild(stream.store, UNITS_SEEN, (events_topic("registry"),), stream.bootstrap).run()
        await until(lambda: equal(stream, {units[0]: ("one", 1, 1)} | dict.fromkeys(units[1:], ("new", 1, 1))))


@pytest.mark.parametrize("when", ["before the rebuild", "during the rebuild"])
async def test_what_was_discarded_stays_out_of_a_rebuild(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    pool, store, bad = stream.database.pool, stream.store, uuid4()
    await create_views(pool, [UNITS_SEEN])
    BROKEN.add("broken")
    await store.append(an_append(bad, 0, "before", "broken", "after"))
    await apply(pool, UNITS_SEEN, await store.read(0, 10))
    first, _ = await listed(pool)

    async def drop() -> None:
        assert await discard(pool, first.id, AN)
        assert not await discard(pool, first.id, AN)
        assert await replay(store, UNITS_SEEN, "") == (1, 0)

    rebuild = Rebuild(store, UNITS_SEEN, (), "")
    if when == "before the rebuild":
        await drop()
    else:
        take = rebuild._take

        async def and_then(batch: object) -> None:
            await take(batch)  # type: ignore[arg-type]
            if await listed(pool):
                await drop()

        monkeypatch.setattr(rebuild, "_take", and_then)
    await rebuild.run()
    assert await rows(stream) == {bad: ("after", 2, 3)}
    assert await listed(pool) == []
    assert await Rebuild(store, UNITS_SEEN, (), "").differing() == []
