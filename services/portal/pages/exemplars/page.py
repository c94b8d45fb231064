"""Điển hình tiên tiến: the catalogue, and one from its identification to its replication or withdrawal."""

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
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_CHANGE: Final = frozenset(
    {Role.OFFICER, Role.UNIT_HEAD, Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.COMMUNICATIONS}
)
_KINDS: Final = frozenset({"identified", "acclaimed", "refused", "withdrawn"})
NEW: Final = (
    Ask("unit_id", "own"),
    Ask("campaign_id", "campaign", required=False),
    Ask("person_id", required=False),
    Ask("title"),
    Ask("merit", "area"),
)
STEPS: Final = {
    "acclaim_exemplar": Step("acclaim", (Ask("held_on", "day"), Ask("present", "whole"), Ask("votes_for", "whole"))),
    "nurture_exemplar": Step("nurture", (Ask("measure", "area"),)),
    "publicise_exemplar": Step(
        "publicise",
        (
            Ask("medium", "choice", options=tuple(Medium)),
            Ask("outlet"),
            Ask("published_on", "day"),
            Ask("link", required=False),
        ),
    ),
    "replicate_exemplar": Step("replicate", (Ask("in_unit_id", "unit"), Ask("since", "day"))),
    "refuse_exemplar": Step("refuse", (Ask("reason", "area"),)),
    "withdraw_exemplar": Step("withdraw", (Ask("reason", "area"),)),
}
THINGS: Final = Things("exemplars", "exemplar_id", NEW, STEPS)


@router.get("/exemplars")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /exemplars")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    narrowed = {"state": state if state in _KINDS else None}
    return await THINGS.listed(asked, after, narrowed=narrowed, state=state)


pages_of(router, THINGS, new=_NEW, change=_CHANGE)
PAGE: Final = Page(router, menu=[Entry("/exemplars", "exemplars", "campaigns", 5)])
