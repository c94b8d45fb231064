"""Finding things by their words: with the same marks first, then all words without marks, then what is near.

A nomination has the words of its unit, campaign and award, and is seen in the units below those that a person holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from chassis.facts.folding import folded, marked
from services.portal.pages.search.rows import WORDS

NEAR: Final = 0.6
"""How much of the three-letter groups of what is sought a thing must share to be near to it, between 0 and 1."""

_NEARLY: Final = 4
_MARKED: Final = "' ' || title_marked || ' ' || lines_marked"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a text of at least one word; `words` are folded, the longest first."""

    text: str

    @property
    def folded(self) -> str:
        """The whole text without marks."""
        return folded(self.text)

    @property
    def words(self) -> list[str]:
        """Its words without marks, each once."""
        return sorted(dict.fromkeys(self.folded.split()), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found; of a nomination the title is its unit's name, and `award`, `year`, `status` are set."""

    kind: str
    id: UUID
    title: str
    lines: Sequence[str]
    near: bool
    total: int
    award: str = ""
    year: int | None = None
    status: str = ""


_THINGS: Final = f"""
    with matching as (
        select kind, id, title, lines, order_key, case
            when strpos({_MARKED} || ' ', ' ' || $3 || ' ') > 0 then 0
            when strpos({_MARKED}, ' ' || $3) > 0 then 1
            when ' ' || {WORDS} like all($5::text[]) then 2
            when {WORDS} like all($4::text[]) then 3
            else {_NEARLY} end as rank
        from search_things
        where {WORDS} like $1 and {WORDS} like all($4::text[]) or {WORDS} %> $2
    ), placed as (
        select *, count(*) over (partition by kind) as total,
            row_number() over (partition by kind order by rank, order_key, id) as place
        from matching
    )
    select kind, id, title, lines, rank, total from placed
    where ($6 = '' or kind = $6) and place > $7 and place <= $7 + $8
    order by place
"""  # noqa: S608 - our own text

_OPEN: Final = "not exists (select from organisation_doubts where stream = 'unit-' || u.unit_id)"
_NOMINATIONS: Final = f"""
    with recursive reach as (
        select u.unit_id from organisation_units u where u.unit_id = any($1::uuid[]) and {_OPEN}
        union
        select u.unit_id from organisation_units u join reach on u.parent_id = reach.unit_id where {_OPEN}
    ), sought as (
        select word, 1 << n::int as bit from unnest($2::text[]) with ordinality as words (word, n)
    ), named as materialized (
        select kind, id, title, lines, order_key, strpos({_MARKED}, ' ' || $4) > 0 as exact, {WORDS} %> $3 as near,
            (select sum(bit) from sought where ' ' || {WORDS} like '% ' || word || '%') as starts,
            (select sum(bit) from sought where {WORDS} like '%' || word || '%') as within
        from search_things where kind in ('unit', 'campaign')
    ), awards as (
        select award, starts, within from unnest($5::text[], $6::int[], $7::int[]) as awards (award, starts, within)
    ), years as (
        select word::int as year, bit from sought where word ~ '^[12][0-9]{{3}}$'
    ), matching as (
        select n.*, u.title, u.order_key, c.lines, case
            when u.exact or c.exact then 1
            when $8 = coalesce(u.starts, 0)::int | coalesce(c.starts, 0)::int | coalesce(a.starts, 0) | coalesce(y.bit, 0)
                then 2
            when $8 = coalesce(u.within, 0)::int | coalesce(c.within, 0)::int | coalesce(a.within, 0) | coalesce(y.bit, 0)
                then 3
            when u.near or c.near then {_NEARLY} end as rank
        from search_nominations n
        join reach using (unit_id)
        left join named u on u.kind = 'unit' and u.id = n.unit_id
        left join named c on c.kind = 'campaign' and c.id = n.campaign_id
        left join awards a using (award)
        left join years y using (year)
    )
    select nomination_id, title, lines, award, year, status, rank, count(*) over () as total from matching
    where rank is not null
    order by rank, order_key, year, nomination_id
    offset $9 limit $10
"""  # noqa: S608


async def things(pool: asyncpg.Pool, sought: Sought, kind: str, after: int, most: int) -> list[Found]:
    """Up to `most` units, campaigns and decisions each, after so many; of one kind where it is named."""
    within, starts = _patterns(sought)
    given = (within[0], sought.folded, marked(sought.text), within, starts, kind, after, most)
    async with pool.acquire() as connection, connection.transaction():
        await _nearness(connection)
        rows = await connection.fetch(_THINGS, *given)
    return [
        Found(row["kind"], row["id"], row["title"], orjson.loads(row["lines"]), row["rank"] == _NEARLY, row["total"])
        for row in rows
    ]


async def nominations(  # noqa: PLR0917
    pool: asyncpg.Pool, sought: Sought, units: Sequence[UUID], awards: Mapping[str, str], after: int, most: int
) -> list[Found]:
    """Up to `most` nominations, after so many, of these units and all below; `awards` are their names by code."""
    words = sought.words
    names = {award: folded(name) for award, name in awards.items()}
    given = (
        units, words, sought.folded, marked(sought.text), list(names),
        [_bits(words, name, " ") for name in names.values()], [_bits(words, name, "") for name in names.values()],
        _bits(words, sought.folded, ""), after, most,
    )  # fmt: skip
    async with pool.acquire() as connection, connection.transaction():
        await _nearness(connection)
        rows = await connection.fetch(_NOMINATIONS, *given)
    return [
        Found(
            "nomination", row["nomination_id"], row["title"] or "", orjson.loads(row["lines"] or "[]")[:1],
            row["rank"] == _NEARLY, row["total"], row["award"], row["year"], row["status"] or "",
        )
        for row in rows
    ]  # fmt: skip


def _patterns(sought: Sought) -> tuple[list[str], list[str]]:
    """For LIKE; folded words have no sign in them that it would read as another."""
    return [f"%{word}%" for word in sought.words], [f"% {word}%" for word in sought.words]


def _bits(words: Sequence[str], text: str, before: str) -> int:
    """Which of these words are in a text, each as a bit, from 2 on."""
    return sum(1 << place for place, word in enumerate(words, start=1) if f"{before}{word}" in f" {text}")


async def _nearness(connection: asyncpg.Connection) -> None:
    await connection.execute("select set_config('pg_trgm.word_similarity_threshold', $1, true)", str(NEAR))
