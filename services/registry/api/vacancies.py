"""Endpoint of registry for vacancies: which units have no head or no emulation officer. Source: B7."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from chassis.facts.kinds import Day
from chassis.organisation.organisation import ORGANISATION
from chassis.web.api import Asked, InQuery, Page, Paged, asked_router, asks
from contracts.registry import Role
from services.registry.vacancies import VacancyRow, vacancies

router = asked_router(tags=["people"])
SEES: Final = frozenset(
    {
        Role.UNIT_HEAD,
        Role.DEPUTY,
        Role.DIRECTOR_GENERAL,
        Role.SECTOR_LEADER,
        Role.EMULATION_DEPARTMENT,
        Role.AUDITOR,
        Role.INSPECTOR,
    }
)


@router.get("/vacancies")
@asks(may=SEES, where=InQuery(), reads=(ORGANISATION,))
async def list_vacancies(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    on: Day | None = None,
    after: Annotated[str | None, Query(max_length=30)] = None,
) -> Page[VacancyRow]:
    """Units from one downward (the root's, where none is named) without a head or an officer today, or on a day."""
    unit, day = unit_id or await asked.root(), on or asked.context().occurred_on
    rows = await vacancies(asked.pool, unit, day, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.code)
