"""Phản ánh vi phạm: reported by the press, handed over and answered; the unit does not see it. Source: S001-23."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, asks
from contracts.campaigns import Office
from contracts.registry import Role
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step
from services.portal.shell.things import Things, pages_of
from services.portal.shell.visit import Visit

router = page_router()
_NEW: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
_CHANGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
_SEES: Final = _NEW | _CHANGE | {Role.DIRECTOR_GENERAL, Role.AUDITOR}
STATES: Final = ("reported", "handed_over", "answered")
NEW: Final = (
    Ask("unit_id", "unit"),
    Ask("campaign_id", "campaign", required=False),
    Ask("what", "area"),
    Ask("link", required=False),
)
STEPS: Final = {
    "hand_over_violation": Step("handed-over", (Ask("to", "choice", options=tuple(Office)),)),
    "answer_violation": Step("answer", (Ask("violated", "tick"), Ask("answer", "area"))),
}
THINGS: Final = Things("violations", "violation_id", NEW, STEPS)


@router.get("/violations")
@asks(may=_SEES, where=ANYWHERE, reads=())
@leads_to("GET campaigns /violations")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    state = state if state in STATES else ""
    return await THINGS.listed(asked, after, narrowed={"state": state or None}, state=state, states=STATES)


pages_of(router, THINGS, new=_NEW, change=_CHANGE, seen=_SEES)
PAGE: Final = Page(
    router, menu=[Entry("/violations", "violations", "campaigns", 8, waits=("hand_over", "look_into", "inspect"))]
)
