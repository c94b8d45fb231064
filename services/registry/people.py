"""The people directory: details of persons, erasable, outside the event store, sent on a compacted topic."""

import json
from typing import Annotated
from uuid import UUID, uuid5

import asyncpg
from pydantic import BaseModel, ConfigDict

from chassis.kinds import Day, Email, Line, Mobile
from chassis.relay import Outgoing, Source
from chassis.topics import PEOPLE
from contracts.people import PersonDetails


class Details(BaseModel):
    """What is kept about a person beside the id."""

    model_config = ConfigDict(extra="forbid")

    full_name: Annotated[str, Line(200, name=True)]
    birth_date: Day | None = None
    phone: Mobile | None = None
    email: Email | None = None


async def put(pool: asyncpg.Pool, person: UUID, details: Details | None) -> int:
    """Keep, or erase (None), a person's details; gives the change's position in the directory.

    Positions are drawn under a lock held until commit, so that a reader that follows them can skip nothing.
    """
    value = None if details is None else PersonDetails(person_id=person, **details.model_dump()).model_dump_json()
    async with pool.acquire() as connection, connection.transaction():
        position: int = await connection.fetchval("update people_head set position = position + 1 returning position")
        await connection.execute(
            "insert into people values ($1, $2, $3) on conflict (person_id)"
            " do update set details = excluded.details, position = excluded.position",
            person,
            value,
            position,
        )
        await connection.execute("select pg_notify('events', 'people')")
    return position


async def read(pool: asyncpg.Pool, person: UUID, reader: UUID) -> PersonDetails | None:
    """A person's details; that they were read, and by whom, is kept."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("insert into people_reads (person_id, reader_id) values ($1, $2)", person, reader)
        value = await connection.fetchval("select details from people where person_id = $1", person)
    return None if value is None else PersonDetails.model_validate_json(value)


def source(pool: asyncpg.Pool) -> Source:
    """The directory as a relay reads it: the newest details by person, erased ones as tombstones."""

    async def changes(after: int, limit: int) -> list[Outgoing]:
        rows = await pool.fetch(
            "select person_id, details, position from people where position > $1 order by position limit $2",
            after,
            limit,
        )
        return [_outgoing(*row) for row in rows]

    return changes


def _outgoing(person: UUID, details: str | None, position: int) -> Outgoing:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid5(person, str(position))),
        "ce_source": "/thidua/people",
        "ce_type": "thidua.people.PersonDetails.v1",
        "ce_subject": str(person),
        "ce_partitionkey": str(person),
        "ce_sequence": str(position),
        "content-type": "application/json",
    }
    value = None if details is None else json.dumps(json.loads(details), ensure_ascii=False).encode()
    return Outgoing(
        position, (PEOPLE,), str(person).encode(), value, [(name, text.encode()) for name, text in headers.items()]
    )
