"""The people directory: details of persons, erasable, outside the event store, sent on a compacted topic."""

import json
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from os import urandom
from typing import Annotated, Final
from uuid import UUID, uuid5

import asyncpg
from pydantic import BaseModel, ConfigDict

from chassis.facts.decider import Context
from chassis.facts.envelope import EXTENSIONS, Metadata
from chassis.facts.kinds import Day, Email, Line, Mobile
from chassis.store.execute import CommandIdReused, Precondition, WrongVersion
from chassis.store.store import Append, Store
from chassis.stream.outgoing import Edge, Outgoing
from contracts.people import PEOPLE, PersonDetails
from services.registry.personal_words import FORGET


class Details(BaseModel):
    """What is kept about a person beside the id."""

    model_config = ConfigDict(extra="forbid")

    full_name: Annotated[str, Line(200, name=True)]
    birth_date: Day | None = None
    phone: Mobile | None = None
    email: Email | None = None
    staff_code: Annotated[str, Line(30)] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A person's details were changed, at a position in the directory, to a version of their own (from 1)."""

    position: int
    version: int


async def change(
    store: Store, person: UUID, details: Details | None, context: Context, expected: Precondition | None = None
) -> Change:
    """Keep, or erase (None), a person's details; the same command again changes nothing and gets its first answer.

    Raises CommandIdReused, or WrongVersion when `expected` does not hold; what is erased, or was never there, has
    version 0. Positions are drawn under a lock held until commit, so that a reader that follows them can skip nothing.
    """
    value = None if details is None else as_kept(person, details)
    async with store.pool.acquire() as connection, connection.transaction():
        last: int = await connection.fetchval("select position from people_head for update")
        row = await connection.fetchrow("select * from people where person_id = $1", person)
        known = _Known() if row is None else _Known(**{name: row[name] for name in _Known.__slots__})
        if (first := await _first(connection, known, person, value, context)) is not None:
            return first
        if expected is not None and not expected.holds(known.seen):
            raise WrongVersion(known.seen)
        salt = known.salt or urandom(16)
        await _record(store, connection, person, _fingerprint(salt, person, value, context), context)
        if value == known.details:
            changed = Change(known.position, known.version)
            if value is not None and known.salt is None:  # a row of the first release
                await connection.execute("update people set salt = $2 where person_id = $1", person, salt)
        else:
            changed = Change(last + 1, known.version + 1)
            await connection.execute(
                CHANGE, person, value, *astuple(changed), context.actor, None if value is None else salt
            )
            await connection.execute("update people_head set position = $1", changed.position)
            await connection.execute("select pg_notify('events', 'people')")
        if value is None:
            await connection.execute(FORGET, person)
        journal = (context.command_id, person, context.actor, value is None, *astuple(changed))
        await connection.execute(JOURNAL, *journal)
    return changed


def as_kept(person: UUID, details: Details) -> str:
    """The text that is kept of details; one without a staff code is as it was before there were any."""
    unsaid = {"staff_code"} if details.staff_code is None else None
    return PersonDetails(person_id=person, **details.model_dump()).model_dump_json(exclude=unsaid)


async def keep_all(store: Store, kept: Sequence[tuple[UUID, Details]], context: Context) -> None:
    """Keep the details of some persons in one transaction, for an import; those that are as kept change nothing.

    The import's own command is what is accepted: the same import again finds them as they are.
    """
    if not kept:
        return
    async with store.pool.acquire() as connection, connection.transaction():
        last: int = await connection.fetchval("select position from people_head for update")
        rows = await connection.fetch(
            "select person_id, details::text, version, salt from people where person_id = any($1::uuid[])",
            [person for person, _ in kept],
        )
        known = {UUID(int=row["person_id"].int): row for row in rows}
        changes, journal = [], []
        for person, details in kept:
            row, value = known.get(person), as_kept(person, details)
            if row is not None and row["details"] == value:
                continue
            last, version = last + 1, 1 + (0 if row is None else row["version"])
            salt = (row and row["salt"]) or urandom(16)
            changes.append((person, value, last, version, context.actor, salt))
            journal.append(
                (uuid5(context.command_id, f"{person}/{version}"), person, context.actor, False, last, version)
            )
        await connection.executemany(CHANGE, changes)
        await connection.executemany(JOURNAL, journal)
        await connection.execute("update people_head set position = $1", last)
        await connection.execute("select pg_notify('events', 'people')")


@dataclass(frozen=True, slots=True)
class _Known:
    """A person's row. `salt` goes into the digests of commands and is erased with the details it would betray."""

    details: str | None = None
    position: int = 0
    version: int = 0
    salt: bytes | None = None
    erased_position: int = 0

    @property
    def seen(self) -> int:
        """The version that a caller can have seen: 0 where there is nothing to see."""
        return self.version if self.details is not None else 0


CHANGE: Final = """
    insert into people (person_id, details, position, version, changed_by, salt, erased_position)
    values ($1, $2, $3::bigint, $4, $5, $6, case when $2::json is null then $3::bigint else 0 end)
    on conflict (person_id) do update set details = excluded.details, position = excluded.position,
        version = excluded.version, changed_by = excluded.changed_by, salt = excluded.salt,
        erased_position = greatest(people.erased_position, excluded.erased_position)
"""
JOURNAL: Final = """
    insert into people_changes (command_id, person_id, actor, erased, position, version)
    values ($1, $2, $3, $4, $5, $6)
"""
_FIRST: Final = (
    "select c.id, j.person_id, j.position, j.version, c.fingerprint from store.commands c"
    " left join people_changes j on j.command_id = c.id where c.id = any($1::uuid[])"
    " order by c.id = $2 desc"
)


