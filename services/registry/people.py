"""The people directory: details of persons, erasable, outside the event store, sent on a compacted topic."""

import json
import re
import unicodedata
from datetime import date
from typing import Annotated, Final
from uuid import UUID, uuid5

import asyncpg
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.relay import Outgoing, Source
from chassis.topics import PEOPLE
from contracts.people import PersonDetails

_MOBILE: Final = re.compile(r"84[35789]\d{8}")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _phone(value: str) -> str:
    digits = re.sub(r"[ .\-]", "", value).removeprefix("+")
    digits = f"84{digits[1:]}" if digits.startswith("0") else digits
    if not _MOBILE.fullmatch(digits):
        raise ValueError("not a Vietnamese mobile number")
    return digits


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("not an email address")
    return value


def _name(value: str) -> str:
    name = unicodedata.normalize("NFC", value).strip()
    if not name or not name.isprintable():
        raise ValueError("not a name")
    return name


class Details(BaseModel):
    """What is kept about a person beside the id."""

    model_config = ConfigDict(extra="forbid")

    full_name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_name)]
    birth_date: date | None = None
    phone: Annotated[str, Field(max_length=20), AfterValidator(_phone)] | None = None
    email: Annotated[str, Field(max_length=200), AfterValidator(_email)] | None = None


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
