"""What the owner of a database does to a store, chains it anew, and is named for: each with its twin without heads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.facts.settings import Settings
from chassis.service.platform import running
from chassis.store import verification
from chassis.store.anchor import Anchor
from chassis.store.anchored import Said, collate
from chassis.store.announce import heads_in
from chassis.store.book import Book, public_keys, ready
from chassis.store.heads import MARK
from chassis.store.ledger import verify_chain
from chassis.store.store import Store
from chassis.store.verification import Verified, classified, verified
from cli.anchors import Checked, checked
from tests.chassis.streams import (
    Message,
    Stream,
    an_append,
    emptied,
    produce,
    read_all,
    relayed,
    relaying,
    stream,
    until,
)
from tests.chassis.test_topics_made_again import TOPIC, make_again
from tests.conftest import Database

__all__ = ["stream"]

Act = Callable[[asyncpg.Connection], Awaitable[object]]

G = sha256(b"thidua").digest()
ROWS = (
    "select position, stream, version, id, type, (extract(epoch from recorded_at)*1000000)::bigint, metadata::text,"
    " data::text from store.events order by position"
)


async def chained_anew(owner: asyncpg.Connection) -> None:
    """As the finding has it: number and chain everything anew from the public GENESIS, and set the head."""
    await owner.execute(
        "create temp table ordered as select id, row_number() over (order by position) as n from store.events;"
        "update store.events e set position = -o.n from ordered o where o.id = e.id;"
        "update store.events set position = -position; drop table ordered"
    )
    last, updates = G, []
    for row in await owner.fetch(ROWS):
        last = sha256(last + "\x1f".join(map(str, row.values())).encode()).digest()
        updates.append((row["position"], last))
    await owner.executemany("update store.events set hash = $2 where position = $1", updates)
    await owner.execute("update store.head set hash = $1, position = $2", last, len(updates))


def sql(*statements: str) -> Act:
    async def act(owner: asyncpg.Connection) -> None:
        for each in statements:
            await owner.execute(each)

    return act


COPY = (
    "insert into store.events select {at}, 'unit-' || gen_random_uuid(), 1, gen_random_uuid(), type, data, metadata,"
    " recorded_at, hash from store.events where position = 5"
)
ROOM = "update store.events set position = -position - 1 where position >= 12; update store.events set position ="
ROOM += " -position where position < 0"

BEEF = '{"actor": "00000000-0000-4000-8000-00000000beef"}'
ANOTHER_ACTOR = "update store.events set metadata = (metadata::jsonb || 'BEEF')::json where position = 12"

EVENTS: dict[str, tuple[Act, tuple[str, int, int]]] = {
    "the data of one edited": (
        sql("update store.events set data = jsonb_set(data::jsonb, '{name}', '\"other\"')::json where position = 12"),
        ("edited", 12, 12),
    ),
    "its actor edited": (
        sql(ANOTHER_ACTOR.replace("BEEF", BEEF)),
        ("edited", 12, 12),
    ),
    "its type edited": (
        sql("update store.events set type = 'thidua.registry.UnitRenamed.v1' where position = 12"),
        ("edited", 12, 12),
    ),
    "its time edited": (
        sql("update store.events set recorded_at = recorded_at - interval '1 year' where position = 12"),
        ("edited", 12, 12),
    ),
    "its id edited": (sql("update store.events set id = gen_random_uuid() where position = 12"), ("edited", 12, 12)),
    "its stream edited": (sql("update store.events set stream = 'unit-x' where position = 12"), ("edited", 12, 12)),
    "a blank put into its data": (
        sql("update store.events set data = (' ' || data::text)::json where position = 12"), ("edited", 12, 12),
    ),
    "the first edited": (sql("update store.events set stream = 'x' where position = 1"), ("edited", 1, 1)),
    "the last that was signed edited": (
        sql("update store.events set stream = 'x' where position = 40"), ("edited", 40, 40),
    ),
    "one deleted": (sql("delete from store.events where position = 12"), ("deleted", 12, 12)),
    "three deleted": (sql("delete from store.events where position between 12 and 14"), ("deleted", 12, 14)),
    "two exchanged": (
        sql("update store.events set position = -12 where position = 12",
            "update store.events set position = 12 where position = 13",
            "update store.events set position = 13 where position = -12"),
        ("moved", 12, 12),
    ),
    "one put much later": (
        sql("update store.events set position = 1000 where position = 12"), ("moved", 12, 12),
    ),
    "one inserted": (sql(ROOM, COPY.format(at=12)), ("inserted", 12, 12)),
    "the last ten cut off": (sql("delete from store.events where position > 30"), ("cut", 31, 40)),
    "everything cut off": (sql("delete from store.events"), ("cut", 1, 40)),
    "from one on everything another": (
        sql("update store.events set data = (' ' || data::text)::json where position >= 12"), ("replaced", 12, 40),
    ),
}  # fmt: skip

INSERTED = (
    "insert into store.commands (id, fingerprint, stream, position, version, recorded_at, number)"
    " values (gen_random_uuid(), '', 'unit-x', 14, 2, now(), 7)"
)
COMMANDS: dict[str, tuple[Act, tuple[str, int, int]]] = {
    name: (sql(*statements), kind)
    for name, statements, kind in (
        ("its fingerprint edited", ["update store.commands set fingerprint = 'x' where number = 7"], ("edited", 7, 7)),
        ("its position edited", ["update store.commands set position = 1 where number = 7"], ("edited", 7, 7)),
        ("its id edited", ["update store.commands set id = gen_random_uuid() where number = 7"], ("edited", 7, 7)),
        ("its time edited", ["update store.commands set recorded_at = now() where number = 7"], ("edited", 7, 7)),
        ("one deleted", ["delete from store.commands where number = 7"], ("deleted", 7, 7)),
        ("three deleted", ["delete from store.commands where number between 7 and 9"], ("deleted", 7, 9)),
        ("one that changed nothing deleted", ["delete from store.commands where number = 21"], ("deleted", 21, 21)),
        (
            "one inserted",
            [
                "update store.commands set number = number + 1 where number >= 7",
                INSERTED,
            ],
            ("inserted", 7, 7),
        ),
        ("the last ones cut off", ["delete from store.commands where number > 15"], ("cut", 16, 22)),
    )
}


async def write(database: Database, commands: int, events: int = 2) -> None:
    store = Store(database.pool)
    for _ in range(commands):
        await store.append(
            replace(an_append(uuid4(), 0, *(f"n{each}" for each in range(events))), fingerprint=b"f" * 32)
        )
    await store.close()


@pytest.fixture
async def book(database: Database, tmp_path: Path) -> Book:
    """A store of 40 events and 22 commands, two of which changed nothing, signed for three times."""
    ready(tmp_path / "ledger")
    its = Book(tmp_path / "ledger", "registry")
    anchor = Anchor(database.pool, its, every=0)
    for commands in (5, 10, 5):
        await write(database, commands)
        await anchor.look()
    await write(database, 2, events=0)
    await anchor.look()
    return its


@asynccontextmanager
async def owning(database: Database) -> AsyncIterator[asyncpg.Connection]:
    owner = await asyncpg.connect(database.url)
    try:
        yield owner
    finally:
        await owner.close()


async def tampered(database: Database, act: Act) -> None:
    async with owning(database) as owner:
        await act(owner)
        await chained_anew(owner)


async def look(database: Database, book: Book | None) -> Verified:
    heads = heads_in(book) if book else []
    async with database.pool.acquire() as connection, connection.transaction():
        return await verified(connection, Said.of(heads, "events"), Said.of(heads, "commands"))


async def test_a_store_as_it_was_signed_for_is_silent_also_with_what_came_after(database: Database, book: Book) -> None:
    found = await look(database, book)
    assert (found.events, found.commands, found.ok) == (40, 22, True)
    await write(database, 3)
    found = await look(database, book)
    assert (found.events, found.commands, found.ok) == (46, 25, True)


@pytest.mark.parametrize("what", EVENTS)
async def test_what_the_owner_did_to_events_is_named(database: Database, book: Book, what: str) -> None:
    act, expected = EVENTS[what]
    await tampered(database, act)
    found = await look(database, book)
    assert found.event is not None
    assert (found.event.kind, found.event.first, found.event.last) == expected
    assert found.event.head is not None
    assert found.event.head.number == (1 if expected[1] <= 10 else 2 if expected[1] <= 30 else 3)
    assert await verify_chain(database.pool) is None, "the chain alone says nothing"
    assert (await look(database, None)).event is None, "nor does the check without heads"


@pytest.mark.parametrize("what", COMMANDS)
async def test_what_the_owner_did_to_commands_is_named(database: Database, book: Book, what: str) -> None:
    act, expected = COMMANDS[what]
    await tampered(database, act)
    found = await look(database, book)
    assert found.command is not None
    assert (found.command.kind, found.command.first, found.command.last) == expected
    assert found.event is None
    assert (await look(database, None)).ok, "without heads nobody would know"


async def test_marks_that_were_met_by_chance_do_not_hide_a_change(
    database: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries four thousand million edits finds one with the same mark; the root is another."""
    await tampered(database, EVENTS["its stream edited"][0])
    take = verification._Walk.take

    def blind(walk: Any, leaves: Any) -> Any:
        walk.said.marks = bytearray(len(walk.said.marks))  # as if no mark told
        return take(walk, leaves)

    monkeypatch.setattr(verification._Walk, "take", blind)
    found = await look(database, book)
    assert found.event is not None
    assert (found.event.kind, found.event.first, found.event.last) == ("within", 11, 30)


