"""Finding nominations by the words of their unit, campaign and award, in the units below those that a person holds."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

import asyncpg

from chassis.facts.folding import folded, marked
from chassis.organisation.organisation import reach
from services.portal.pages.search.queries import NEARLY, Found, Sought, is_figure
from services.portal.pages.search.rows import NAMES


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
            case when exact then 1 when starts = $8 then 3 when within = $8 then 4 else {NEARLY} end as rank
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


async def nominations(  # noqa: PLR0917
    connection: asyncpg.pool.PoolConnectionProxy, sought: Sought, close: Sequence[tuple[str, UUID, bool]],
    units: Sequence[UUID], awards: Mapping[str, str], after: int, most: int,
) -> list[Found]:  # fmt: skip
    """Up to `most` nominations, after so many, of these units and all below; `awards` are their names by code.

    `close` is what is near.
    """
    words = sought.words
    names = {award: folded(name) for award, name in awards.items()}
    figures = sum(1 << place for place, word in enumerate(words) if is_figure(word))
    given = (
        units, words, [each for _, each, by_name in close if by_name], marked(sought.text), list(names),
        [_bits(words, name, " ") for name in names.values()], [_bits(words, name, "") for name in names.values()],
        (1 << len(words)) - 1, after, most, figures,
    )  # fmt: skip
    rows = await connection.fetch(_nominations(len(words)), *given)
    return [
        Found(
            "nomination", row["nomination_id"], row["title"], row["code"] or "", row["rank"] == NEARLY, row["total"],
            award=row["award"], year=row["year"], status=row["status"],
        )
        for row in rows
    ]  # fmt: skip


def _bits(words: Sequence[str], text: str, before: str) -> int:
    """Which of these words are in a text, each as a bit."""
    return sum(1 << place for place, word in enumerate(words) if f"{before}{word}" in f" {text}")