async def _first(
    connection: asyncpg.Connection, known: _Known, person: UUID, value: str | None, context: Context
) -> Change | None:
    """The first answer to a command; None for a new one.

    Of one that an erasure came after, nobody can tell any more whether it was the same: it changes nothing either way.
    """
    row = await connection.fetchrow(_FIRST, [context.command_id, context.formerly], context.command_id)
    if row is None:
        return None
    forgotten = row["person_id"] == person and 0 < row["position"] <= known.erased_position
    same = row["fingerprint"] == _fingerprint(known.salt or b"", person, value, context)
    if row["person_id"] is not None and (same or forgotten):
        return Change(row["position"], row["version"])
    if row["id"] != context.command_id:  # an earlier version's, of another command
        return None
    raise CommandIdReused(str(context.command_id))


async def _record(
    store: Store, connection: asyncpg.Connection, person: UUID, fingerprint: bytes, context: Context
) -> None:
    """That the command was accepted stands in the store, where its id is taken for all commands; no event does."""
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    append = Append(f"person_details-{person}", 0, [], context.command_id, fingerprint, metadata)
    answer = await store.append_within(connection, append)
    if answer is None or answer.repeated:
        raise CommandIdReused(str(context.command_id))


def _fingerprint(salt: bytes, person: UUID, value: str | None, context: Context) -> bytes:
    """Digest of what was asked, by whom: of details, one that means nothing once the salt is gone."""
    asked = f"person_details-{person}\n{context.actor}\n{value or ''}"
    return sha256((b"" if value is None else salt) + asked.encode()).digest()


async def read(pool: asyncpg.Pool, person: UUID, reader: UUID) -> tuple[PersonDetails, int] | None:
    """A person's details and their version; that they were read, and by whom, is kept."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("insert into people_reads (person_id, reader_id) values ($1, $2)", person, reader)
        row = await connection.fetchrow("select details, version from people where person_id = $1", person)
    if row is None or row["details"] is None:
        return None
    return PersonDetails.model_validate_json(row["details"]), row["version"]


class ReadRow(BaseModel):
    """Who read a person's details, and when."""

    reader_id: UUID
    read_at: datetime


async def looked(pool: asyncpg.Pool, person: UUID, reader: UUID) -> None:
    """Keep that somebody has looked at what is recorded of a person, one's own look left out."""
    if person != reader:
        await pool.execute("insert into people_reads (person_id, reader_id) values ($1, $2)", person, reader)


async def looked_at(pool: asyncpg.Pool, persons: Sequence[UUID], reader: UUID) -> None:
    """Keep that somebody has looked at what is recorded of these persons, one's own look left out."""
    await pool.executemany(
        "insert into people_reads (person_id, reader_id) values ($1, $2)",
        [(person, reader) for person in persons if person != reader],
    )


async def reads(pool: asyncpg.Pool, person: UUID) -> list[ReadRow]:
    """The last hundred looks of others at a person's details, the newest first."""
    rows = await pool.fetch(
        "select reader_id, read_at from people_reads where person_id = $1 and reader_id <> $1"
        " order by id desc limit 100",
        person,
    )
    return [ReadRow(**row) for row in rows]


class ChangeRow(BaseModel):
    """Who changed or erased a person's details, when, by which command; never the details themselves."""

    position: int
    version: int
    erased: bool
    actor: UUID | None
    command_id: UUID
    changed_at: datetime


async def changes(pool: asyncpg.Pool, person: UUID) -> list[ChangeRow]:
    """The last hundred changes of a person's details, the newest first."""
    rows = await pool.fetch(
        "select position, version, erased, actor, command_id, changed_at from people_changes where person_id = $1"
        " order by position desc, changed_at desc limit 100",
        person,
    )
    return [ChangeRow(**row) for row in rows]


class Directory:
    """The directory as a relay reads it: the newest details by person, erased ones as tombstones."""

    topics = (PEOPLE,)

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def __call__(self, after: int, limit: int) -> list[Outgoing]:
        """Up to `limit` changes above a position, in order."""
        rows = await self._pool.fetch(
            "select person_id, details, position, changed_by from people where position > $1"
            " order by position limit $2",
            after,
            limit,
        )
        return [_outgoing(*row) for row in rows]

    async def lacking(self, last: Sequence[Edge]) -> Collection[int]:
        """Positions of records at the end of the topic that the directory has not given."""
        head = await self._pool.fetchval("select position from people_head")
        return [each.position for each in last if each.position > head]


def _outgoing(person: UUID, details: str | None, position: int, changed_by: UUID | None) -> Outgoing:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid5(person, str(position))),
        "ce_source": "/thidua/people",
        "ce_type": "thidua.people.PersonDetails.v1",
        "ce_subject": str(person),
        "ce_partitionkey": str(person),
        "ce_sequence": str(position),
        "content-type": "application/json",
        **({} if changed_by is None else {EXTENSIONS["actor"]: str(changed_by)}),
    }
    value = None if details is None else json.dumps(json.loads(details), ensure_ascii=False).encode()
    return Outgoing(
        position, (PEOPLE,), str(person).encode(), value, [(name, text.encode()) for name, text in headers.items()]
    )