async def test_who_does_not_chain_anew_is_named_without_heads(database: Database, book: Book) -> None:
    async with owning(database) as owner:
        await EVENTS["one deleted"][0](owner)
        for its in (book, None):
            found = (await look(database, its)).event
            assert found is not None
            assert (found.kind, found.first, found.last) == ("deleted", 12, 12)
        await sql("update store.events set hash = 'x' where position = 5")(owner)
        found = (await look(database, book)).event
        assert (found and (found.kind, found.first)) == ("chain", 5)


async def test_a_head_of_the_store_that_was_set_back_is_named(database: Database, book: Book) -> None:
    async with owning(database) as owner:
        await owner.execute("update store.head set position = 30")
    found = (await look(database, book)).event
    assert (found and (found.kind, found.first)) == ("head", 41)


async def test_what_came_after_the_newest_head_is_not_seen(database: Database, book: Book) -> None:
    """As docs/operations.md says."""
    await write(database, 3)
    await tampered(database, sql("update store.events set stream = 'x' where position = 44"))
    assert (await look(database, book)).ok


async def test_heads_that_another_machine_made_of_the_rewritten_store_do_not_hide_it(
    database: Database, book: Book, tmp_path: Path
) -> None:
    await tampered(database, EVENTS["the data of one edited"][0])
    ready(tmp_path / "other")
    other = Book(tmp_path / "other", "registry")
    await Anchor(database.pool, other).look()
    lines = [line for its in (book, other) for _, line in its.lines()]
    anchors = collate("registry", None, lines, public_keys(book.folder) | public_keys(other.folder), {})
    assert anchors.heads[-1].book == other.first()
    assert {each.kind for each in anchors.troubles} == {"inconsistent"}
    async with database.pool.acquire() as connection, connection.transaction():
        found = await verified(connection, Said.of(anchors.heads, "events"), Said.of(anchors.heads, "commands"))
    assert found.event is not None
    assert (found.event.kind, found.event.first) == ("edited", 12)


