"""The event store against a real PostgreSQL: numbering, order, conflicts, repeated commands, the chain, the rights."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.envelope import Metadata, acting
from chassis.store.database import OWNER, declared, is_outage
from chassis.store.execute import CommandIdReused, Executor, Precondition, WrongVersion
from chassis.store.ledger import verify_chain
from chassis.store.store import SCHEMA, Append, Store
from contracts.registry import PersonEnrolled
from tests.conftest import Database


class Enrol(Command):
    """Record the same fact again, up to a number of times."""

    person_id: UUID
    most: int = 1_000_000


def _decide(command: Enrol, count: int, _: None, __: Context) -> Sequence[PersonEnrolled]:
    if count >= command.most:
        raise Rejected("enough", "Đã đủ.", "Enough.")
    return [PersonEnrolled(person_id=command.person_id)]


COUNTER: Decider[Enrol, int, PersonEnrolled, None] = Decider("counter", 0, _decide, lambda count, _: count + 1)


def an_append(stream: str = "", expected: int = 0, events: int = 1, command: UUID | None = None) -> Append:
    context = Context(occurred_on=date(2024, 11, 20), command_id=command or uuid4())
    facts = [PersonEnrolled(person_id=uuid4()) for _ in range(events)]
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    stream = stream or f"person-{uuid4()}"
    return Append(stream, expected, facts, context.command_id, b"f" * 32, metadata)


def asked(command: UUID | None = None) -> Context:
    return Context(occurred_on=date(2024, 11, 20), command_id=command or uuid4())


async def test_positions_have_no_gaps_whatever_is_appended_at_once(database: Database) -> None:
    store = Store(database.pool)
    appends = [an_append(f"person-{n % 20}", 0, 1 + n % 3) for n in range(200)]
    answers = await asyncio.gather(*(store.append(append) for append in appends))
    accepted = sum(len(a.events) for a, answer in zip(appends, answers, strict=True) if answer is not None)
    assert sum(answer is not None for answer in answers) == 20
    events = await store.read(0, 1000)
    assert [event.position for event in events] == list(range(1, accepted + 1))


async def test_a_conflict_of_one_append_leaves_its_neighbours_alone(database: Database) -> None:
    store = Store(database.pool)
    first, second, third = await asyncio.gather(*map(store.append, (an_append(), an_append(expected=7), an_append())))
    assert first is not None
    assert second is None
    assert third is not None
    assert third.position == 2


async def test_an_import_is_stored_whole_or_not_at_all(database: Database) -> None:
    store, import_ = Store(database.pool), [an_append(events=1 + n % 2) for n in range(2500)]
    assert await store.append_all([*import_, an_append(expected=7)]) is None
    assert await store.head() == 0
    answers = await store.append_all(import_)
    assert answers is not None
    assert answers[-1].position == await store.head() == 3750
    assert await verify_chain(database.pool) is None


async def test_an_event_that_cannot_be_encoded_fails_alone(database: Database) -> None:
    store, bad = Store(database.pool), an_append()
    bad = replace(bad, events=[PersonEnrolled.model_construct(person_id="\ud800")])  # type: ignore[arg-type]
    answers = await asyncio.gather(*map(store.append, (an_append(), bad, an_append())), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["Answer", "PydanticSerializationError", "Answer"]


async def test_a_writer_whose_session_died_while_it_was_idle_takes_another(database: Database) -> None:
    store = Store(database.pool)
    await store.append(an_append())
    owner = await asyncpg.connect(database.url)
    others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
    await owner.execute(f"{others} and pid <> pg_backend_pid()")
    await owner.close()
    await asyncio.sleep(0.2)
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(store.append(an_append()) for _ in range(3)))
    assert [answer and answer.position for answer in answers] == [2, 3, 4]


async def test_an_append_whose_session_dies_under_it_fails_and_the_next_one_does_not(database: Database) -> None:
    store = Store(database.pool)
    await store.append(an_append())
    owner = await asyncpg.connect(database.url)
    async with owner.transaction():
        await owner.execute("select from store.head for update")
        waiting = asyncio.gather(*(store.append(an_append()) for _ in range(3)), return_exceptions=True)
        blocked = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        while (pid := await owner.fetchval(blocked)) is None:  # noqa: ASYNC110 - it happens in the server
            await asyncio.sleep(0.01)
        await owner.execute("select pg_terminate_backend($1)", pid)
        async with asyncio.timeout(5):
            outcomes = await waiting
    await owner.close()
    assert all(isinstance(outcome, Exception) and is_outage(outcome) for outcome in outcomes)
    answer = await store.append(an_append())
    assert answer is not None
    assert answer.position == 2


async def test_an_append_of_several_events_is_all_or_none(database: Database) -> None:
    store = Store(database.pool)
    answer = await store.append(an_append("person-1", 0, 5))
    assert answer is not None
    assert (answer.position, answer.version) == (5, 5)
    assert await store.append(an_append("person-1", 4, 3)) is None
    assert len(await store.load("person-1")) == 5


async def test_two_copies_of_a_command_at_two_processes_have_one_effect(database: Database) -> None:
    one, other = Executor(Store(database.pool)), Executor(Store(database.pool))
    command, context, key = Enrol(person_id=uuid4()), asked(), uuid4()
    answers = await asyncio.gather(
        *(executor.execute(COUNTER, key, command, context) for executor in (one, other) for _ in range(10))
    )
    assert {(answer.position, answer.version) for answer in answers} == {(1, 1)}
    assert await one.store.head() == 1


async def test_a_repeated_command_gets_the_first_answer_even_when_it_would_be_refused_by_now(
    database: Database,
) -> None:
    executor = Executor(Store(database.pool))
    command, context, key = Enrol(person_id=uuid4(), most=1), asked(), uuid4()
    first = await executor.execute(COUNTER, key, command, context)
    assert await Executor(Store(database.pool)).execute(COUNTER, key, command, context) == first
    with pytest.raises(Rejected):
        await executor.execute(COUNTER, key, command, asked())


async def test_a_command_id_used_for_something_else_is_refused(database: Database) -> None:
    executor, context = Executor(Store(database.pool)), asked()
    await executor.execute(COUNTER, uuid4(), Enrol(person_id=uuid4()), context)
    with pytest.raises(CommandIdReused):
        await executor.execute(COUNTER, uuid4(), Enrol(person_id=uuid4()), context)
    assert await executor.store.head() == 1


async def test_a_stale_cache_never_refuses_and_never_overwrites(database: Database) -> None:
    one, other, key = Executor(Store(database.pool)), Executor(Store(database.pool)), uuid4()
    await one.execute(COUNTER, key, Enrol(person_id=uuid4()), asked())
    await other.execute(COUNTER, key, Enrol(person_id=uuid4()), asked())
    third = await one.execute(COUNTER, key, Enrol(person_id=uuid4()), asked())
    assert third.version == 3
    with pytest.raises(Rejected):
        await other.execute(COUNTER, key, Enrol(person_id=uuid4(), most=3), asked())


async def test_the_version_the_caller_has_seen_must_be_the_newest(database: Database) -> None:
    executor, key = Executor(Store(database.pool)), uuid4()
    nothing_yet, second = Precondition(none_match="*"), Precondition(frozenset({2, 3}))
    await executor.execute(COUNTER, key, Enrol(person_id=uuid4()), asked(), expected=nothing_yet)
    for expected in (nothing_yet, second):
        with pytest.raises(WrongVersion) as wrong:
            await executor.execute(COUNTER, key, Enrol(person_id=uuid4()), asked(), expected=expected)
        assert wrong.value.version == 1
    await executor.execute(COUNTER, key, Enrol(person_id=uuid4()), asked(), expected=Precondition("*"))
    accepted = await executor.execute(COUNTER, key, Enrol(person_id=uuid4()), asked(), expected=second)
    assert accepted.version == 3


async def test_what_is_not_there_matches_no_version(database: Database) -> None:
    executor = Executor(Store(database.pool))
    with pytest.raises(WrongVersion):
        await executor.execute(COUNTER, uuid4(), Enrol(person_id=uuid4()), asked(), expected=Precondition("*"))


async def test_many_writers_of_one_stream_all_get_their_turn(database: Database) -> None:
    executors, key = [Executor(Store(database.pool)) for _ in range(3)], uuid4()
    await asyncio.gather(
        *(executors[n % 3].execute(COUNTER, key, Enrol(person_id=uuid4()), asked()) for n in range(12))
    )
    assert len(await executors[0].store.load(f"counter-{key}")) == 12


async def test_stored_bytes_are_the_produced_bytes(database: Database) -> None:
    store, append = Store(database.pool), an_append()
    await store.append(append)
    stored = await database.pool.fetchval("select data::text from store.events")
    assert stored == append.events[0].model_dump_json()


@pytest.mark.parametrize(
    "statement",
    [
        "update store.events set data = '{}'",
        "delete from store.events",
        "truncate store.events",
        "insert into store.events select * from store.events",
        "update store.head set position = 0",
        "delete from store.commands",
    ],
)
async def test_the_application_role_cannot_change_history(database: Database, statement: str) -> None:
    await Store(database.pool).append(an_append())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.execute(statement)


@pytest.mark.parametrize(
    ("tampering", "position"),
    [
        ("""update store.events set data = '{"person_id": null}' where position = 7""", 7),
        ("""update store.events set metadata = '{}' where position = 3""", 3),
        ("delete from store.events where position = 5", 5),
        ("update store.events set position = case position when 4 then 44 else 4 end where position in (4, 44)", 4),
        ("delete from store.events where position = 10", 10),
    ],
)
async def test_the_chain_names_the_first_position_that_was_tampered_with(
    database: Database, tampering: str, position: int
) -> None:
    store = Store(database.pool)
    for _ in range(10):
        await store.append(an_append())
    assert await verify_chain(database.pool) is None
    owner = await asyncpg.connect(database.url)
    await owner.execute(tampering)
    await owner.close()
    assert await verify_chain(database.pool) == position


def _call(append: Append) -> tuple[object, ...]:
    event = append.events[0]
    ids = ([append.command_id], [append.fingerprint], [append.metadata], [1], [uuid4()])
    return ([append.stream], [append.expected], *ids, [event.type_name()], [event.model_dump_json()], datetime.now(UTC))


_APPEND = "select * from store.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"


async def commit_skew(database: Database) -> list[int]:
    """Two sessions append; the first to number commits last. Positions a tailing reader sees, in its order."""
    first, second = await asyncpg.connect(database.url), await asyncpg.connect(database.url)
    store, seen = Store(database.pool), list[int]()

    async def tail() -> None:
        seen.extend(event.position for event in await store.read(seen[-1] if seen else 0, 100))

    try:
        slow = first.transaction()
        await slow.start()
        await first.fetch(_APPEND, *_call(an_append()))
        faster = asyncio.create_task(second.fetch(_APPEND, *_call(an_append())))
        await asyncio.wait({faster}, timeout=0.5)
        await tail()  # a reader comes by while the first is not committed
        await slow.commit()
        await faster
        await tail()
    finally:
        await first.close()
        await second.close()
    return seen


async def test_a_reader_skips_nothing_under_commit_skew(database: Database) -> None:
    assert await commit_skew(database) == [1, 2]


async def test_without_the_head_lock_a_reader_does_skip(database: Database) -> None:
    """The guard is real: numbers drawn from a sequence, without the lock held until commit, lose an event."""
    owner = await asyncpg.connect(database.url)
    unlocked = SCHEMA[SCHEMA.index("create function store.append") :].replace(
        "from store.head h, store.clock c for update of h",
        "from (select nextval('store.numbers') - 1 as position, hash from store.head) h, store.clock c",
    )
    assert "for update" not in unlocked
    update = "        update store.head set position = reached, hash = link;\n"
    assert update in unlocked
    await owner.execute(f"create sequence store.numbers; grant usage on sequence store.numbers to {OWNER}")
    await owner.execute(unlocked.replace(update, "").replace("create function", "create or replace function"))
    await owner.close()
    assert await commit_skew(database) == [2]


@pytest.mark.parametrize("stamped", [True, False], ids=["its own time", "the guard taken out"])
async def test_a_store_does_not_ask_the_caller_for_the_time(database: Database, *, stamped: bool) -> None:
    if not stamped:
        await _replaced(database, "clock_timestamp() + ahead", "recorded")
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    await database.pool.fetch(_APPEND, *_call(an_append())[:-1], long_ago)
    for table in ("events", "commands"):
        at = await database.pool.fetchval(f"select recorded_at from store.{table}")  # noqa: S608
        assert (abs(datetime.now(UTC) - at) < timedelta(minutes=1), at == long_ago) == (stamped, not stamped)
    assert await verify_chain(database.pool) is None


async def test_only_the_owner_moves_a_stores_time(database: Database) -> None:
    move = "update store.clock set ahead = '-100 days'"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.execute(move)
    store, owner = Store(database.pool), await asyncpg.connect(database.url)
    await store.append(an_append())
    await owner.execute(move)
    await store.append(an_append())
    first, second = [event.recorded_at for event in await store.read(0, 2)]
    assert abs(first - second - timedelta(days=100)) < timedelta(minutes=1)
    assert await verify_chain(database.pool) is None
    await owner.execute("delete from store.clock")
    await owner.close()
    with pytest.raises(asyncpg.PostgresError, match="no rows"):
        await store.append(an_append())


_NOBODY = "nullif(told ->> 'actor', '')::uuid is null"


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "the guard taken out"])
async def test_a_store_takes_declared_types_only_from_somebody(database: Database, *, guarded: bool) -> None:
    owner, kind = await asyncpg.connect(database.url), PersonEnrolled.type_name()
    await owner.execute("delete from store.types where type = $1", kind)
    if not guarded:
        await _replaced(database, "k.type = kind", "true", _NOBODY, "false")
    store, nobody = Store(database.pool), an_append()
    nobody.metadata = "{}"

    async def tried(append: Append) -> bool:
        try:
            return await store.append(append) is not None
        except asyncpg.InsufficientPrivilegeError:
            return False

    assert await tried(an_append()) != guarded
    await owner.execute(declared([kind]))  # as the service's next prepare does
    assert await tried(nobody) != guarded
    assert await tried(an_append())
    await owner.close()


async def test_what_a_store_refuses_spoils_nothing_beside_it(database: Database) -> None:
    store, nobody = Store(database.pool), an_append()
    nobody.metadata = nobody.metadata.replace('"actor"', '"nobody"')
    appends = [an_append(), nobody, an_append(), an_append()]
    answers = await asyncio.gather(*map(store.append, appends), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["Answer", "InsufficientPrivilegeError", "Answer", "Answer"]
    assert await store.append(an_append()) is not None


async def test_what_no_person_does_a_policy_of_that_name_does(database: Database) -> None:
    store, executor = Store(database.pool), Executor(Store(database.pool))
    for policy in ("", "registry/import"):
        context = replace(asked(), policy=policy)
        await executor.execute(COUNTER, uuid4(), Enrol(person_id=uuid4()), context)
    assert [event.actor for event in await store.read(0, 2)] == [acting(""), acting("registry/import")]
    assert (await store.read(0, 1))[0].following(uuid4(), policy="x").policy == "x"


async def _replaced(database: Database, *guards: str) -> None:
    """The function without some of its guards, each with what stands in its place."""
    text = SCHEMA[SCHEMA.index("create function store.append") :].replace(
        "create function", "create or replace function"
    )
    for guard, instead in zip(guards[::2], guards[1::2], strict=True):
        assert guard in text
        text = text.replace(guard, instead)
    owner = await asyncpg.connect(database.url)
    await owner.execute(text)
    await owner.close()


async def test_the_chain_starts_where_the_documents_say(database: Database) -> None:
    assert await database.pool.fetchval("select hash from store.head") == sha256(b"thidua").digest()
