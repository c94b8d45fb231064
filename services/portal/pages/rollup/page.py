"""Tổng hợp: numerators and denominators summed from districts to provinces to the nation. Source: S001-7."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from services.portal.pages.dashboard import queries
from services.portal.shell.choosing import Chosen, Wanted, choose
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import units
from services.portal.shell.visit import Visit

router = page_router()


@router.get("/rollup")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns/{id}/rollup")
async def show_rollup(asked: Visit, wanted: Annotated[Wanted, Query()]) -> Response:
    """What lies below a unit comes to so much, over so many of the units asked; each part leads down."""
    chosen = await choose(asked, wanted)
    if chosen is None:
        return asked.show("rollup/page.html", chosen=None)
    goal = chosen.goal
    found, above = await asyncio.gather(
        asked.ask(
            "campaigns", f"/campaigns/{chosen.campaign.campaign_id}/rollup",
            indicator=goal.indicator, year=goal.year, unit_id=chosen.unit,
        ),
        queries.above(asked.pool, chosen.unit),
    )  # fmt: skip
    named = await units(asked, [chosen.unit, *(each["unit_id"] for each in found["parts"])])
    found["parts"].sort(key=lambda each: named[each["unit_id"]]["code"])
    return asked.show(
        "rollup/page.html", chosen=chosen, whole=found["whole"], parts=found["parts"], units=named,
        crumbs=_above(asked, chosen, above), unit=named[str(chosen.unit)]["name"],
    )  # fmt: skip


def _above(asked: Visit, chosen: Chosen, above: list[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """The way back up, as far as this person may go."""
    own = set(asked.rights.units("/rollup"))
    first = next((place for place, (unit, _) in enumerate(above) if unit in own), len(above))
    return [(name, chosen.to("/rollup", unit=unit)) for unit, name in above[first:]]


PAGE = Page(router, menu=[Entry("/rollup", "rollup", "campaigns", 2)])
