"""Heads are made of a store as it grows, go on after a crash, and a store that is another one than signed is named."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.facts.settings import Settings
from chassis.run import anchoring as run_anchoring
from chassis.run.anchoring import anchoring
from chassis.store import anchor
from chassis.store.anchor import Anchor
from chassis.store.announce import heads_in
from chassis.store.book import Book, ready
from chassis.store.heads import Head
from chassis.store.ledger import COMMANDS, EVENTS, entry
from chassis.store.store import GENESIS, Store
from chassis.store.tree import EMPTY, leaf_hash, root
from chassis.stream.told_heads import told
from chassis.stream.topics import HEADS
from chassis.telemetry.telemetry import LEDGER_BROKEN
from deploy.local.embedded import Embedded
from tests.chassis.streams import Stream, an_append, relaying, stream, until
from tests.chassis.test_topics_made_again import make_again
from tests.conftest import DATA, Database

__all__ = ["stream"]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    ready(tmp_path / "ledger")
    return Book(tmp_path / "ledger", "registry")


async def write(database: Database, commands: int, events: int = 2) -> None:
    store = Store(database.pool)
    appends = [an_append(uuid4(), 0, *(f"n{each}" for each in range(events))) for _ in range(commands)]
    await asyncio.gather(*(store.append(each) for each in appends))
    await store.close()


heads = heads_in


async def computed(database: Database) -> tuple[str, str]:
    """Both roots from the rows, by the plain functions."""
    async with database.pool.acquire() as connection, connection.transaction():
        events = await connection.fetch(EVENTS, 0, 100_000)
        commands = await connection.fetch(COMMANDS)
    return (
        root([leaf_hash(entry(tuple(row)[1:-1])) for row in events]).hex(),
        root([leaf_hash(entry(tuple(row)[1:])) for row in commands]).hex(),
    )


def roots(head: Head) -> tuple[str, str]:
    return head.events.root, head.commands.root


async def test_an_empty_store_has_a_head_too(database: Database, book: Book) -> None:
    await Anchor(database.pool, book).look()
    [head] = heads(book)
    assert (head.events.size, roots(head), head.chain) == (0, (EMPTY.hex(), EMPTY.hex()), GENESIS.hex())
    assert head.log == await database.pool.fetchval("select log_id from chassis.log")


async def test_roots_are_those_of_the_rows_however_the_store_grew(database: Database, book: Book) -> None:
    its = Anchor(database.pool, book, every=0)
    for commands in (1, 7, 30):
        await write(database, commands)
        await its.look()
        await write(database, 2, events=0)  # commands that changed nothing
        await its.look()
        head = heads(book)[-1]
        assert roots(head) == await computed(database)
        assert head.chain == (await database.pool.fetchval("select hash from store.head")).hex()
    assert [each.events.size for each in heads(book)] == [2, 2, 16, 16, 76, 76]
    assert [each.commands.size for each in heads(book)] == [1, 3, 10, 12, 42, 44]


async def test_a_head_comes_after_so_long_or_so_many_events(database: Database, book: Book) -> None:
    its = Anchor(database.pool, book, every=3600, events=10)
    await write(database, 1)
    await its.look()
    assert len(heads(book)) == 1, "the first one at once"
    await write(database, 4)
    await its.look()
    assert len(heads(book)) == 1
    await write(database, 1)
    await its.look()
    assert [each.events.size for each in heads(book)] == [2, 12]
    await write(database, 1)
    await its.look(final=True)
    await its.look(final=True)
    assert [each.events.size for each in heads(book)] == [2, 12, 14]


async def test_a_long_history_is_signed_in_steps(
    database: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchor, "_PAGE", 8)
    monkeypatch.setattr(anchor, "STEP", 20)
    await write(database, 40)
    await Anchor(database.pool, book).look()
    assert [each.events.size for each in heads(book)] == [24, 48, 72, 80]
    assert [each.events.after for each in heads(book)] == [0, 24, 48, 72]
    assert roots(heads(book)[-1]) == await computed(database)


async def test_after_a_crash_it_goes_on_where_it_was(
    database: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(database, 20)
    await Anchor(database.pool, book).look()
    await write(database, 3)

    async def never(*_: Any) -> Any:
        raise AssertionError("nothing before the last head is read again")

    monkeypatch.setattr(Anchor, "_again", never)
    await Anchor(database.pool, book).look()
    assert roots(heads(book)[-1]) == await computed(database)


@pytest.mark.parametrize("kept", [None, b"", b"{}", b'{"line": "other"}'], ids=["gone", "empty", "other", "old"])
async def test_what_was_not_kept_is_computed_anew(
    database: Database, book: Book, monkeypatch: pytest.MonkeyPatch, kept: bytes | None
) -> None:
    monkeypatch.setattr(anchor, "_PAGE", 7)
    await write(database, 20)
    await Anchor(database.pool, book).look()
    await write(database, 3)
    if kept is None:
        book.state.unlink()
    else:
        book.state.write_bytes(kept)
    LEDGER_BROKEN.set(0)
    await Anchor(database.pool, book).look()
    last = heads(book)[-1]
    assert (last.events.size, last.events.after, last.commands.after) == (46, 40, 20)
    assert roots(last) == await computed(database)
    assert LEDGER_BROKEN._value.get() == 0


async def as_owner(database: Database, *statements: str) -> None:
    owner = await asyncpg.connect(database.url)
    for each in statements:
        await owner.execute(each)
    await owner.close()


@pytest.mark.parametrize("how", ["running", "started again", "computed anew"])
async def test_a_store_that_was_rewritten_is_said_and_not_signed_for_until_it_is_mended(
    database: Database, book: Book, how: str
) -> None:
    its = Anchor(database.pool, book, every=0)
    await write(database, 10)
    await its.look()
    was = await database.pool.fetchval("select metadata from store.events where position = 20")
    link = await database.pool.fetchval("select hash from store.events where position = 20")
    change = "update store.events set metadata = '{}', hash = sha256('x') where position = 20"
    await as_owner(database, change)
    await write(database, 1)
    if how != "running":
        its = Anchor(database.pool, book, every=0)
    if how == "computed anew":
        book.state.unlink()
    LEDGER_BROKEN.set(0)
    for _ in range(2):
        await its.try_(final=False)
        await its.try_(final=True)
        assert (LEDGER_BROKEN._value.get(), heads(book)[-1].events.size) == (1, 20)
    owner = await asyncpg.connect(database.url)
    await owner.execute("update store.events set metadata = $1, hash = $2 where position = 20", was, link)
    await owner.close()
    await its.try_(final=False)
    assert (LEDGER_BROKEN._value.get(), heads(book)[-1].events.size) == (0, 22)


async def test_a_tail_that_was_cut_is_not_signed_for(database: Database, book: Book) -> None:
    its = Anchor(database.pool, book, every=0)
    await write(database, 10)
    await its.look()
    await as_owner(database, "delete from store.events where position > 15", "update store.head set position = 15")
    for each in (its, Anchor(database.pool, book, every=0)):
        LEDGER_BROKEN.set(0)
        await each.try_(final=True)
        assert (LEDGER_BROKEN._value.get(), len(heads(book))) == (1, 1)


async def test_a_gap_is_said_and_nothing_is_signed(database: Database, book: Book) -> None:
    await write(database, 10)
    await as_owner(database, "delete from store.events where position = 7")
    LEDGER_BROKEN.set(0)
    await Anchor(database.pool, book).try_(final=False)
    assert (LEDGER_BROKEN._value.get(), heads(book)) == (1, [])


async def test_who_does_not_lead_signs_nothing(database: Database, book: Book) -> None:
    await write(database, 1)
    await Anchor(database.pool, book, lambda: False).try_(final=True)
    assert heads(book) == []


async def test_two_at_once_leave_one_whole_book(database: Database, book: Book) -> None:
    one, other = Anchor(database.pool, book, every=0), Anchor(database.pool, Book(book.folder, "registry"), every=0)
    for _ in range(5):
        await write(database, 3)
        await asyncio.gather(one.look(), other.look())
    numbers = [each.number for each in heads(book)]
    assert numbers == list(range(1, 11))
    assert roots(heads(book)[-1]) == await computed(database)


async def test_a_disk_that_is_full_is_outlived(database: Database, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(database, 5)
    its = Anchor(database.pool, book, every=0)
    append = Book.append

    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Book, "append", full)
    await its.try_(final=False)
    monkeypatch.setattr(Book, "append", append)
    await its.try_(final=False)
    assert [each.events.size for each in heads(book)] == [10]


@asynccontextmanager
async def anchored(stream: Stream, folder: Path, **more: Any) -> AsyncIterator[None]:
    """A relay that makes heads, as its process does."""
    its = Settings(thidua_ledger=folder, kafka_bootstrap=stream.bootstrap, thidua_env="test", **more)
    async with relaying(stream) as relay, anchoring("registry", its, stream.database.pool, relay):
        await until(lambda: leading(relay))
        yield


async def leading(relay: Any) -> bool:
    return bool(relay.leads)


async def test_heads_reach_their_topic_and_the_last_one_at_an_orderly_stop(stream: Stream, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    book = Book(folder, "registry")

    async def first() -> bool:
        return book.path.exists()

    async with anchored(stream, folder, thidua_ledger_seconds=3600):
        await until(first)
        await write(stream.database, 3)
    assert [each.events.size for each in heads(book)] == [0, 6]
    assert (await told(stream.bootstrap))["registry"] == [line for _, line in book.lines()]


async def test_a_topic_of_heads_that_was_made_again_is_filled_from_the_book(stream: Stream, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    book = Book(folder, "registry")
    async with anchored(stream, folder, thidua_ledger_seconds=0.1):
        await write(stream.database, 3)
        await until(lambda: holds(stream, book))
    await make_again(stream, HEADS)
    assert await told(stream.bootstrap) == {}
    async with anchored(stream, folder, thidua_ledger_seconds=0.1):
        await until(lambda: holds(stream, book))


async def holds(stream: Stream, book: Book) -> bool:
    lines = [line for _, line in book.lines()]
    return bool(lines) and set((await told(stream.bootstrap)).get("registry", [])) == set(lines)


async def test_production_without_a_folder_for_the_ledger_does_not_start(database: Database) -> None:
    its = Settings(thidua_env="production")
    with pytest.raises(SystemExit, match="THIDUA_LEDGER"):
        async with anchoring("registry", its, database.pool, None):  # type: ignore[arg-type]
            pass
    its = Settings(thidua_env="test")
    async with anchoring("registry", its, database.pool, None):  # type: ignore[arg-type]
        assert run_anchoring._NO_FOLDER


async def read_by_the_server(servers: Embedded, file: Path) -> bool:
    """Whether the database's own system user can read a file, asked of a superuser; and whether it can write it."""
    owner = await asyncpg.connect(servers.database_url)
    try:
        await owner.fetchval("select pg_read_binary_file($1)", str(file))
        await owner.execute(f"copy (select 1) to program 'cat >> {file}'")
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ExternalRoutineError):  # "could not open file", "child failed"
        return False
    finally:
        await owner.close()
    return True


async def test_the_databases_system_user_can_neither_read_nor_write_key_and_book(servers: Embedded) -> None:
    """Where it has one of its own, which takes root; else it is the same account, and the folder lies elsewhere."""
    same = os.geteuid() != 0
    folder = DATA.resolve() / f"ledger-{uuid4().hex}"
    ready(folder)
    try:
        assert await read_by_the_server(servers, folder / "key.pem") is same
        folder.chmod(0o755)
        assert await read_by_the_server(servers, folder / "key.pem") is same
        (folder / "key.pem").chmod(0o666)
        assert await read_by_the_server(servers, folder / "key.pem"), "it is the modes that keep it out"
    finally:
        shutil.rmtree(folder)
