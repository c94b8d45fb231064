"""Finding documents and exemplars: by their words and their unit's, in the units below those that a person holds.

Source: M-4
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from chassis.facts.folding import marked
from chassis.organisation.organisation import reach
from services.portal.pages.search.queries import NEARLY, RANK, Found, Sought, is_figure
from services.portal.pages.search.rows import NAMES, WORDS

_ENOUGH: Final = 50
"""So many with all words, and nobody looks behind them for what is near."""
# The longest word is in the thing's own words, which an index has, or in its unit's; then all words are held against
# both. What a foreign unit has is out of reach before anything is counted. What is near is not looked for where the
# words are known to be right: in each of ten thousand letters of the same words that would take longest.
_OWN: Final = f"""
    with recursive {reach("$1")}, units as materialized (
        select id, title as unit, {NAMES} as its from search_things where kind = 'unit'
    ), hit as (
        select id from search_own where kind = $6 and {WORDS} like ($4::text[])[1]
        union
        select t.id from units u join search_own t on t.of_id = u.id
        where t.kind = $6 and u.its like ($4::text[])[1]
    ), seen as (
        select t.*, u.unit, coalesce(u.its, '') as its from search_own t left join units u on u.id = t.of_id
        where t.kind = $6 and (t.id in (select id from hit)) is true and t.unit_id in (select unit_id from reach)
    ), direct as materialized (
        select * from seen where {WORDS} || ' ' || its like all($4::text[])
    ), near as (
        select t.*, u.unit, coalesce(u.its, '') as its from search_own t left join units u on u.id = t.of_id
        where $10 and (select count(*) from direct) < {_ENOUGH}
        and t.kind = $6 and {WORDS} %> $2 and t.unit_id in (select unit_id from reach)
        and {WORDS} like all($9::text[]) and t.id not in (select id from direct)
    ), matching as (
        select id, title, code, lines, status, unit, order_key, {RANK}, true as direct from direct
        union all
        select id, title, code, lines, status, unit, order_key, {NEARLY}, false from near
    ), placed as (
        select *, case when direct then least(rank, {NEARLY - 1}) else rank end as place, count(*) over () as total
        from matching
    )
    select id, title, code, lines, status, unit, direct, total from placed
    order by place, order_key, id offset $7 limit $8
"""  # noqa: S608 - our own text


async def own(  # noqa: PLR0917
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought, kind: str, units: Sequence[UUID], after: int,
    most: int, *, misspelt: bool,
) -> list[Found]:  # fmt: skip
    """Up to `most` things of a kind (document, incoming, exemplar), after so many, of these units and all below.

    What is near is looked for where the words may be `misspelt`.
    """
    words = sought.words
    within, starts = [f"%{word}%" for word in words], [f"% {word}%" for word in words]
    figures = [f"%{word}%" for word in words if is_figure(word)]
    rows = await connection.fetch(
        _OWN, units, sought.folded, marked(sought.text), within, starts, kind, after, most, figures, misspelt
    )
    return [
        Found(
            kind, row["id"], row["title"], row["code"], not row["direct"], row["total"],
            orjson.loads(row["lines"]), status=row["status"], unit=row["unit"] or "",
        )
        for row in rows
    ]  # fmt: skip
