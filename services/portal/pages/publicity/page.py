"""Tin, bài tuyên truyền: what was published, and what must come down. Source: S001-23."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from contracts.campaigns import Medium
from contracts.registry import Role
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step
from services.portal.shell.things import Things, pages_of
from services.portal.shell.visit import Visit

router = page_router()
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
_CHANGE: Final = _NEW
STATES: Final = ("published", "to_come_down", "taken_down")
NEW: Final = (
    Ask("unit_id", "unit"),
    Ask("campaign_id", "campaign", required=False),
    Ask("exemplar_id", "exemplar", required=False),
    Ask("medium", "choice", options=tuple(Medium)),
    Ask("title"),
    Ask("outlet"),
    Ask("published_on", "day"),
    Ask("link", required=False),
)
STEPS: Final = {
    "take_down_publicity": Step("taken-down", (Ask("on", "day"),)),
}
THINGS: Final = Things("publicity", "publicity_id", NEW, STEPS)


@router.get("/publicity")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /publicity")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    state = state if state in STATES else ""
    return await THINGS.listed(asked, after, narrowed={"state": state or None}, state=state, states=STATES)


pages_of(router, THINGS, new=_NEW, change=_CHANGE)
PAGE: Final = Page(router, menu=[Entry("/publicity", "publicity", "campaigns", 7, waits=("take_down",))])
