"""Vướng mắc: what units ask, answered one by one or for all who ask the same."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.campaigns import ThingKind
from contracts.registry import Role
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, take
from services.portal.shell.things import Things, pages_of
from services.portal.shell.visit import Visit

router = page_router()
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_CHANGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT})
_KINDS: Final = frozenset({"true", "false"})
NEW: Final = (
    Ask("unit_id", "own"),
    Ask("thing_kind", "choice", options=tuple(kind.value for kind in ThingKind)),
    Ask("campaign_id", "campaign", required=False),
    Ask("question", "area"),
)
GUIDANCE: Final = (Ask("answer", "area"), Ask("document", required=False))
STEPS: Final = {
    "resolve_obstacle": Step("answer", (Ask("answer", "area"),)),
}
THINGS: Final = Things("obstacles", "obstacle_id", NEW, STEPS)


@router.get("/obstacles")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /obstacles")
async def show_list(asked: Visit, resolved: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    narrowed = {"resolved": resolved if resolved in _KINDS else None}
    return await THINGS.listed(asked, after, narrowed=narrowed, resolved=resolved, asks=GUIDANCE)


@router.post("/obstacles")
@tells(may=_CHANGE, where=AT_ROOT)
@leads_to("POST campaigns /guidance")
async def guide(asked: Visit) -> Response:
    """Answer all that were ticked at once."""
    form = await asked.form()
    ticked = [name.removeprefix("o-") for name in form if name.startswith("o-")]
    taken = await take(asked, "campaigns", "/guidance", GUIDANCE, obstacles=ticked)
    if not taken.wrong:
        return asked.go("/obstacles", done="guidance")
    open_ones = {"resolved": "false"}
    return await THINGS.listed(asked, None, form, taken, open_ones, resolved="false", asks=GUIDANCE)


pages_of(router, THINGS, new=_NEW, change=_CHANGE)
PAGE: Final = Page(router, menu=[Entry("/obstacles", "obstacles", "campaigns", 4, waits=("answer",))])