@pytest.mark.parametrize(
    ("found", "said", "kind"),
    [
        ("bcd", "abcd", ("deleted", 1)),
        ("d", "abcd", ("deleted", 3)),
        ("xabcd", "abcd", ("inserted", 1)),
        ("xyabcd", "abcd", ("inserted", 2)),
        ("bacd", "abcd", ("moved", 1)),
        ("bcda", "abcd", ("moved", 1)),
        ("xbcd", "abcd", ("edited", 1)),
        ("x", "abcd", ("edited", 1)),
        ("xyz", "abcd", ("replaced", 4)),
        ("xyzd", "abcd", ("edited", 1)),
    ],
)
def test_what_became_of_an_entry(found: str, said: str, kind: tuple[str, int]) -> None:
    def marks(text: str) -> list[bytes]:
        return [each.encode() * MARK for each in text]

    assert classified(marks(found), [*marks(said), None, None]) == kind


# -- the store, its topic and the heads -------------------------------------------------------------------------------


async def signed(stream: Stream, folder: Path, commands: int = 10) -> Book:
    """A history in store and topic, signed for."""
    ready(folder)
    book = Book(folder, "registry")
    async with relaying(stream):
        await write(stream.database, commands)
        await relayed(stream)
    await Anchor(stream.database.pool, book, every=0).look()
    return book


DIRECTORY = (
    "create table if not exists people (person_id uuid, details text, position bigint, changed_by uuid);"
    "grant select on people to public"
)


async def check(stream: Stream, book: Book, topic: list[bytes] | None = None) -> Checked:
    its = Settings(database_url=stream.database.url, database_role=stream.database.role,
                   kafka_bootstrap=stream.bootstrap, thidua_ledger=book.folder)  # fmt: skip
    lines = [line for _, line in book.lines()] if topic is None else topic
    async with owning(stream.database) as owner:
        await owner.execute(DIRECTORY)
    async with running("registry", its) as platform:
        return await checked("registry", platform, lines, {}, lambda _: None)


