"""Kiểm tra, giám sát: inspections of units, what was found, and that it was put right."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from contracts.registry import Role
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step
from services.portal.shell.things import Things, pages_of
from services.portal.shell.visit import Visit

router = page_router()
_NEW: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
_CHANGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
NEW: Final = (
    Ask("unit_id", "unit"),
    Ask("campaign_id", "campaign", required=False),
    Ask("subject"),
    Ask("planned_on", "day"),
)
STEPS: Final = {
    "hold_inspection": Step("held", (Ask("held_on", "day"),)),
    "record_finding": Step("findings", (Ask("what", "area"), Ask("before", "day", required=False))),
    "close_finding": Step("closed-findings", (Ask("finding", "open"), Ask("how", "area"))),
}
THINGS: Final = Things("inspections", "inspection_id", NEW, STEPS)


@router.get("/inspections")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /inspections")
async def show_list(asked: Visit, after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    return await THINGS.listed(asked, after)


pages_of(router, THINGS, new=_NEW, change=_CHANGE)
PAGE: Final = Page(router, menu=[Entry("/inspections", "inspections", "campaigns", 6, waits=("fix",))])
