"""Finding things by their words: with the same marks first, then all words without marks, then what is near.

A nomination has the words of its unit, campaign and award, and is seen in the units below those that a person holds.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from chassis.facts.folding import folded, marked
from chassis.organisation.organisation import reach
from services.portal.pages.search.rows import NAMES, WORDS

MOST_WORDS: Final = 30
"""As many words may be looked for at once: each is a bit of a number."""

_NEARLY: Final = 5
_ENOUGH: Final = 50
"""So many things of a kind with all words, and nobody looks behind them for what is near."""
_MARKED: Final = "' ' || title_marked || ' ' || lines_marked || ' '"


@dataclass(frozen=True)
class Sought:
    """What is looked for: a text of at least one word; `words` are folded, the longest first."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The whole text without marks."""
        return folded(self.text)

    @cached_property
    def words(self) -> list[str]:
        """Its words without marks, each once."""
        return sorted(dict.fromkeys(self.folded.split()), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found; `total` are all of its kind.

    Of a nomination the title is its unit's name, the code its campaign's, and `award`, `year`, `status` are set.
    """

    kind: str
    id: UUID
    title: str
    code: str
    near: bool
    total: int
    lines: Sequence[str] = ()
    award: str = ""
    year: int | None = None
    status: str = ""


_DIRECT: Final = f"""
    select kind from search_things where {WORDS} like $1 and {WORDS} like all($2::text[])
    group by kind having count(*) >= {_ENOUGH}
"""  # noqa: S608 - our own text
_NEAR: Final = f"""
    select kind, id, kind = 'unit' or {NAMES} %> $1 as by_name from search_things where {WORDS} %> $1
"""  # noqa: S608 - our own text; units have no words but their names
_NEAR_OF_THE_REST: Final = f"""
    select kind, id, kind = 'unit' or {NAMES} %> $1 as by_name
    from (select * from search_things where kind <> all($2::text[]) offset 0) as rest where {WORDS} %> $1
"""  # noqa: S608

_THINGS: Final = f"""
    with found as (
        select * from search_things where {WORDS} like $1 and {WORDS} like all($4::text[])
        union all
        select t.* from unnest($10::text[], $11::uuid[]) as near (kind, id) join search_things t using (kind, id)
        where {WORDS} like all($9::text[]) and not {WORDS} like all($4::text[])
    ), matching as (
        select kind, id, title, code, lines, order_key, case
            when strpos({_MARKED}, ' ' || $3 || ' ') > 0 then 0
            when strpos({_MARKED}, ' ' || $3) > 0 then 1
            when strpos(' ' || {WORDS}, ' ' || $2) > 0 then 2
            when ' ' || {WORDS} like all($5::text[]) then 3
            when {WORDS} like all($4::text[]) then 4
            else {_NEARLY} end as rank
        from found
    ), placed as (
        select *, count(*) over (partition by kind) as total,
            row_number() over (partition by kind order by rank, order_key, id) as place
        from matching
    )
    select kind, id, title, code, lines, rank, total from placed
    where ($6 = '' or kind = $6) and place > $7 and place <= $7 + $8
    order by place
"""  # noqa: S608 - our own text


@cache
def _nominations(count: int) -> str:
    """The query for so many words: each is a bit, by its place in `$2`."""
    words = range(1, count + 1)
    starts = " | ".join(f"((' ' || {NAMES} like '% ' || ($2::text[])[{n}] || '%')::int << {n - 1})" for n in words)
    within = " | ".join(f"(({NAMES} like '%' || ($2::text[])[{n}] || '%')::int << {n - 1})" for n in words)
    return f"""
    with recursive {reach("$1")}, named as not materialized (
        select kind, id, order_key, strpos(' ' || title_marked, ' ' || $4) > 0 as exact,
            id in (select unnest($3::uuid[])) as near, {starts} as starts, {within} as within
        from search_things
    ), campaigns as materialized (
        select * from named where kind = 'campaign'
    ), awards as (
        select award, starts, within from unnest($5::text[], $6::int[], $7::int[]) as awards (award, starts, within)
    ), years as (
        select word::int as year, 1 << n::int - 1 as bit
        from unnest($2::text[]) with ordinality as words (word, n) where word ~ '^[12][0-9]{{3}}$'
    ), beside as materialized (
        select coalesce(bit_or(within), 0) as within, coalesce(bool_or(alone), false) as alone from (
            select within, exact or near as alone from campaigns
            union all select within, false from awards union all select bit, false from years
        ) as beside
    ), units as materialized (
        select * from (select * from named where kind = 'unit' and id in (select unit_id from reach) offset 0) as units
        where exact or near or (select alone from beside) or within | (select within from beside) = $8
    ), seen as (
        select n.nomination_id, n.year, u.order_key, u.id, u.exact or c.exact as exact, u.near or c.near as near,
            u.starts | coalesce(c.starts, 0) | coalesce(a.starts, 0) | coalesce(y.bit, 0) as starts,
            u.within | coalesce(c.within, 0) | coalesce(a.within, 0) | coalesce(y.bit, 0) as within
        from search_nominations n
        join units u on u.id = n.unit_id
        left join campaigns c on c.id = n.campaign_id
        left join awards a using (award)
        left join years y using (year)
    ), matching as materialized (
        select nomination_id, year, order_key, id,
            case when exact then 1 when starts = $8 then 3 when within = $8 then 4 else {_NEARLY} end as rank
        from seen where exact or within = $8 or near and within & $11 = $11
    ), first as (
        select * from matching order by rank, order_key, id, year, nomination_id offset $9 limit $10
    )
    select n.*, rank, u.title, c.code, (select count(*) from matching) as total
    from first
    join search_nominations n using (nomination_id)
    join search_things u on (u.kind, u.id) = ('unit', n.unit_id)
    left join search_things c on (c.kind, c.id) = ('campaign', n.campaign_id)
    order by rank, u.order_key, u.id, n.year, nomination_id
"""  # noqa: S608


@asynccontextmanager
async def looking(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
    """A session for one search, which plans each statement once: to plan these anew takes longer than most take."""
    async with pool.acquire() as connection:
        await connection.execute("begin read only; set local plan_cache_mode = force_generic_plan")
        try:
            yield connection
        finally:
            await connection.execute("rollback")  # nothing was written


async def near(connection: asyncpg.pool.PoolConnectionProxy, sought: Sought) -> list[tuple[str, UUID, bool]]:
    """What has words that are near: kind, id, and whether its name is; nothing of a kind of which enough has all words.

    To compare every name in the country with words that most of them have is what a search would take longest for.
    """
    within = [f"%{word}%" for word in sought.words]
    rich = [row["kind"] for row in await connection.fetch(_DIRECT, within[0], within)]
    asked = (_NEAR_OF_THE_REST, sought.folded, rich) if rich else (_NEAR, sought.folded)
    return [tuple(row) for row in await connection.fetch(*asked)]


async def things(  # noqa: PLR0917
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought, close: Sequence[tuple[str, UUID, bool]], kind: str,
    after: int, most: int,
) -> list[Found]:  # fmt: skip
    """Up to `most` units, campaigns and decisions each, after so many; of one kind where it is named.

    `close` is what is near.
    """
    words = sought.words
    within, starts = [f"%{word}%" for word in words], [f"% {word}%" for word in words]  # no word has a sign of LIKE's
    figures = [f"%{word}%" for word in words if _is_figure(word)]
    given = (
        within[0], sought.folded, marked(sought.text), within, starts, kind, after, most, figures,
        [each for each, _, _ in close], [each for _, each, _ in close],
    )  # fmt: skip
    rows = await connection.fetch(_THINGS, *given)
    return [
        Found(
            row["kind"], row["id"], row["title"], row["code"], row["rank"] == _NEARLY, row["total"],
            orjson.loads(row["lines"]),
        )
        for row in rows
    ]  # fmt: skip


async def nominations(  # noqa: PLR0917
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought, close: Sequence[tuple[str, UUID, bool]],
    units: Sequence[UUID], awards: Mapping[str, str], after: int, most: int,
) -> list[Found]:  # fmt: skip
    """Up to `most` nominations, after so many, of these units and all below; `awards` are their names by code.

    `close` is what is near.
    """
    words = sought.words
    names = {award: folded(name) for award, name in awards.items()}
    figures = sum(1 << place for place, word in enumerate(words) if _is_figure(word))
    given = (
        units, words, [each for _, each, by_name in close if by_name], marked(sought.text), list(names),
        [_bits(words, name, " ") for name in names.values()], [_bits(words, name, "") for name in names.values()],
        (1 << len(words)) - 1, after, most, figures,
    )  # fmt: skip
    rows = await connection.fetch(_nominations(len(words)), *given)
    return [
        Found(
            "nomination", row["nomination_id"], row["title"], row["code"] or "", row["rank"] == _NEARLY, row["total"],
            award=row["award"], year=row["year"], status=row["status"],
        )
        for row in rows
    ]  # fmt: skip


def _is_figure(word: str) -> bool:
    """Tell whether a word has a digit in it: nothing is near to another number."""
    return any(each.isdigit() for each in word)


def _bits(words: Sequence[str], text: str, before: str) -> int:
    """Which of these words are in a text, each as a bit."""
    return sum(1 << place for place, word in enumerate(words) if f"{before}{word}" in f" {text}")
