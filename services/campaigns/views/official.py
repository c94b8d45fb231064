"""Read models of campaigns: the official base figures, and the plans that units were assigned."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.envelope import Recorded
from chassis.facts.kinds import plain
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import BaseFigureEvent, PlanEvent
from contracts.values import Direction, Measure

Place = tuple[str, int]


class BaseFigureRow(
    Row, named="base_figures", key=("indicator", "year", "unit_id"), by=(("unit_id",), ("year", "indicator"))
):
    """A unit's official denominator of an indicator for a year, in its newest revision. Source: B15.

    `published_by`: who did so; null where nobody is known.
    """

    indicator: str
    year: int
    unit_id: UUID
    figure: Decimal
    provisional: bool
    revision: int
    previous: Decimal | None
    document_number: str
    document_date: date
    published_on: date
    published_by: UUID | None = None


class PlanRow(Row, named="plans", key=("indicator", "year", "unit_id", "since"), by=(("unit_id",),)):
    """What a unit was given to do, in force from a day on; `assigned_by`: who entered it. Source: A5."""

    indicator: str
    year: int
    unit_id: UUID
    since: date
    figure: Decimal
    document_number: str
    document_date: date
    assigned_by: UUID | None = None


class SideBySide(BaseModel):
    """A unit's plan, target and result of one indicator and year side by side; null where there is none.

    `plan` is that in force at the year's end, `base` the official denominator.
    """

    unit_id: UUID
    scorecard_id: UUID | None
    plan: Decimal | None
    base: Decimal | None
    direction: Direction | None
    measure: Measure | None
    target: Decimal | None
    result: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    estimate: bool | None
    verified: bool | None
    attained: bool | None


def project_base_figures(recorded: Recorded[BaseFigureEvent]) -> Iterable[Change]:
    """The row of a published figure."""
    event = recorded.data
    yield BaseFigureRow.put(
        *(event.indicator, event.year, event.unit_id),
        **event.model_dump(include={"figure", "provisional", "revision", "previous"}),
        document_number=event.document.number,
        document_date=event.document.issued_on,
        published_on=recorded.occurred_on,
        published_by=recorded.actor,
    )


def project_plans(recorded: Recorded[PlanEvent]) -> Iterable[Change]:
    """The row of a plan; the one before keeps its own."""
    event = recorded.data
    yield PlanRow.put(
        *(event.indicator, event.year, event.unit_id, event.since),
        figure=event.figure,
        document_number=event.document.number,
        document_date=event.document.issued_on,
        assigned_by=recorded.actor,
    )


BASE_FIGURES: Final = Projection("base_figures", 2, [BaseFigureRow.table], project_base_figures)
PLANS: Final = Projection("plans", 2, [PlanRow.table], project_plans)

_BASES: Final = f"""
    select {BaseFigureRow.columns()} from base_figures
    where ($1::text is null or indicator = $1) and ($2::int is null or year = $2) and ($3::uuid is null or unit_id = $3)
        and (year, indicator, unit_id) > ($4, $5, $6)
    order by year, indicator, unit_id limit $7
"""  # noqa: S608 - our own column names
_PLANS: Final = f"""
    select {PlanRow.columns()} from plans where unit_id = $1 order by year, indicator, since
"""  # noqa: S608
_IN_FORCE: Final = """
    select distinct on (unit_id, indicator, year) unit_id, indicator, year, figure from plans
    where unit_id = any($1::uuid[]) and since <= make_date(year, 12, 31)
    order by unit_id, indicator, year, since desc
"""
_BESIDE: Final = """
    with recursive below as (
        select unit_id from organisation_units where unit_id = $1
        union
        select u.unit_id from organisation_units u join below on u.parent_id = below.unit_id
    )
    select below.unit_id, s.scorecard_id, p.figure as plan, b.figure as base, r.direction, r.measure, r.target,
        r.result, r.numerator, r.denominator, r.estimate, r.verified, r.attained
    from below
    left join lateral (
        select figure from plans where (unit_id, indicator, year) = (below.unit_id, $3, $4)
            and since <= make_date($4, 12, 31) order by since desc limit 1
    ) p on true
    left join base_figures b on (b.indicator, b.year, b.unit_id) = ($3, $4, below.unit_id)
    left join scorecards s on (s.campaign_id, s.unit_id) = ($2, below.unit_id)
    left join results r on (r.scorecard_id, r.indicator, r.year) = (s.scorecard_id, $3, $4)
    where (p.figure is not null or r.target is not null) and below.unit_id > $5
    order by below.unit_id limit $6
"""
_OF_UNIT: Final = "select indicator, year, figure from base_figures where unit_id = $1"

After = tuple[int, str, UUID]
START: Final[After] = (0, "", UUID(int=0))


async def base_figures(  # noqa: PLR0917 - what is filtered by
    pool: asyncpg.Pool, indicator: str | None, year: int | None, unit: UUID | None, after: After, limit: int
) -> list[BaseFigureRow]:
    """Base figures by year, indicator and unit, those after the place given."""
    return [BaseFigureRow.of(row) for row in await pool.fetch(_BASES, indicator, year, unit, *after, limit)]


async def bases_of(pool: asyncpg.Pool, unit: UUID) -> Mapping[Place, Decimal]:
    """A unit's official denominators."""
    return {(row["indicator"], row["year"]): plain(row["figure"]) for row in await pool.fetch(_OF_UNIT, unit)}


async def plans(pool: asyncpg.Pool, unit: UUID) -> list[PlanRow]:
    """All plans of a unit, the earlier ones too."""
    return [PlanRow.of(row) for row in await pool.fetch(_PLANS, unit)]


async def side_by_side(  # noqa: PLR0917 - what is filtered by
    pool: asyncpg.Pool, top: UUID, campaign: UUID, indicator: str, year: int, after: UUID, limit: int
) -> list[SideBySide]:
    """A unit and those below it that have a plan or a target, by id, those after the id given."""
    rows = await pool.fetch(_BESIDE, top, campaign, indicator, year, after, limit)
    return [SideBySide.model_validate({name: _plain(value) for name, value in row.items()}) for row in rows]


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


async def in_force(pool: asyncpg.Pool, units: Collection[UUID]) -> Mapping[tuple[UUID, str, int], Decimal]:
    """By unit, indicator and year: the plan that is in force at the year's end."""
    rows = await pool.fetch(_IN_FORCE, list(units))
    return {(row["unit_id"], row["indicator"], row["year"]): plain(row["figure"]) for row in rows}
