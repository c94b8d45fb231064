"""A restore that lacks nothing that was signed for is silent; an older one is a restore if announced, else a cut."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.store import announce as announcing
from chassis.store import restore as store_restore
from chassis.store.anchor import Anchor
from chassis.store.announce import announce, before, heads_in, lacking
from chassis.store.book import Book, ready
from chassis.store.heads import Head
from chassis.store.restore import Plan
from tests.chassis.streams import Stream, an_append, emptied, relayed, relaying, stream
from tests.chassis.test_taken_back import TOPIC, Backup, backed_up, looked, owner, restored
from tests.chassis.test_tampering import check, english, sql, tampered, write

__all__ = ["stream"]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    ready(tmp_path / "ledger")
    return Book(tmp_path / "ledger", "registry")


async def goes_on(stream: Stream, commands: int) -> None:
    """So many commands with two events each, and one without any; all of it sent."""
    await write(stream.database, commands)
    await stream.store.append(an_append(uuid4(), 0))
    async with relaying(stream):
        await relayed(stream)


async def sign(stream: Stream, book: Book) -> None:
    await Anchor(stream.database.pool, book, every=0).look()


async def done(stream: Stream, book: Book | None, **options: Any) -> tuple[Plan, Head | None]:
    """As `thidua restore` does it, with the ledger's key or without."""
    plan = await looked(stream, **options)
    head = None
    async with owner(stream) as connection, connection.transaction():
        known = await before(connection, book) if book else None
        await store_restore.restore(connection, "registry", plan, lambda _: None)
        if book and known and (lacking(known, plan) or not plan.nothing):
            head = await announce(connection, book, known, plan, lambda _: None)
    return plan, head


async def a_backup_in_the_middle(stream: Stream, book: Book) -> Backup:
    """Ten events and six commands are in the backup; ten events more were signed for, and four were not."""
    await goes_on(stream, 5)
    await sign(stream, book)
    backup = await backed_up(stream)
    await goes_on(stream, 5)
    await sign(stream, book)
    await goes_on(stream, 2)
    return backup


async def test_a_backup_that_holds_everything_that_was_signed_for_is_silent(stream: Stream, book: Book) -> None:
    await goes_on(stream, 5)
    await sign(stream, book)
    await goes_on(stream, 1)
    backup = await backed_up(stream)
    await goes_on(stream, 3)
    await restored(stream, backup)
    plan, head = await done(stream, book)
    assert (plan.end, head and head.restored and head.restored.first) == (18, None)
    for _ in range(2):
        found = await check(stream, book)
        assert (found.wrong, found.notes, found.head) == ([], [], 18)
        await sign(stream, book)
    assert [each.events.size for each in heads_in(book)] == [10, 18], "nothing new since the announcement"


async def test_so_is_one_of_which_nothing_at_all_is_missing_without_any_announcement(
    stream: Stream, book: Book
) -> None:
    await goes_on(stream, 5)
    await sign(stream, book)
    await restored(stream, await backed_up(stream))
    _, head = await done(stream, book)
    found = await check(stream, book)
    assert (head, found.wrong, found.notes) == (None, [], [])


async def test_an_older_one_that_takes_all_events_back_is_silent_when_announced(stream: Stream, book: Book) -> None:
    backup = await a_backup_in_the_middle(stream, book)
    await restored(stream, backup)
    plan, head = await done(stream, book)
    assert (plan.end, plan.lost) == (24, [])
    assert head is not None
    assert head.restored is not None
    assert (head.events.size, head.events.after, head.commands.after) == (24, 20, 6)
    assert (head.restored.first, head.restored.commands) == (None, 6)
    found = await check(stream, book)
    assert (found.wrong, found.notes) == ([], [])


async def test_not_announced_the_records_of_commands_that_were_made_again_are_named(stream: Stream, book: Book) -> None:
    backup = await a_backup_in_the_middle(stream, book)
    await restored(stream, backup)
    await done(stream, None)
    found = await check(stream, book)
    assert found.broken_at is None, "the events are as they were"
    assert found.verified.command is not None
    assert found.verified.command.first == 7


async def older(stream: Stream, book: Book, *, announced: bool) -> None:
    """Restored from the backup, and the topic is lost; then it goes on, and is signed for."""
    backup = await a_backup_in_the_middle(stream, book)
    await restored(stream, backup)
    await emptied(stream, TOPIC)
    plan, _ = await done(stream, book if announced else None, topic_lost=True)
    assert (plan.end, plan.begins) == (10, True)


async def test_an_older_one_is_reported_as_a_restore_when_it_was_announced(stream: Stream, book: Book) -> None:
    await older(stream, book, announced=True)
    logs = await stream.database.pool.fetch("select log_id from chassis.log order by began_at")
    for _ in range(2):
        found = await check(stream, book)
        assert found.wrong == []
        [(_, en)] = found.notes
        assert "restore announced on 20" in en
        assert f"log {logs[1][0]} carries on after position 10; positions 11-20 of {logs[0][0]} are gone" in en
        await goes_on(stream, 4)
        await sign(stream, book)
    assert [each.events.size for each in heads_in(book)] == [10, 20, 10, 18, 26]


async def test_and_as_a_cut_tail_when_it_was_not(stream: Stream, book: Book) -> None:
    await older(stream, book, announced=False)
    found = await check(stream, book)
    assert found.broken_at == 11
    assert "the tail of the store was cut: positions 11-20" in english(found)
    assert "nobody announced that with the ledger's key" in english(found)
    await goes_on(stream, 8)
    found = await check(stream, book)
    assert found.broken_at == 11
    assert "from position 11 on the store holds other events than were signed for" in english(found)
    assert "nobody announced that with the ledger's key" in english(found)


@pytest.mark.parametrize("position", [3, 10, 11, 15])
async def test_behind_an_announcement_changes_are_named_as_before(stream: Stream, book: Book, position: int) -> None:
    await older(stream, book, announced=True)
    await goes_on(stream, 4)
    await sign(stream, book)
    await tampered(stream.database, sql(f"update store.events set stream = 'x' where position = {position}"))  # noqa: S608
    found = await check(stream, book)
    assert found.verified.event is not None
    assert (found.verified.event.kind, found.verified.event.first) == ("edited", position)


async def test_a_cut_that_the_database_alone_calls_a_restore_is_none(stream: Stream, book: Book) -> None:
    """What the owner writes into chassis.log and chassis.lost is no announcement."""
    await a_backup_in_the_middle(stream, book)
    await tampered(stream.database, sql(
        "delete from store.events where position > 10",
        "insert into chassis.log (log_id, after_position, carries_on) select gen_random_uuid(), 10, log_id"
        " from chassis.log",
    ))  # fmt: skip
    assert (await check(stream, book)).broken_at == 11


async def test_an_announcement_that_did_not_come_to_its_end_hides_nothing(
    stream: Stream, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is signed before the transaction ends: the store is still the backup, then, and says so until it is done."""
    backup = await a_backup_in_the_middle(stream, book)
    await restored(stream, backup)
    write_ = Book.append

    def crash(self: Book, made: Any) -> Any:
        write_(self, made)
        raise OSError("killed")

    monkeypatch.setattr(Book, "append", crash)
    with pytest.raises(OSError, match="killed"):
        await done(stream, book)
    found = await check(stream, book)
    assert found.broken_at == 11
    monkeypatch.setattr(Book, "append", write_)
    await done(stream, book)
    found = await check(stream, book)
    assert (found.wrong, found.notes, announcing.heads_in(book)[-1].events.size) == ([], [], 24)
