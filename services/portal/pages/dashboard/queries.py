"""What the dashboard asks of the country's dated rows: a part of the organisation, one goal, one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg

from chassis.organisation.organisation import reach
from services.portal.pages.dashboard.sums import Whole, cut, ratio
from services.portal.views.progress import GoalRow


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the part that is shown; `seen`: the reader holds a role in it or above it."""

    unit_id: UUID
    code: str
    name: str
    kind: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """What was so for a unit from a day on."""

    unit_id: UUID
    what: str
    since: date
    value: Decimal | None
    early: bool
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One indicator over all units that are shown: what their verified results come to, and how many attained."""

    whole: Whole | None
    attained: int
    missed: int


_SEEN: Final = f"with recursive {reach('$1', 'seen')}"
_THERE: Final = """
    (u.until is null or u.until >= $2) and (u.established_on <= $2 or exists (
        select from country_facts f where f.campaign_id = $3 and f.unit_id = u.unit_id and f.since <= $2))
"""
_BELOW: Final = f"""{_SEEN}, part as (
        select unit_id, kind from organisation_units where unit_id = $4
        union
        select u.unit_id, u.kind from organisation_units u join part on u.parent_id = part.unit_id
        where part.unit_id = $4 or part.kind = 'regional'
    )
    select u.unit_id, u.code, u.name, u.kind, u.unit_id in (select unit_id from seen) as seen
    from part join organisation_units u using (unit_id)
    where u.unit_id <> $4 and u.kind = any($5::text[]) and {_THERE}
    order by u.code
"""  # noqa: S608
_ONE: Final = f"""{_SEEN}
    select u.unit_id, u.code, u.name, u.kind, u.unit_id in (select unit_id from seen) as seen
    from organisation_units u where u.unit_id = $2
"""  # noqa: S608
_ABOVE: Final = """
    with recursive above as (
        select unit_id, parent_id, name, 0 as far from organisation_units where unit_id = $1
        union all
        select u.unit_id, u.parent_id, u.name, above.far + 1
        from organisation_units u join above on u.unit_id = above.parent_id where above.far < 10
    )
    select unit_id, name from above where far > 0 order by far desc
"""
_FACTS: Final = """
    select unit_id, what, since, value, coalesce(early, false) as early, numerator, denominator from country_facts
    where campaign_id = $1 and unit_id = any($2::uuid[]) and since <= $3
        and ((indicator = $4 and year = $5) or (indicator = '' and year = 0))
    order by since
"""
_PROGRESS: Final = """
    select indicator,
        sum(numerator) filter (where denominator > 0) as numerator,
        sum(denominator) filter (where numerator is not null) as denominator,
        count(*) filter (where numerator is not null and denominator > 0) as summed,
        percentile_disc(0.5) within group (order by value) filter (where what = 'verified') as middle,
        count(*) filter (where what = 'verified') as results,
        count(*) filter (where what = 'attained' and value = 1) as attained,
        count(*) filter (where what = 'attained' and value = 0) as missed
    from (
        select distinct on (unit_id, indicator, what) unit_id, indicator, what, value, numerator, denominator
        from country_facts
        where campaign_id = $1 and unit_id = any($2::uuid[]) and year = $3 and since <= $4
            and what in ('verified', 'attained')
        order by unit_id, indicator, what, since desc
    ) latest
    group by indicator
"""


async def unit(pool: asyncpg.Pool, held: Sequence[UUID], key: UUID) -> Unit | None:
    """A unit, None where there is none."""
    row = await pool.fetchrow(_ONE, held, key)
    return None if row is None else Unit(**row)


async def above(pool: asyncpg.Pool, key: UUID) -> list[tuple[UUID, str]]:
    """The units above a unit, the top one first."""
    return [(row["unit_id"], row["name"]) for row in await pool.fetch(_ABOVE, key)]


async def units(
    pool: asyncpg.Pool, held: Sequence[UUID], below: UUID, *, day: date, campaign: UUID, kinds: Sequence[str]
) -> list[Unit]:
    """The units of these kinds directly below one, as they were on a day; what lies below a region counts so, too."""
    rows = await pool.fetch(_BELOW, held, day, campaign, below, kinds)
    return [Unit(**row) for row in rows]


async def facts(pool: asyncpg.Pool, goal: GoalRow, shown: Sequence[Unit], day: date) -> list[Fact]:
    """What was so by a day for one goal and for the campaign as a whole, in the order of days."""
    rows = await pool.fetch(_FACTS, goal.campaign_id, [each.unit_id for each in shown], day, goal.indicator, goal.year)
    return [Fact(**row) for row in rows]


async def progress(pool: asyncpg.Pool, goal: GoalRow, shown: Sequence[Unit], day: date) -> dict[str, Progress]:
    """How far the units were by a day in all goals of the goal's year, by indicator."""
    rows = await pool.fetch(_PROGRESS, goal.campaign_id, [each.unit_id for each in shown], goal.year, day)
    return {row["indicator"]: Progress(_whole(row), row["attained"], row["missed"]) for row in rows}


def _whole(row: asyncpg.Record) -> Whole | None:
    if row["summed"]:
        return Whole(ratio(row["numerator"], row["denominator"]), row["summed"], summed=True)
    return Whole(cut(row["middle"]), row["results"], summed=False) if row["results"] else None
