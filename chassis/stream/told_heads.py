"""What a relay sends of a service's book: each head as a record of `thidua.ledger.heads`."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import aclosing
from typing import Final
from uuid import uuid5

from chassis.store.book import Book
from chassis.store.heads import Head, said
from chassis.stream.identity import Identities
from chassis.stream.outgoing import Edge, Outgoing
from chassis.stream.reader import whole
from chassis.stream.received import NoRecord
from chassis.stream.security import Brokers
from chassis.stream.topics import HEADS

_BYTES: Final = 4_194_304
"""Of so many bytes at most a batch is made, and of one head at least."""


class BookSource:
    """Reads a book as records to publish; a head's number is its position."""

    topics: tuple[str, ...] = (HEADS,)

    def __init__(self, book: Book) -> None:
        self._book = book
        self._read = (0, 0)
        """Up to which number it has read, and the byte behind it."""

    async def __call__(self, after: int, limit: int) -> Sequence[Outgoing]:
        """Heads with a number above `after`, in order."""
        return await asyncio.to_thread(self._heads, after, limit)

    async def lacking(self, _: Sequence[Edge]) -> Collection[int]:
        """Nothing: a book that lacks what its topic holds is for the check to name."""
        return ()

    def _heads(self, after: int, limit: int) -> list[Outgoing]:
        number, start = self._read if self._read[0] <= after else (0, 0)
        found, size = list[Outgoing](), 0
        for end, line in self._book.lines(start):
            head = said(line)
            if head is None:
                continue
            if head.number > after:
                if len(found) == limit or size > _BYTES:
                    break
                found.append(_record(head, line))
                size += len(line)
            else:
                number, start = head.number, end
        self._read = (number, start)
        return found


def _record(head: Head, line: bytes) -> Outgoing:
    key = head.service.encode()
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(uuid5(head.book, str(head.number))).encode()),
        ("ce_source", b"/thidua/" + key),
        ("ce_type", b"thidua.ledger.head.v1"),
        ("ce_subject", key),
        ("ce_partitionkey", key),
        ("ce_time", head.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()),
        ("ce_sequence", b"%d" % head.number),
        ("content-type", b"application/jose+json"),
    ]
    return Outgoing(head.number, (HEADS,), key, line, headers)


async def told(brokers: Brokers) -> dict[str, list[bytes]]:
    """The lines that the topic of heads holds, by service; none where there is no such topic yet.

    Raises what the drivers raise.
    """
    found: dict[str, list[bytes]] = {}
    async with Identities(brokers) as identities:
        if not await identities.of([HEADS]):
            return found
    async with aclosing(whole([HEADS], brokers, set())) as read:
        async for batches, caught_up in read:
            for records in batches.values():
                for each in records:
                    if type(each) is not NoRecord:
                        found.setdefault((each.key or b"").decode(errors="replace"), []).append(each.value or b"")
            if caught_up:
                return found
    return found
