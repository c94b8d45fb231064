"""A store restored from a backup takes back what its topic holds, byte for byte, and names what is lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.facts.decider import Command, Context, Decider
from chassis.store import restore as store_restore
from chassis.store.execute import CommandIdReused, Executor
from chassis.store.ledger import verify_chain
from chassis.store.restore import Leads, Moved, Plan
from chassis.stream import held
from chassis.stream.copies import Differences, compare, topics_of
from chassis.stream.filling import Filling
from chassis.stream.held import look
from chassis.stream.topics import events_topic
from contracts.registry import UnitEstablished
from tests.chassis.streams import (
    Stream,
    an_append,
    emptied,
    established,
    produce,
    read_all,
    relayed,
    relaying,
    stream,
)

__all__ = ["stream"]

TOPIC = events_topic("registry")
TABLES = ("store.events", "store.commands", "store.head", "chassis.relays", "chassis.log")
Backup = dict[str, Sequence[Any]]


@asynccontextmanager
async def owner(stream: Stream) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stream.database.url)
    try:
        yield connection
    finally:
        await connection.close()


async def backed_up(stream: Stream) -> Backup:
    async with owner(stream) as connection:
        return {table: [tuple(r) for r in await connection.fetch(f"table {table}")] for table in TABLES}


async def restored(stream: Stream, backup: Backup) -> None:
    """The store as it was then; who cached it forgets."""
    async with owner(stream) as connection, connection.transaction():
        for table, found in backup.items():
            schema, name = table.split(".")
            await connection.execute(f"truncate {table}")
            await connection.copy_records_to_table(name, schema_name=schema, records=found)


async def looked(stream: Stream, **options: Any) -> Plan:
    async with owner(stream) as connection:
        return await look(connection, "registry", stream.bootstrap, **options)


async def done(stream: Stream, plan: Plan) -> None:
    async with owner(stream) as connection, connection.transaction():
        await store_restore.restore(connection, "registry", plan, lambda _: None)


async def appended(stream: Stream, *names: str, unit: UUID | None = None, expected: int = 0) -> UUID:
    """One command with these events, and everything in the topic."""
    unit = unit or uuid4()
    assert await stream.store.append(an_append(unit, expected, *names)) is not None
    async with relaying(stream):
        await relayed(stream)
    return unit


async def rows(stream: Stream) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await stream.database.pool.fetch("select * from store.events order by position")]


async def differences(stream: Stream) -> list[Differences]:
    return await compare(stream.database.pool, "registry", topics_of("registry"), stream.bootstrap)


async def test_what_came_after_the_backup_is_taken_back_byte_for_byte(stream: Stream) -> None:
    unit = await appended(stream, "one", "two")
    backup = await backed_up(stream)
    await appended(stream, "three", unit=unit, expected=2)
    await appended(stream, "other", "again")
    before = await rows(stream)
    commands = await stream.database.pool.fetch("select id, stream, position, version, recorded_at from store.commands")
    await restored(stream, backup)
    plan = await looked(stream)
    assert (plan.common, plan.end, plan.lost, plan.begins, plan.why) == (2, 5, [], False, "")
    assert await stream.store.head() == 2, "looking changes nothing"
    await done(stream, plan)
    assert await rows(stream) == before
    again = await stream.database.pool.fetch("select id, stream, position, version, recorded_at from store.commands")
    assert set(map(tuple, again)) == set(map(tuple, commands))
    assert await verify_chain(stream.database.pool) is None
    assert (await looked(stream)).nothing
    await appended(stream, "four", unit=unit, expected=3)
    assert [each.counts for each in await differences(stream)] == [{}, {}]
    assert await stream.database.pool.fetchval("select count(*) from chassis.log") == 1


class Establish(Command):
    name: str


UNIT: Decider[Establish, int, UnitEstablished, None] = Decider(
    "unit", 0, lambda c, s, _, __: [established(uuid4(), c.name)] if s == 0 else [], lambda s, _: s + 1
)


async def test_a_command_that_was_taken_back_is_still_known_by_its_id(stream: Stream) -> None:
    context, unit = Context(date(2024, 11, 20)), uuid4()
    backup = await backed_up(stream)
    first = await Executor(stream.store).execute(UNIT, unit, Establish(name="one"), context)
    async with relaying(stream):
        await relayed(stream)
    with pytest.raises(CommandIdReused):
        await Executor(stream.store).execute(UNIT, unit, Establish(name="other"), context)
    await restored(stream, backup)
    await done(stream, await looked(stream))
    assert await Executor(stream.store).execute(UNIT, unit, Establish(name="one"), context) == first
    assert await stream.store.head() == 1


async def test_a_store_that_went_on_by_itself_begins_a_log_where_both_agreed(stream: Stream) -> None:
    await appended(stream, "one")
    backup = await backed_up(stream)
    lost = await appended(stream, "lost", "lost, too")
    await restored(stream, backup)
    await stream.store.append(an_append(uuid4(), 0, "own way"))
    plan = await looked(stream)
    assert (plan.why, plan.end, plan.begins, plan.taken) == ("differs", 1, True, [])
    assert [(each.first, each.event.stream if each.event else "") for each in plan.lost] == [
        (2, f"unit-{lost}"),
        (3, f"unit-{lost}"),
    ]
    ours = await rows(stream)
    await done(stream, plan)
    assert await rows(stream) == ours, "nothing is destroyed"
    logs = await stream.database.pool.fetch("select log_id, after_position, carries_on from chassis.log order by 2")
    assert [(row["after_position"], row["carries_on"]) for row in logs] == [(0, None), (1, logs[0]["log_id"])]
    told = await stream.database.pool.fetch("select first, last, event_type from chassis.lost order by first")
    assert [(row["first"], row["last"]) for row in told] == [(2, 2), (3, 3)]
    assert {row["event_type"] for row in told} == {UnitEstablished.type_name()}
    assert (await looked(stream)).nothing
    await appended(stream, "goes on")
    assert [each.counts for each in await differences(stream)] == [{}, {}]
    assert (await looked(stream)).nothing


async def test_a_gap_is_named_and_ends_what_is_taken_back(stream: Stream) -> None:
    backup = await backed_up(stream)
    await appended(stream, "one", "two")
    missing = await appended(stream, "gone")
    await appended(stream, "four")
    messages = [each for each in read_all(stream.bootstrap, TOPIC) if each.key != f"unit-{missing}".encode()]
    await emptied(stream, TOPIC)
    produce(stream, *messages)
    await restored(stream, backup)
    plan = await looked(stream)
    assert (plan.end, plan.why, plan.begins) == (2, "gap", True)
    assert [(each.first, each.last, each.event is not None) for each in plan.lost] == [(3, 3, False), (4, 4, True)]
    await done(stream, plan)
    assert await stream.store.head() == 2
    assert await verify_chain(stream.database.pool) is None
    assert (await looked(stream)).nothing


async def test_of_an_empty_topic_it_is_said_that_nobody_knows(stream: Stream) -> None:
    await appended(stream, "one")
    backup = await backed_up(stream)
    await appended(stream, "lost")
    await restored(stream, backup)
    await emptied(stream, TOPIC)
    plan = await looked(stream)
    assert (plan.end, plan.begins, plan.checkpoint) == (1, True, 0)
    assert [(each.first, each.last) for each in plan.lost] == [(2, None)]
    await done(stream, plan)
    assert (await looked(stream)).nothing, "twice without harm"
    async with relaying(stream):
        await relayed(stream)
    assert [each.counts for each in await differences(stream)] == [{}, {}]


async def test_a_topic_that_others_have_seen_more_of_is_a_lost_one(stream: Stream) -> None:
    await appended(stream, "one")
    assert (await looked(stream, applied=1)).nothing
    plan = await looked(stream, applied=4)
    assert [(each.first, each.last) for each in plan.lost] == [(2, 4)]
    assert [(each.first, each.last) for each in (await looked(stream, topic_lost=True)).lost] == [(2, None)]


async def test_records_of_another_store_are_neither_taken_back_nor_lost(stream: Stream) -> None:
    await appended(stream, "one")
    [message] = read_all(stream.bootstrap, TOPIC)
    produce(stream, message, ce_logid=str(uuid4()).encode(), ce_sequence=b"2", ce_streamversion=b"2")
    produce(stream, message, ce_logid=b"", ce_logafter=b"", ce_hash=b"", ce_sequence=b"7")
    plan = await looked(stream)
    assert (plan.nothing, plan.foreign) == (True, 2)


@pytest.mark.parametrize("header", ["ce_time", "ce_occurredon", "ce_id"])
async def test_an_event_that_does_not_fit_the_chain_is_not_taken_back(stream: Stream, header: str) -> None:
    other = {"ce_time": b"2024-01-01T00:00:00Z", "ce_occurredon": b"2024-01-01", "ce_id": str(uuid4()).encode()}
    backup, plan = await forged(stream, header, other[header])
    assert (plan.end, plan.why) == (0, "hash")
    assert backup["store.events"] == []


async def forged(stream: Stream, header: str, value: bytes) -> tuple[Backup, Plan]:
    """What is planned where the topic's only record has another header than it was sent with."""
    backup = await backed_up(stream)
    await appended(stream, "one")
    [message] = read_all(stream.bootstrap, TOPIC)
    await emptied(stream, TOPIC)
    produce(stream, message, **{header: value})
    await restored(stream, backup)
    return backup, await looked(stream)


