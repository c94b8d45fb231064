"""The door for official figures: base figures and assigned plans, stated by the centre, seen by those they concern."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.web.api import (
    ANYWHERE,
    AT_ROOT,
    EVERY_ROLE,
    Answer,
    Asked,
    InQuery,
    Page,
    Paged,
    asked_router,
    asks,
    tells,
)
from contracts.registry import Role
from contracts.values import Indicator
from services.campaigns.domain.base_figure import BASE_FIGURES, PublishBaseFigures, table_id
from services.campaigns.domain.official import OfficialFigures
from services.campaigns.domain.plan import PLANS, AssignPlans, plan_id
from services.campaigns.views import official, scorecards

router = asked_router(tags=["campaigns"])
DEPARTMENTS: Final = frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT})
InYear = Annotated[int | None, Query(ge=1990, le=2100)]
_MOST: Final = 1000
_NIL: Final = UUID(int=0)


class BaseFigurePage(BaseModel):
    """Base figures by year, indicator and unit; `more` where the page is full: ask for one year or indicator."""

    items: list[official.BaseFigureRow]
    more: bool


@router.post("/base-figures", status_code=201)
@tells(may=DEPARTMENTS, where=AT_ROOT)
async def publish_base_figures(asked: Asked, table: PublishBaseFigures) -> Answer:
    """Publish the official denominators of an indicator for a year, or revise them: what used them is recomputed."""
    known = await _units(asked, table)
    return await asked.execute(BASE_FIGURES, table_id(table.indicator, table.year), table, known)


@router.get("/base-figures")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(official.BASE_FIGURES,))
async def list_base_figures(
    asked: Asked, indicator: Indicator | None = None, year: InYear = None, unit_id: UUID | None = None
) -> BaseFigurePage:
    """The official denominators, everybody's to see."""
    found = await official.base_figures(asked.pool, indicator, year, unit_id, official.START, _MOST + 1)
    return BaseFigurePage(items=found[:_MOST], more=len(found) > _MOST)


@router.post("/plans", status_code=201)
@tells(may=DEPARTMENTS, where=AT_ROOT)
async def assign_plans(asked: Asked, table: AssignPlans) -> Answer:
    """Assign units their plan for an indicator and year, or adjust it: what was measured by it is recomputed."""
    known = await _units(asked, table)
    return await asked.execute(PLANS, plan_id(table.indicator, table.year), table, known)


@router.get("/plans")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(official.PLANS,))
async def list_plans(asked: Asked, unit_id: Annotated[UUID, Query()]) -> list[official.PlanRow]:
    """All plans that a unit was given, each with the day from which it is in force."""
    return await official.plans(asked.pool, unit_id)


@router.get("/campaigns/{id}/side-by-side")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(scorecards.SCORECARDS, official.PLANS, official.BASE_FIGURES))
async def list_side_by_side(
    *,
    asked: Asked,
    paging: Paged,
    id: UUID,  # noqa: A002 - the path's name
    indicator: Annotated[Indicator, Query()],
    year: Annotated[int, Query(ge=1990, le=2100)],
    unit_id: UUID | None = None,
    after: UUID = _NIL,
) -> Page[official.SideBySide]:
    """Plan, target and result of a unit and of all below it, the whole organisation by default."""
    top = unit_id or await asked.root()
    rows = await official.side_by_side(asked.pool, top, id, indicator, year, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.unit_id)


async def _units(asked: Asked, table: OfficialFigures) -> frozenset[UUID]:
    """Those units of a table that are known here."""
    wanted = [each.unit_id for each in table.figures]
    rows = await asked.pool.fetch("select unit_id from organisation_units where unit_id = any($1::uuid[])", wanted)
    return frozenset(UUID(int=row[0].int) for row in rows)
