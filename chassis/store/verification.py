"""A store held against its heads: every event and every command's record in one pass, and the first that does not fit.

The hashes are computed here, from the columns as they are read: nothing that the database says of itself is believed.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import asyncpg

from chassis.store.anchored import Said
from chassis.store.heads import MARK, Head
from chassis.store.ledger import COMMANDS, EVENTS, entry, link
from chassis.store.store import GENESIS
from chassis.store.tree import Frontier, leaf_hash

Kind = Literal["edited", "deleted", "inserted", "moved", "replaced", "cut", "within", "chain", "head"]
"""What is wrong at the first place that does not fit.

An entry was `edited`, `deleted`, `inserted` or `moved`; from it on everything is another (`replaced`); the store ends
before it (`cut`); one of several was changed, nobody can tell which (`within`); the chain of hashes breaks there, where
no head says what was there (`chain`), or ends otherwise than the store's head says (`head`).
"""

_PAGE: Final = 5000
_WINDOW: Final = 1000

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """The first place of a tree that does not fit: a position, or the number in their order of a command's record."""

    kind: Kind
    first: int
    last: int
    row: Row | None = None
    head: Head | None = None
    """The oldest head that it does not fit."""


@dataclass(slots=True)
class Verified:
    """What one pass found."""

    events: int = 0
    commands: int = 0
    event: Finding | None = None
    command: Finding | None = None

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return self.event is None and self.command is None


@dataclass(slots=True)
class _Chain:
    """The chain of hashes, followed from its beginning."""

    last: bytes = GENESIS
    position: int = 0

    def follows(self, row: Row, content: bytes) -> bool:
        self.position += 1
        self.last = link(self.last, row[0], content)
        return bool(row[0] == self.position and row[-1] == self.last)


@dataclass(slots=True)
class _Walk:
    """One tree, leaf by leaf."""

    said: Said
    tree: Frontier = field(default_factory=Frontier)
    good: int = 0
    """Size of the largest tree whose root is as a head says."""

    def take(self, leaves: Sequence[bytes]) -> int | Finding | None:
        """Grow; gives the index of the first leaf that is not as it was marked, or what a root that differs tells."""
        start, size = self.tree.size, self.tree.size + len(leaves)
        marks = b"".join([leaf[:MARK] for leaf in leaves])
        if marks != self.said.marks[start * MARK : size * MARK]:
            for index, leaf in enumerate(leaves, start):
                if self.said.mark(index) not in {None, leaf[:MARK]}:
                    return index
        for each in sorted(each for each in self.said.roots if start < each <= size):
            self.tree.add(leaves[self.tree.size - start : each - start])
            head = self.said.roots[each]
            if self.tree.root.hex() != self.said.tree(head).root:
                return Finding("within", self.good + 1, each, head=head)
            self.good = each
        self.tree.add(leaves[self.tree.size - start :])
        return None


async def verified(
    connection: asyncpg.Connection, events: Said, commands: Said, progress: Callable[[int], None] = lambda _: None
) -> Verified:
    """Hold a store against what its heads say; within a transaction in which nothing moves.

    The chain of hashes is verified from GENESIS up to the store's head, with or without heads. `progress` is told how
    many entries were looked at. Raises what the driver raises.
    """
    found = Verified()
    head = await connection.fetchrow("select position, hash from store.head")
    chain = _Chain()
    async with aclosing(_events(connection)) as pages:
        found.events, found.event = await _through(pages, _Walk(events), chain, progress)
    if found.event is None and (chain.position, chain.last) != (head["position"], head["hash"]):
        found.event = Finding("head", chain.position + 1, chain.position + 1)
    async with aclosing(_commands(connection)) as pages:
        found.commands, found.command = await _through(
            pages, _Walk(commands), None, lambda done: progress(found.events + done)
        )
    return found


def misfit(leaves: Sequence[bytes | None], said: Said) -> Finding | None:
    """The first of these leaves (None where there is none) that does not fit what heads say of their tree."""
    there = next((number for number, each in enumerate(leaves) if each is None), len(leaves))
    walk = _Walk(said)
    bad = walk.take([each for each in leaves[:there] if each is not None])
    if isinstance(bad, int):
        found = [each[:MARK] if each is not None else b"" for each in leaves[bad : bad + _WINDOW]]
        kind, count = classified(found, [said.mark(bad + number) for number in range(_WINDOW)])
        return Finding(kind, bad + 1, bad + count, head=said.beyond(bad))
    if bad is None and there < said.most:
        kind = "cut" if there == len(leaves) else "deleted"
        return Finding(kind, there + 1, said.most if kind == "cut" else there + 1, head=said.beyond(there))
    return bad


async def _events(connection: asyncpg.Connection) -> AsyncGenerator[list[Row]]:
    after = 0
    while rows := await connection.fetch(EVENTS, after, _PAGE):
        yield rows
        after = rows[-1][0]


async def _commands(connection: asyncpg.Connection) -> AsyncGenerator[list[Row]]:
    cursor = await connection.cursor(COMMANDS)
    while rows := await cursor.fetch(_PAGE):
        yield rows


async def _through(
    pages: AsyncIterator[list[Row]], walk: _Walk, chain: _Chain | None, progress: Callable[[int], None]
) -> tuple[int, Finding | None]:
    said, done = walk.said, 0
    async for rows in pages:
        leaves, broken = list[bytes](), None
        for row in rows:
            content = entry(row[1:-1] if chain else row[1:])
            if chain is not None and not chain.follows(row, content):
                broken = len(leaves)
                break
            leaves.append(leaf_hash(content))
        bad = walk.take(leaves)
        if isinstance(bad, Finding):
            return done + len(rows), bad
        if bad is not None or broken is not None:
            at = bad if bad is not None else done + (broken or 0)
            following = [*rows[at - done :]]
            async for more in pages:
                if len(following) >= _WINDOW:
                    break
                following += more
            return done + len(rows), _finding(walk, at, following[:_WINDOW], chain)
        done += len(rows)
        progress(done)
    if done < said.most:
        return done, Finding("cut", done + 1, said.most, head=said.beyond(done))
    return done, None


def _finding(walk: _Walk, index: int, rows: Sequence[Row], chain: _Chain | None) -> Finding:
    """What is wrong at an index, by the rows from it on."""
    said, place, head = walk.said, index + 1, walk.said.beyond(index)
    row = rows[0] if rows else None
    if chain is not None and row is not None and row[0] > place:
        return Finding("deleted", place, row[0] - 1, head=head)
    found = [leaf_hash(entry(each[1:-1] if chain else each[1:]))[:MARK] for each in rows]
    marks = [said.mark(index + number) for number in range(_WINDOW)]
    if marks[0] is None or found[:1] == marks[:1]:
        return Finding("chain", place, place, row, head)
    kind, count = classified(found, marks)
    return Finding(kind, place, place + count - 1, row, head)


def classified(found: Sequence[bytes], said: Sequence[bytes | None]) -> tuple[Kind, int]:
    """What became of the entry that was first, by marks of what is found and of what was said; and of how many."""
    known = [each for each in said if each is not None]
    later = said.index(found[0], 1) if found and found[0] in said[1:] else 0
    earlier = found.index(said[0], 1) if said[0] is not None and said[0] in found[1:] else 0
    if later and earlier:
        return "moved", 1
    if later:
        return "deleted", later
    if earlier:
        return "inserted", earlier
    pairs = list(zip(found[1:], said[1:], strict=False))
    if len(known) > 1 and pairs and not any(one == other for one, other in pairs if other is not None):
        return "replaced", len(known)
    return "edited", 1