async def test_without_the_chain_a_forged_event_gets_into_the_store(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "_fits", lambda *_: True)
    _, plan = await forged(stream, "ce_occurredon", b"2024-01-01")
    assert (plan.end, plan.why) == (1, "")
    await done(stream, plan)
    [row] = await stream.database.pool.fetch("select metadata from store.events")
    assert '"occurred_on":"2024-01-01"' in row["metadata"]


@pytest.mark.parametrize(("same_version", "why"), [(True, "two"), (False, "hash")])
async def test_two_events_at_one_position_are_both_lost(stream: Stream, same_version: bool, why: str) -> None:  # noqa: FBT001
    backup = await backed_up(stream)
    await appended(stream, "one")
    [message] = read_all(stream.bootstrap, TOPIC)
    if same_version:
        produce(stream, message, ce_id=str(uuid4()).encode())
    else:
        produce(stream, message, ce_hash=b"00")
    await restored(stream, backup)
    plan = await looked(stream)
    assert (plan.end, plan.why, plan.begins) == (0, why, True)


@pytest.mark.parametrize("proven", [True, False])
async def test_what_a_relay_of_the_version_before_sent_is_taken_back_if_a_hash_behind_it_proves_it(
    stream: Stream,
    proven: bool,  # noqa: FBT001
) -> None:
    backup = await backed_up(stream)
    await appended(stream, "one")
    await appended(stream, "two")
    first, second = sorted(read_all(stream.bootstrap, TOPIC), key=lambda each: each.headers["ce_sequence"])
    await emptied(stream, TOPIC)
    produce(stream, first, ce_logid=b"", ce_logafter=b"", ce_hash=b"")
    if proven:
        produce(stream, second)
    await restored(stream, backup)
    plan = await looked(stream)
    assert (plan.end, plan.why, plan.begins) == ((2, "", False) if proven else (0, "unproven", True))
    assert [each.first for each in plan.lost] == ([] if proven else [1])


