"""What the portal asks of the progress read model."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.organisation.organisation import reach
from contracts.values import Direction, Measure
from services.portal.views.progress import CampaignRow, GoalRow


class ProgressRow(BaseModel):
    """One unit's state for one indicator and year; what is not known yet is null. `goal`: what is asked of everyone."""

    unit_id: UUID
    unit_code: str | None
    unit_name: str | None
    indicator: str
    name: str | None
    year: int
    direction: Direction | None
    measure: Measure | None
    goal: Decimal | None
    target: Decimal | None
    result: Decimal | None
    verified: bool
    attained: bool | None


class SummaryRow(BaseModel):
    """Counts for one goal: units it applies to; confirmed targets, reports, verified ones; attained, missed."""

    indicator: str
    name: str
    year: int
    direction: Direction
    measure: Measure
    goal: Decimal
    units: int
    registered: int
    reported: int
    verified: int
    attained: int
    missed: int


Place = tuple[UUID, str, int]
"""Unit, indicator and year: the key of a progress row within its campaign."""

_START: Final[Place] = (UUID(int=0), "", 0)

_PROGRESS: Final = f"""
    with recursive {reach("$9", "seen")}
    select r.unit_id, u.code as unit_code, u.name as unit_name, r.indicator, g.name, r.year, g.direction, g.measure,
        g.value as goal,
        case when r.confirmed or r.unit_id in (select unit_id from seen) then r.target end as target,
        case when r.verified or r.unit_id in (select unit_id from seen) then r.result end as result,
        coalesce(r.verified, false) as verified, r.attained
    from progress_rows r
    left join organisation_units u on u.unit_id = r.unit_id
    left join progress_goals g on (g.campaign_id, g.indicator, g.year) = (r.campaign_id, r.indicator, r.year)
    where r.campaign_id = $1
        and ($2::uuid is null or r.unit_id = $2)
        and ($3::text is null or r.indicator = $3)
        and ($4::int is null or r.year = $4)
        and (r.unit_id, r.indicator, r.year) > ($5, $6, $7)
    order by r.unit_id, r.indicator, r.year
    limit $8
"""  # noqa: S608 - our own text
_CAMPAIGNS: Final = (
    f"select {CampaignRow.columns()} from progress_campaigns"  # noqa: S608
    " where least(announced_on, launched_on) <= $1 order by ends_on desc, code"
)
_GOALS: Final = f"select {GoalRow.columns()} from progress_goals where campaign_id = $1 order by place"  # noqa: S608
_CODES: Final = "select campaign_id, code from progress_campaigns where campaign_id = any($1::uuid[])"
_SUMMARY: Final = """
    with kinds as materialized (
        select kind, count(*) as units from organisation_units where until is null group by kind
    )
    select g.indicator, g.name, g.year, g.direction, g.measure, g.value as goal,
        (select coalesce(sum(units), 0)::bigint from kinds where g.applies_to::jsonb ? kind) as units,
        count(*) filter (where r.confirmed) as registered,
        count(*) filter (where r.reported) as reported,
        count(*) filter (where r.verified) as verified,
        count(*) filter (where r.attained) as attained,
        count(*) filter (where not r.attained) as missed
    from progress_goals g
    left join progress_rows r on (r.campaign_id, r.indicator, r.year) = (g.campaign_id, g.indicator, g.year)
    where g.campaign_id = $1
    group by g.campaign_id, g.indicator, g.year
    order by g.year, g.indicator
"""


async def campaigns(pool: asyncpg.Pool, day: date) -> list[CampaignRow]:
    """The campaigns that were known on a day, the one that ends last first."""
    return [CampaignRow.of(row) for row in await pool.fetch(_CAMPAIGNS, day)]


async def goals(pool: asyncpg.Pool, campaign: UUID) -> list[GoalRow]:
    """What a campaign asks of everyone, in its own order."""
    return [GoalRow.of(row) for row in await pool.fetch(_GOALS, campaign)]


async def known(pool: asyncpg.Pool, campaign: UUID) -> bool:
    """Tell whether the campaign was launched."""
    return bool(await pool.fetchval("select true from progress_campaigns where campaign_id = $1", campaign))


async def progress(
    pool: asyncpg.Pool,
    campaign: UUID,
    seen: Sequence[UUID],
    *,
    unit: UUID | None = None,
    indicator: str | None = None,
    year: int | None = None,
    after: Place | None = None,
    limit: int = 100,
) -> list[ProgressRow]:
    """Rows of a campaign by unit, indicator and year, those after the place given.

    Targets that are not confirmed and results that are not verified show for the units `seen` and those below only.
    """
    rows = await pool.fetch(_PROGRESS, campaign, unit, indicator, year, *(after or _START), limit, seen)
    return [ProgressRow(**row) for row in rows]


async def summary(pool: asyncpg.Pool, campaign: UUID) -> list[SummaryRow]:
    """Counts for each goal of a campaign, by year and indicator."""
    return [SummaryRow(**row) for row in await pool.fetch(_SUMMARY, campaign)]


async def codes(pool: asyncpg.Pool, campaigns: Collection[str]) -> dict[str, str]:
    """The campaigns' codes by their ids as texts."""
    return {str(row["campaign_id"]): row["code"] for row in await pool.fetch(_CODES, list(set(campaigns)))}
