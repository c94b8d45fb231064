"""The trees of a store as their writer has them: they grow with the store, and are kept beside the book."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from chassis.store.heads import MARK, Head, TreeHead
from chassis.store.ledger import COMMAND_LEAVES, EVENT_LEAVES
from chassis.store.store import GENESIS
from chassis.store.tree import Frontier, split


class Gap(Exception):
    """The store lacks an event in its middle."""


@dataclass(slots=True)
class Growing:
    """A tree, up to which key (position or number) it has taken the store's rows, and what its next head marks."""

    tree: Frontier = field(default_factory=Frontier)
    last: int = 0
    after: int = 0
    marks: bytearray = field(default_factory=bytearray)

    def take(self, hashes: bytes, last: int) -> None:
        """Grow by leaves whose last row has this key."""
        leaves = split(hashes)
        self.tree.add(leaves)
        self.last = last
        for leaf in leaves:
            self.marks += leaf[:MARK]

    def head(self) -> TreeHead:
        """Its head."""
        return TreeHead.of(self.tree, self.after, bytes(self.marks))

    def signed(self) -> None:
        """Begin anew with what comes behind the head that was just made."""
        self.after, self.marks = self.tree.size, bytearray()

    def kept(self) -> dict[str, Any]:
        """As it is kept beside the book, right behind a head."""
        return {"size": self.tree.size, "last": self.last, "peaks": [each.hex() for each in self.tree.peaks]}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Growing":
        """What `kept` gave."""
        tree = Frontier(kept["size"], [bytes.fromhex(each) for each in kept["peaks"]])
        return cls(tree, kept["last"], tree.size)


@dataclass(slots=True)
class Trees:
    """Both trees, the chain's hash after the last event, and the log's name."""

    events: Growing = field(default_factory=Growing)
    commands: Growing = field(default_factory=Growing)
    chain: bytes = GENESIS
    log: UUID | None = None

    def fits(self, head: Head) -> bool:
        """Whether they are what a head says."""
        own = (self.events.tree, self.commands.tree)
        said = (head.events, head.commands)
        return all((tree.size, tree.root.hex()) == (each.size, each.root) for tree, each in zip(own, said, strict=True))

    async def grow(self, connection: asyncpg.Connection, position: int, number: int, most: int) -> bool:
        """Take up the store's rows up to these keys, at most so many of each; gives whether any are left.

        Raises Gap.
        """
        events, commands = self.events, self.commands
        if events.last < position:
            upto = min(position, events.last + most)
            count, hashes, _ = await connection.fetchrow(EVENT_LEAVES, events.last, upto)
            if count != upto - events.last:
                raise Gap(f"between {events.last} and {upto}")
            events.take(hashes, upto)
            self.chain = await connection.fetchval("select hash from store.events where position = $1", upto)
        if commands.last < number:
            upto = min(number, commands.last + most)
            _, hashes, _ = await connection.fetchrow(COMMAND_LEAVES, commands.last, upto)
            commands.take(hashes or b"", upto)
        return events.last < position or commands.last < number