def english(found: Checked) -> str:
    return "\n".join(en for _, en in found.wrong)


async def test_a_sound_store_topic_and_book_are_silent(stream: Stream, tmp_path: Path) -> None:
    found = await check(stream, await signed(stream, tmp_path / "ledger"))
    assert (found.wrong, found.notes, [each.counts for each in found.topics]) == ([], [], [{}, {}, {}])
    assert (found.head, found.anchored) == (20, 20)


async def test_the_side_that_was_changed_is_named_the_store(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger")
    await tampered(stream.database, EVENTS["the data of one edited"][0])
    found = await check(stream, book)
    assert found.broken_at == 12
    assert "position 12 was edited" in english(found)
    assert f"{TOPIC} 12 still holds the event as it was signed for, the store does not" in english(found)
    assert english(found).endswith(": data"), english(found)


async def test_the_side_that_was_changed_is_named_the_topic(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger")
    await forge(stream, 12, b'{"forged": true}')
    found = await check(stream, book)
    assert found.broken_at is None
    assert "12 does not hold the event as it was signed for, the store does: the topic was changed" in english(found)


async def test_both_sides_changed_alike_are_named_all_the_same(stream: Stream, tmp_path: Path) -> None:
    """The topic was deleted and filled again from the store that had been rewritten."""
    book = await signed(stream, tmp_path / "ledger")
    await tampered(stream.database, EVENTS["the data of one edited"][0])
    await make_again(stream, TOPIC)
    async with relaying(stream) as relay:
        await until(lambda: filled(stream))
        assert relay.leads
    found = await check(stream, book)
    assert found.broken_at == 12
    assert found.topics[0].counts == {}
    assert "holds there what the store holds now" in english(found)


async def filled(stream: Stream) -> bool:
    return len(await asyncio.to_thread(read_all, stream.bootstrap, TOPIC)) >= 20


async def forge(stream: Stream, position: int, value: bytes) -> None:
    """Put the topic's records there anew, one of them with another value."""
    records = await asyncio.to_thread(read_all, stream.bootstrap, TOPIC)
    await emptied(stream, TOPIC)
    for each in sorted(records, key=lambda record: int(record.headers["ce_sequence"])):
        changed = int(each.headers["ce_sequence"]) == position
        produce(stream, Message(0, each.key, value if changed else each.value, each.headers))


async def test_where_no_head_goes_nobody_can_tell_which_side_was_changed(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger", 2)
    async with relaying(stream):
        await write(stream.database, 5)
        await relayed(stream)
    await tampered(stream.database, EVENTS["the data of one edited"][0])
    found = await check(stream, book)
    assert found.broken_at is None
    assert "12 differs from the store" in english(found)
    assert "nobody can tell which was changed" in english(found)


@pytest.mark.parametrize("what", ["one deleted", "two exchanged", "one inserted", "one put much later"])
async def test_other_changes_are_named_with_store_and_topic(stream: Stream, tmp_path: Path, what: str) -> None:
    book = await signed(stream, tmp_path / "ledger")
    await tampered(stream.database, EVENTS[what][0])
    found = await check(stream, book)
    assert found.broken_at == 12
    assert "the store does not" in english(found)


async def test_a_cut_tail_is_named_and_so_is_a_restore_that_nobody_announced(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger")
    await tampered(stream.database, sql("delete from store.events where position > 14"))
    found = await check(stream, book)
    assert found.broken_at == 15
    assert "the tail of the store was cut: positions 15-20" in english(found)
    async with owning(stream.database) as owner:
        await owner.execute(
            "insert into chassis.log (log_id, after_position, carries_on)"
            " select gen_random_uuid(), 14, log_id from chassis.log"
        )
    assert "nobody announced that with the ledger's key" in english(await check(stream, book))


async def test_heads_that_are_gone_are_named(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger")
    lines = [line for _, line in book.lines()]
    book.path.unlink()
    assert "removed from the file" in english(await check(stream, book, lines))
    assert "no head" in english(await check(stream, book, []))
    (book.folder / "key.pem").unlink()
    found = await check(stream, book, [])
    assert (found.wrong, len(found.notes)) == ([], 1), "a folder with public keys alone is an auditor's"


async def test_without_the_public_key_nothing_is_taken_for_signed(stream: Stream, tmp_path: Path) -> None:
    book = await signed(stream, tmp_path / "ledger")
    for each in book.folder.glob("*.pub"):
        each.unlink()
    found = await check(stream, book)
    assert "unknown key" in english(found)
    assert collate("registry", None, [], public_keys(book.folder), {}).heads == []
