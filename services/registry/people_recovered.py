"""The people directory after a restore: what was changed since the backup comes back from its topic.

An erasure is never undone. Who is erased has a tombstone in the topic, and after a week not even that: whom the topic
no longer knows, though it did when the backup was made, was erased since.
"""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from os import urandom
from typing import Final, cast
from uuid import UUID, uuid5

import asyncpg

from chassis.facts.envelope import EXTENSIONS, Recorded
from chassis.store.restore import Further
from chassis.stream.reader import whole
from chassis.stream.received import receive
from chassis.stream.security import Brokers
from contracts.people import PEOPLE, PersonChanged
from services.registry.people import CHANGE, JOURNAL
from services.registry.personal_words import FORGET

_BEYOND: Final = 1_000_000
"""So much further the directory counts on: beyond every position that it can have given since the backup."""

_ACTOR: Final = EXTENSIONS["actor"]
_LOST: Final = (
    "Chủ đề thidua.people đã mất: không rõ ai đã xóa thông tin sau bản sao lưu; hãy xóa lại theo sổ yêu cầu xóa.",
    "The topic thidua.people was lost: nobody knows who was erased since the backup; erase again by the requests.",
)

Newest = dict[UUID, Recorded[PersonChanged]]
"""What was said last, by person."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the topic has newer than the directory, and who is gone from it; `lost` when it tells nothing any more."""

    changed: Newest
    gone: list[UUID]
    top: int
    head: int
    lost: bool

    async def apply(self, session: asyncpg.Connection) -> None:
        """Bring the directory to what is known, within a transaction that is open; the relay sends it all again."""
        last: int = await session.fetchval("select position from people_head for update")
        for person, each in self.changed.items():
            details = None if each.data.details is None else each.data.details.model_dump_json()
            headers = cast("Mapping[str, bytes]", each.envelope)
            actor = UUID(headers[_ACTOR].decode()) if _ACTOR in headers else None
            await _change(
                session, person, details, each.position, further=max(1, each.position - self.head), actor=actor
            )
        last = max(last, self.top) + _BEYOND
        for person in self.gone:
            last += 1
            await _change(session, person, None, last, further=1, actor=None)
        await session.execute("update people_head set position = $1", last)
        if self.lost:
            await session.execute("update chassis.relays set position = 0 where relay = 'people'")

    def told(self) -> list[tuple[str, str]]:
        """What there is to say."""
        erased = sum(each.data.details is None for each in self.changed.values())
        said = [
            (
                f"Danh bạ: lấy lại {len(self.changed) - erased} người, xóa lại {erased + len(self.gone)} người.",
                f"Directory: {len(self.changed) - erased} people taken back, {erased + len(self.gone)} erased again.",
            )
        ]
        return [*said, _LOST] if self.lost else said


async def look(connection: asyncpg.Connection, bootstrap: Brokers, topics_lost: bool) -> Further:  # noqa: FBT001 - a hook
    """Whose details the topic has newer than the directory, and who was erased; changes nothing."""
    newest = await _newest(bootstrap)
    head = await connection.fetchval("select position from people_head")
    sent = await connection.fetchval("select position from chassis.relays where relay = 'people'") or 0
    rows = await connection.fetch("select person_id, position, details is null as erased from people")
    known = {row["person_id"]: row["position"] for row in rows}
    lost = topics_lost or (sent > 0 and not newest)
    found = _Found(
        {person: each for person, each in newest.items() if each.position > known.get(person, 0)},
        []
        if lost
        else [
            row["person_id"]
            for row in rows
            if row["person_id"] not in newest and not row["erased"] and row["position"] <= sent
        ],
        max((each.position for each in newest.values()), default=0),
        head,
        lost,
    )
    return Further(found.told(), found.apply, needed=bool(found.changed or found.gone or lost))


async def _newest(bootstrap: Brokers) -> Newest:
    newest: Newest = {}
    async with aclosing(whole([PEOPLE], bootstrap, set())) as topic:
        async for batches, caught_up in topic:
            for record in (record for records in batches.values() for record in records):
                found = cast("Recorded[PersonChanged] | None", receive(record).recorded)
                if found is None:
                    continue  # nobody's details: whoever reads the topic has parked it
                before = newest.get(found.data.person_id)
                if before is None or before.position <= found.position:
                    newest[found.data.person_id] = found
            if caught_up:
                break
    return newest


async def _change(
    session: asyncpg.Connection, person: UUID, details: str | None, position: int, *, further: int, actor: UUID | None
) -> None:
    """Change a person, to a version beyond every one that can have been given; the journal's entry is made up."""
    known = await session.fetchval("select version from people where person_id = $1", person) or 0
    version, salt = known + further, None if details is None else urandom(16)
    await session.execute(CHANGE, person, details, position, version, actor, salt)
    if details is None:
        await session.execute(FORGET, person)
    command = uuid5(person, f"recovered/{position}")
    await session.execute(
        f"{JOURNAL} on conflict do nothing", command, person, actor, details is None, position, version
    )
