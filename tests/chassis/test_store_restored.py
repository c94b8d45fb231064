"""A store restored to an earlier position begins a new log: readers fold the old one up to there, and the new one."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from chassis.facts.envelope import Recorded
from chassis.stream import consumer, filling
from chassis.stream.astray import straighten
from chassis.stream.consumer import create_broker, start
from chassis.stream.dead_letters import listed
from chassis.stream.filling import Filling
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.retracted import retracted
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from contracts.registry import UnitEstablished
from tests.chassis.streams import (
    UNITS_SEEN,
    Stream,
    consuming,
    equal,
    relayed,
    relaying,
    rows,
    stream,
    subscribing,
    until,
)
from tests.chassis.test_topics_made_again import PUBLIC, TOPIC, make_again, write

__all__ = ["stream"]

Seen = dict[UUID, tuple[str, int, int]]


async def restored(stream: Stream, to: int, *, new_log: bool = True) -> None:
    """Bring the store back to a position, as an old backup would, and begin a new log there."""
    owner = await asyncpg.connect(stream.database.url)
    try:
        link = await owner.fetchval("select hash from store.events where position = $1", to)
        await owner.execute("delete from store.commands where position > $1", to)
        await owner.execute("delete from store.events where position > $1", to)
        await owner.execute("update store.head set position = $1, hash = $2", to, link)
        await owner.execute("update chassis.relays set position = $1", to - 1)
        if new_log:
            await begin_log(stream, to)
    finally:
        await owner.close()


async def begin_log(stream: Stream, after: int) -> None:
    await stream.database.pool.execute(
        "insert into chassis.log (log_id, after_position, carries_on) select gen_random_uuid(), $1, log_id"
        " from chassis.log order by began_at desc limit 1",
        after,
    )


async def history(stream: Stream) -> tuple[Seen, Seen]:
    """Ten events that stay and ten that are lost, all sent."""
    async with relaying(stream):
        kept = await write(stream, 10)
        lost = await write(stream, 10)
        await relayed(stream)
    return kept, lost


async def test_a_read_model_that_had_seen_what_was_lost_is_built_anew(stream: Stream) -> None:
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
        await restored(stream, 10)
        async with relaying(stream):
            new = await write(stream, 10)
            await until(lambda: equal(stream, kept | new))
            new |= await write(stream, 3)
            await until(lambda: equal(stream, kept | new))
    assert await listed(stream.database.pool) == []
    await Rebuild(stream.store, UNITS_SEEN, (TOPIC,), stream.bootstrap).run()
    assert await equal(stream, kept | new)


async def test_without_straightening_it_keeps_what_never_happened(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(consumer, "straighten", nothing)
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
        await restored(stream, 10)
        async with relaying(stream):
            await write(stream, 10)
            await relayed(stream)
            await asyncio.sleep(2)
            assert lost.keys() <= (await rows(stream)).keys()


async def test_a_reader_that_was_behind_passes_over_what_was_lost(stream: Stream) -> None:
    kept, _ = await history(stream)
    await restored(stream, 10)
    async with relaying(stream):
        new = await write(stream, 10)
        await relayed(stream)
    await restored(stream, 15)  # and once more, within the new log
    stays = dict(list(new.items())[:5])
    async with relaying(stream), consuming(stream):
        latest = await write(stream, 4)
        await until(lambda: equal(stream, kept | stays | latest))
    await restored(stream, 5)  # before the log that carried the first one on
    first = dict(list(kept.items())[:5])
    async with relaying(stream), consuming(stream):
        last = await write(stream, 2)
        await until(lambda: equal(stream, first | last))
    assert await listed(stream.database.pool) == []


async def test_one_that_never_hears_of_anything_new_is_straightened_all_the_same(stream: Stream) -> None:
    """Nothing comes on its partitions: what another reader of the service has heard is enough."""
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
    await restored(stream, 10)
    async with relaying(stream):
        await relayed(stream)
    logs = await stream.database.pool.fetch("select log_id::text, after_position from chassis.log order by began_at")
    await stream.database.pool.execute(
        "insert into chassis.logs (topic, log_id, after_position, heard_at) values ($1, $2, $3, now())",
        TOPIC, logs[1][0], logs[1][1],
    )  # fmt: skip

    async def anew(member: Subscription) -> None:
        await Rebuild(stream.store, UNITS_SEEN, member.topics, stream.bootstrap).run()

    await straighten(stream.database.pool, Subscription(UNITS_SEEN, (TOPIC,)), anew)
    assert await equal(stream, kept)
    await straighten(stream.database.pool, Subscription(UNITS_SEEN, (TOPIC,)), never)


async def never(_: object) -> None:
    raise AssertionError("nothing is astray any more")


async def test_a_reaction_goes_on_and_what_it_did_is_noted(stream: Stream) -> None:
    answered: list[UUID] = []

    async def react(recorded: Recorded[UnitEstablished]) -> None:
        answered.append(recorded.data.unit_id)

    await create_views(stream.database.pool, [UNITS_SEEN])
    broker = create_broker(stream.bootstrap, graceful_timeout=5)
    subscribing(broker, stream, Subscription(Reaction("counts", react), (TOPIC,)))
    await start(broker)
    try:
        kept, lost = await history(stream)
        await until(lambda: has(answered, 20))
        await restored(stream, 10)
        async with relaying(stream):
            new = await write(stream, 10)
            await until(lambda: has(answered, 30))
    finally:
        await broker.stop()
    assert sorted(answered) == sorted([*kept, *lost, *new])
    told = await retracted(stream.database.pool, {"counts": Reaction("counts", react)}, stream.bootstrap)
    assert {each.stream for each in told} == {f"unit-{unit}" for unit in lost}
    assert sorted(each.first for each in told) == list(range(11, 21))
    assert {each.event_type for each in told} == {UnitEstablished.type_name()}
    await make_again(stream, TOPIC)
    ranges = await retracted(stream.database.pool, {}, stream.bootstrap)
    assert {each.event_id for each in ranges} == {""}, "what no topic holds is a range of positions"
    assert max(each.last for each in ranges) == 20


async def has(answered: list[UUID], count: int) -> bool:
    return len(answered) >= count


async def test_a_store_behind_its_topic_sends_nothing_until_it_was_restored_in_order(stream: Stream) -> None:
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
        await restored(stream, 10, new_log=False)
        async with relaying(stream, lease=2):
            new = await write(stream, 10)
            await until(lambda: stopped(stream))
            assert await equal(stream, kept | lost)
            await begin_log(stream, 10)
            await until(lambda: equal(stream, kept | new))


async def stopped(stream: Stream) -> bool:
    return bool(await stream.database.pool.fetchval("select held_until = '-infinity' from chassis.relays"))


async def test_without_the_guard_what_the_store_goes_on_with_is_lost(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def believes(*_: object) -> None:
        return None

    monkeypatch.setattr(Filling, "_not_ahead", believes)
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
        await restored(stream, 10, new_log=False)
        async with relaying(stream):
            new = await write(stream, 10)
            await relayed(stream)
            await asyncio.sleep(2)
        seen = (await rows(stream)).keys()
        assert lost.keys() <= seen
        assert new.keys() - seen, "taken for what is known"


@pytest.mark.parametrize("told", [True, False], ids=["in order", "and nobody said so at first"])
async def test_a_store_restored_without_its_topic(stream: Stream, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(filling, "LOOK_SECONDS", 0.5)
    async with consuming(stream):
        kept, lost = await history(stream)
        await until(lambda: equal(stream, kept | lost))
        await make_again(stream, TOPIC, PUBLIC)
        await restored(stream, 10, new_log=told)
        async with relaying(stream, lease=2):
            new = await write(stream, 20)
            if not told:
                await relayed(stream)
                await asyncio.sleep(3)
                assert await equal(stream, kept | lost), "what does not carry on what was applied is not applied"
                await begin_log(stream, 10)
                await stream.database.pool.execute("update chassis.relays set position = 9")
        if not told:
            await make_again(stream, TOPIC, PUBLIC)
        async with relaying(stream, lease=2):
            await until(lambda: equal(stream, kept | new), 60)
    assert await listed(stream.database.pool) == []
