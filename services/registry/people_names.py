"""What people are called: by their ids, and the other way round. Whose name is given out is told who looked."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.folding import folded, marked, order_key

MOST_FOUND: Final = 20
"""As many names a search gives at most: whoever looks for somebody types more of the name."""


class NameRow(BaseModel):
    """What a person is called."""

    person_id: UUID
    full_name: str


_WITH_ALL: Final = """
    select person_id, details ->> 'full_name' as full_name,
        case when strpos(' ' || name_marked || ' ', ' ' || $2 || ' ') > 0 then 0
            when strpos(' ' || name_marked, ' ' || $2) > 0 then 1
            when ' ' || name_folded like all($4::text[]) then 2 else 3 end as rank
    from people where name_folded like $1 and name_folded like all($3::text[])
    order by rank, name_folded, name_marked, person_id limit $5
"""
_NEAR: Final = """
    select person_id, details ->> 'full_name' as full_name, 4 as rank from people
    where name_folded %> $1 and not name_folded like all($2::text[])
    order by word_similarity($1, name_folded) desc, name_folded, name_marked, person_id limit $3
"""


async def names(pool: asyncpg.Pool, persons: Sequence[UUID], reader: UUID) -> list[NameRow]:
    """What these persons are called, those of whom nothing is kept left out; that they were read is kept."""
    async with pool.acquire() as connection, connection.transaction():
        await _look(connection, persons, reader)
        rows = await connection.fetch(
            "select person_id, details ->> 'full_name' as full_name from people"
            " where person_id = any($1::uuid[]) and details is not null",
            persons,
        )
    return [NameRow(**row) for row in rows]


async def search(pool: asyncpg.Pool, sought: str, reader: UUID) -> list[NameRow]:
    """Who is called so: with these marks, with these words, or nearly; a look at each of them is kept, as for `names`.

    Names with all words come first, and of those the ones with the same marks; then those that are near.
    """
    whole = folded(sought)
    words = sorted(dict.fromkeys(whole.split()), key=len)
    if not words:
        return []
    within, starts = [f"%{word}%" for word in words], [f"% {word}%" for word in words]
    async with pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(_WITH_ALL, within[-1], marked(sought), within, starts, MOST_FOUND)
        if len(rows) < MOST_FOUND:
            rows += await connection.fetch(_NEAR, whole, within, MOST_FOUND - len(rows))
        await _look(connection, [row["person_id"] for row in rows], reader)
    found = sorted(rows, key=lambda row: (row["rank"], order_key(row["full_name"])))
    return [NameRow(person_id=row["person_id"], full_name=row["full_name"]) for row in found]


async def _look(connection: asyncpg.Connection, persons: Sequence[UUID], reader: UUID) -> None:
    """Keep that these persons' names were read, one's own left out."""
    await connection.execute(
        "insert into people_reads (person_id, reader_id) select p.person_id, $2 from people p"
        " where p.person_id = any($1::uuid[]) and p.person_id <> $2",
        persons,
        reader,
    )
