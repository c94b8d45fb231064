"""A restore is announced with the ledger's key: without, a store that lacks what was anchored counts as cut short."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asyncpg

from chassis.store.anchored import Said
from chassis.store.book import Book, public_keys
from chassis.store.growing import Trees
from chassis.store.heads import MARK, Head, Restored, Unsigned, verify
from chassis.store.restore import Plan

_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Before:
    """What heads have said so far, and how many records of commands the backup held."""

    heads: Sequence[Head]
    commands: int

    @property
    def events(self) -> int:
        """Size of the largest tree of events that was anchored and still counts."""
        return Said.of(self.heads, "events").most

    @property
    def signed_commands(self) -> int:
        """The same of records of commands."""
        return Said.of(self.heads, "commands").most


def heads_in(book: Book) -> list[Head]:
    """The genuine heads of a book; raises OSError."""
    keys, found = public_keys(book.folder), list[Head]()
    for _, line in book.lines():
        try:
            found.append(verify(line, keys)[0])
        except Unsigned:
            continue
    return found


async def before(connection: asyncpg.Connection, book: Book) -> Before:
    """What is known before anything is taken back."""
    return Before(heads_in(book), await connection.fetchval("select count(*) from store.commands"))


def lacking(known: Before, plan: Plan) -> bool:
    """Tell whether the store, as it would be, lacks what was anchored and no restore has said so."""
    return known.events > plan.end or known.signed_commands > known.commands


async def announce(
    connection: asyncpg.Connection, book: Book, known: Before, plan: Plan, progress: Callable[[int], None]
) -> Head:
    """Sign that the store begins anew with what it holds now, in the transaction that made it so, before its end.

    Raises what the driver and the disk raise, and Unsafe.
    """
    trees = await _trees(connection, known, plan.end, progress)
    told = max([known.events, *(each.last or each.first for each in plan.lost)])
    gone = (plan.end + 1, told) if told > plan.end else (None, None)
    log = known.heads[-1].log if known.heads else None
    restored = Restored(log=log, first=gone[0], last=gone[1], commands=known.commands)
    said = {"log": trees.log, "chain": trees.chain.hex(), "events": trees.events.head(),
            "commands": trees.commands.head(), "restored": restored}  # fmt: skip
    return book.append(lambda blank: blank.model_copy(update=said))[0]


async def _trees(connection: asyncpg.Connection, known: Before, end: int, progress: Callable[[int], None]) -> Trees:
    """Both trees over the whole store; their heads mark what no earlier one has marked."""
    trees, left = Trees(), True
    number = await connection.fetchval("select coalesce(max(number), 0) from store.commands")
    events, commands = (len(Said.of(known.heads, which).marks) // MARK for which in ("events", "commands"))
    while left:
        left = await trees.grow(connection, end, number, _PAGE)
        progress(trees.events.tree.size)
    for growing, after in ((trees.events, min(events, end)), (trees.commands, min(commands, known.commands))):
        growing.after = min(after, growing.tree.size)
        del growing.marks[: growing.after * MARK]
    trees.log = await connection.fetchval(
        "select log_id from chassis.log order by began_at desc, after_position desc limit 1"
    )
    return trees
