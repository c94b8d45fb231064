"""A service's store, its topics and the ledger's heads held against each other; what is wrong, and what to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from chassis.service.platform import Platform
from chassis.store.anchored import Anchors, Said, collate
from chassis.store.book import KEY, Book, public_keys
from chassis.store.ledger import EVENTS
from chassis.store.restore import known_logs
from chassis.store.verification import Finding, Verified, verified
from chassis.stream.copies import Differences
from chassis.stream.topics import events_topic
from cli import anchors_words as words
from cli import differences
from cli.anchors_words import Sentence
from cli.connect import service as loaded

_RELAYS: Final = "select relay, position from chassis.relays where relay like 'ledger-%'"


@dataclass(slots=True)
class Checked:
    """What was found of one service; `wrong` ends the check with 1, `notes` are said and no fault."""

    service: str
    head: int
    anchors: Anchors
    verified: Verified
    topics: Sequence[Differences]
    wrong: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

    @property
    def broken_at(self) -> int | None:
        """The first bad position of the store, if there is one."""
        return self.verified.event.first if self.verified.event else None

    @property
    def anchored(self) -> int:
        """Up to which position the newest head goes."""
        return self.anchors.newest.events.size if self.anchors.newest else 0

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        newest = self.anchors.newest
        return {
            "events": self.head,
            "broken_at": self.broken_at,
            "topics": differences.as_json(self.topics),
            "ledger": {
                "heads": len(self.anchors.heads),
                "anchored": self.anchored,
                "newest": newest.time.isoformat() if newest else None,
                "event": _finding(self.verified.event),
                "command": _finding(self.verified.command),
                "wrong": [en for _, en in self.wrong],
                "notes": [en for _, en in self.notes],
            },
        }


def _finding(found: Finding | None) -> dict[str, Any] | None:
    return None if found is None else {"kind": found.kind, "first": found.first, "last": found.last}


async def sent(pool: asyncpg.Pool) -> dict[UUID, int]:
    """How many heads of each book have been sent: to be asked before the topic is read."""
    return {UUID(relay.removeprefix("ledger-")): position for relay, position in await pool.fetch(_RELAYS)}


async def anchored(
    name: str,
    platform: Platform,
    topic: Sequence[bytes],
    sent_: Mapping[UUID, int],
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Anchors, Verified]:
    """A service's heads, of its book and of the topic that was read before, and its store held against them."""
    folder, pool = platform.settings.ledger, platform.pool
    anchors = collate(name, _file(folder, name), topic, public_keys(folder) if folder else {}, sent_)
    events, commands = (Said.of(anchors.heads, which) for which in ("events", "commands"))
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return anchors, await verified(connection, events, commands, progress)


async def checked(
    name: str, platform: Platform, topic: Sequence[bytes], sent_: Mapping[UUID, int], progress: Callable[[int], None]
) -> Checked:
    """Hold everything of a service against everything else; raises what the drivers and the disk raise."""
    folder = platform.settings.ledger
    anchors, found = await anchored(name, platform, topic, sent_, progress)
    topics = await differences.compared(loaded(name), platform)
    its = Checked(name, await platform.store.head(), anchors, found, topics)
    its.wrong += [*words.of_store(found), *words.of_heads(anchors)]
    own = next((each for each in topics if each.topic == events_topic(name)), None)
    its.wrong += await _of_the_topic(platform.pool, its, own, Said.of(anchors.heads, "events"))
    if not anchors.heads and its.head:
        mine = folder is not None and (folder / KEY).exists()
        (its.wrong if mine else its.notes).append(words.NONE if mine else words.NOT_ANCHORED)
    its.notes += words.restores(anchors)
    return its


def _file(folder: Path | None, name: str) -> list[bytes] | None:
    """The lines of a book; none where this is the relays' folder and it is gone, None where it lies elsewhere."""
    if folder is None:
        return None
    book = Book(folder, name)
    return [line for _, line in book.lines()] if book.path.exists() or (folder / KEY).exists() else None


async def _of_the_topic(pool: asyncpg.Pool, its: Checked, topic: Differences | None, events: Said) -> list[Sentence]:
    """Which of store and topic was changed at the first position at which they differ, and in what."""
    found, sentences = its.verified.event, list[Sentence]()
    if topic is None:
        return []
    claims = {each.position: each for each in topic.first.values()}
    if found is not None and found.kind in {"cut", "replaced"}:
        logs = await known_logs(pool)
        if any(each.carries_on is not None and each.after == found.first - 1 for each in logs):
            sentences.append(words.UNANNOUNCED)
    if found is not None and (claim := claims.get(found.first)) is not None:
        sentences.append(words.compared(claim, found.row, events.mark(found.first - 1)))
    elif found is not None and found.kind in {"edited", "moved", "inserted", "replaced"}:
        sentences.append(words.same_in_topic(topic.topic))
    elif found is None and (claim := topic.first.get("changed")) is not None:
        row = await pool.fetchrow(EVENTS, claim.position - 1, 1)
        sentences.append(words.compared(claim, row, events.mark(claim.position - 1)))
    return sentences
