"""The HTTP door of the portal: how a campaign goes."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, EVERY_ROLE, Asked, Page, Paged, asked_router, asks
from services.portal.views import progress_queries as queries

router = asked_router(tags=["portal"])
_PLACE: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[a-z][a-z0-9_]{1,59}\.[0-9]{4}$"


@router.get("/campaigns/{id}/progress")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_progress(
    *,
    asked: Asked,
    paging: Paged,
    id: UUID,  # noqa: A002 - the path's name
    unit_id: UUID | None = None,
    indicator: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{1,59}$")] = None,
    year: Annotated[int | None, Query(ge=1990, le=2100)] = None,
    after: Annotated[str | None, Query(pattern=_PLACE, description="`next` of the page before.")] = None,
) -> Page[queries.ProgressRow]:
    """Goal, target and result of each unit, indicator and year; what is not confirmed stays with its unit."""
    await _known(asked, id)
    seen = [unit for _, unit in await asked.platform.access.held(asked.person)]
    rows = await queries.progress(
        asked.pool, id, seen, unit=unit_id, indicator=indicator, year=year, after=_place(after), limit=paging.limit + 1
    )
    return paging.page(rows, lambda row: f"{row.unit_id}.{row.indicator}.{row.year}")


@router.get("/campaigns/{id}/summary")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_summary(asked: Asked, id: UUID) -> list[queries.SummaryRow]:  # noqa: A002
    """How many units registered, reported and attained, for each goal."""
    await _known(asked, id)
    return await queries.summary(asked.pool, id)


def _place(after: str | None) -> queries.Place | None:
    if after is None:
        return None
    unit, indicator, year = after.split(".")
    return UUID(unit), indicator, int(year)


async def _known(asked: Asked, campaign: UUID) -> None:
    if not await queries.known(asked.pool, campaign):
        raise not_found()
