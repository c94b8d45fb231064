"""The door for sums over units: district, province, nation."""

from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.kinds import plain
from chassis.web.api import EVERY_ROLE, Asked, InQuery, asked_router, asks
from contracts.values import Goal, Indicator
from services.campaigns.api.scorecards import goals_of
from services.campaigns.domain.rolling_up import Sum, rolled_up
from services.campaigns.domain.verdicts import GoalVerdict
from services.campaigns.views import scorecards

router = asked_router(tags=["campaigns"])
_PARENTS: Final = "select unit_id, parent_id from organisation_units"


class RolledUp(BaseModel):
    """A sum over a unit and all below it: `reported` of `asked` units stand in it; no verdict while one is missing."""

    unit_id: UUID
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None
    asked: int
    reported: int
    verified: int
    verdict: GoalVerdict | None


class RollUp(BaseModel):
    """The whole, and the units directly below the one asked for, as far as any of theirs is asked."""

    whole: RolledUp
    parts: list[RolledUp]


@router.get("/campaigns/{id}/rollup")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(scorecards.SCORECARDS,))
async def roll_up(
    asked: Asked,
    id: UUID,  # noqa: A002 - the path's name
    indicator: Annotated[Indicator, Query()],
    year: Annotated[int, Query(ge=1990, le=2100)],
    unit_id: UUID | None = None,
) -> RollUp:
    """Sum numerators and denominators of a campaign's results below a unit, the whole organisation by default."""
    top = unit_id or await asked.root()
    results = await scorecards.parts(asked.pool, id, indicator, year)
    parents = {UUID(int=unit.int): parent for unit, parent in await asked.pool.fetch(_PARENTS)}
    goals = {(goal.indicator, goal.year): goal for goal in await goals_of(asked, id)}
    goal = goals.get((indicator, year))
    whole, parts = rolled_up(parents, results, top)
    shown = [_row(unit, each, goal) for unit, each in sorted(parts.items()) if each.asked]
    return RollUp(whole=_row(top, whole, goal), parts=shown)


def _row(unit: UUID, found: Sum, goal: Goal | None) -> RolledUp:
    return RolledUp(
        unit_id=unit,
        numerator=plain(found.numerator),
        denominator=plain(found.denominator),
        value=found.value,
        asked=found.asked,
        reported=found.reported,
        verified=found.verified,
        verdict=found.verdict(goal),
    )
