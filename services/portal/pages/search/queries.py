"""Finding things by their words: with the same marks first, then all words without marks, then what is near."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from chassis.facts.folding import folded, marked
from services.portal.pages.search.rows import NAMES, WORDS

MOST_WORDS: Final = 30
"""As many words may be looked for at once: each is a bit of a number."""

NEARLY: Final = 5
"""The rank of what is near: the last."""
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

    Of a nomination the title is its unit's name, the code its campaign's, and `award`, `year`, `status` are set. Of a
    document and an exemplar `unit` is the one that issues it or whose it is.
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
    unit: str = ""


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

RANK: Final = f"""case
            when strpos({_MARKED}, ' ' || $3 || ' ') > 0 then 0
            when strpos({_MARKED}, ' ' || $3) > 0 then 1
            when strpos(' ' || {WORDS}, ' ' || $2) > 0 then 2
            when ' ' || {WORDS} like all($5::text[]) then 3
            when {WORDS} like all($4::text[]) then 4
            else {NEARLY} end as rank"""
"""How well a thing's own words match: `$2` folded, `$3` with marks, `$4` and `$5` words anywhere and at beginnings."""
_THINGS: Final = f"""
    with found as (
        select * from search_things where {WORDS} like $1 and {WORDS} like all($4::text[])
        union all
        select t.* from unnest($10::text[], $11::uuid[]) as near (kind, id) join search_things t using (kind, id)
        where {WORDS} like all($9::text[]) and not {WORDS} like all($4::text[])
    ), matching as (
        select kind, id, title, code, lines, order_key, {RANK}
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


@asynccontextmanager
async def looking(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
    """A session for one search, which plans each statement once: to plan these anew takes longer than most take."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        yield connection


async def near(
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought
) -> tuple[list[tuple[str, UUID, bool]], bool]:
    """What has words that are near: kind, id, and whether its name is; nothing of a kind of which enough has all words.

    And whether there is no such kind, so that the words may be misspelt. To compare every name in the country with
    words that most of them have is what a search would take longest for.
    """
    within = [f"%{word}%" for word in sought.words]
    rich = [row["kind"] for row in await connection.fetch(_DIRECT, within[0], within)]
    asked = (_NEAR_OF_THE_REST, sought.folded, rich) if rich else (_NEAR, sought.folded)
    return [tuple(row) for row in await connection.fetch(*asked)], not rich


async def things(  # noqa: PLR0917
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought, close: Sequence[tuple[str, UUID, bool]], kind: str,
    after: int, most: int,
) -> list[Found]:  # fmt: skip
    """Up to `most` units, campaigns and decisions each, after so many; of one kind where it is named.

    `close` is what is near.
    """
    words = sought.words
    within, starts = [f"%{word}%" for word in words], [f"% {word}%" for word in words]  # no word has a sign of LIKE's
    figures = [f"%{word}%" for word in words if is_figure(word)]
    given = (
        within[0], sought.folded, marked(sought.text), within, starts, kind, after, most, figures,
        [each for each, _, _ in close], [each for _, each, _ in close],
    )  # fmt: skip
    rows = await connection.fetch(_THINGS, *given)
    return [
        Found(
            row["kind"], row["id"], row["title"], row["code"], row["rank"] == NEARLY, row["total"],
            orjson.loads(row["lines"]),
        )
        for row in rows
    ]  # fmt: skip


def is_figure(word: str) -> bool:
    """Tell whether a word has a digit in it: nothing is near to another number."""
    return any(each.isdigit() for each in word)