async def test_while_a_relay_leads_or_somebody_appends_nothing_is_done(stream: Stream) -> None:
    backup = await backed_up(stream)
    await appended(stream, "one")
    await restored(stream, backup)
    plan = await looked(stream)
    lead = "insert into chassis.relays (relay, holder, held_until) values ('registry', 'another', $1)"
    await stream.database.pool.execute(f"{lead} on conflict (relay) do update set held_until = excluded.held_until",
                                       datetime.now(UTC) + timedelta(minutes=1))  # fmt: skip
    with pytest.raises(Leads):
        await done(stream, plan)
    await stream.database.pool.execute("update chassis.relays set held_until = '-infinity'")
    assert await stream.store.head() == 0
    await stream.store.append(an_append(uuid4(), 0, "meanwhile"))
    with pytest.raises(Moved):
        await done(stream, plan)
    assert await stream.store.head() == 1


async def test_without_the_lease_a_relay_that_leads_leaves_out_what_the_new_log_begins_with(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def anybody_leads(_: object) -> None:
        return

    await appended(stream, "one")
    backup = await backed_up(stream)
    await appended(stream, "lost")
    await restored(stream, backup)
    await stream.store.append(an_append(uuid4(), 0, "own way"))
    monkeypatch.setattr(store_restore, "nobody_leads", anybody_leads)
    monkeypatch.setattr(Filling, "_not_ahead", anybody_leads)  # the relay's own look at its topics
    async with relaying(stream):
        await relayed(stream)
        await done(stream, await looked(stream))
        await stream.store.append(an_append(uuid4(), 0, "goes on"))
        await relayed(stream)
    events, _ = await differences(stream)
    assert events.positions["missing"][0] == "2"


async def test_an_api_that_runs_waits_and_its_next_event_follows_what_was_taken_back(stream: Stream) -> None:
    backup = await backed_up(stream)
    await appended(stream, "one", "two")
    await restored(stream, backup)
    plan = await looked(stream)
    async with owner(stream) as connection, connection.transaction():
        await store_restore.restore(connection, "registry", plan, lambda _: None)
        waits = asyncio.create_task(stream.store.append(an_append(uuid4(), 0, "three")))
        await asyncio.sleep(0.3)
        assert not waits.done()
    answer = await waits
    assert answer is not None
    assert answer.position == 3
    assert await verify_chain(stream.database.pool) is None


async def test_the_application_role_takes_nothing_back(stream: Stream) -> None:
    backup = await backed_up(stream)
    await appended(stream, "one")
    await restored(stream, backup)
    plan = await looked(stream)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with stream.database.pool.acquire() as session, session.transaction():
            await store_restore.restore(session, "registry", plan, lambda _: None)


async def test_a_log_that_was_begun_after_the_backup_is_taken_up_again(stream: Stream) -> None:
    """The store was restored before, and went on under another log; the backup knows only the first one."""
    await appended(stream, "one")
    backup = await backed_up(stream)
    await appended(stream, "lost")
    await restored(stream, backup)
    await stream.store.append(an_append(uuid4(), 0, "own way"))
    await done(stream, await looked(stream))
    logs = await stream.database.pool.fetch("select log_id, after_position, carries_on from chassis.log order by 2")
    await appended(stream, "goes on")
    whole = await rows(stream)
    await restored(stream, backup)
    plan = await looked(stream)
    assert [log.id for log in plan.adopted] == [logs[1]["log_id"]]
    assert (plan.end, plan.begins, plan.lost) == (3, False, [])
    await done(stream, plan)
    assert await rows(stream) == whole
    assert (await looked(stream)).nothing
