"""Hướng dẫn: first steps by role, the keyboard, what to do when something is refused, and licences."""

from collections.abc import Mapping
from typing import Final

from fastapi import Response

from services.portal.pages.help.licences import font, packages
from services.portal.shell.menu import Entry
from services.portal.shell.pages import EVERYBODY, Page, opens_for, page_router
from services.portal.shell.visit import Visit

router = page_router()

Step = tuple[str, str, str]
"""The name of its sentence, the page on which it is done, and the words of that page."""

_FIND: Final = ("find", "/", "menu.inbox")
_CAMPAIGNS: Final = ("campaigns", "/campaigns", "menu.campaigns")
_DECISIONS: Final = ("decisions", "/decisions", "menu.decisions")
_READ: Final = ("read", "/nominations", "menu.nominations")
_ME: Final = ("me", "/people/me", "people.mine")
STEPS: Final[Mapping[str, tuple[Step, ...]]] = {
    "officer": (
        _FIND,
        ("register", "/registrations", "menu.registrations"),
        ("report", "/results", "menu.results"),
        ("draft", "/nominations/new", "nominations.new"),
        ("papers", "/nominations", "menu.nominations"),
    ),
    "unit_head": (
        _FIND,
        ("send", "/registrations", "menu.registrations"),
        ("submit", "/nominations", "menu.nominations"),
        ("reward", "/decisions/new", "decisions.new"),
    ),
    "professional_department": (_FIND, ("verify", "/results", "menu.results"), _CAMPAIGNS),
    "emulation_department": (
        _FIND,
        ("confirm", "/registrations", "menu.registrations"),
        ("verify", "/results", "menu.results"),
        ("roles", "/people", "menu.people"),
        _CAMPAIGNS,
    ),
    "director_general": (
        ("launch", "/campaigns/launch", "campaigns.launch"),
        _FIND,
        ("decide", "/nominations", "menu.nominations"),
        ("issue", "/decisions/new", "decisions.new"),
    ),
    "council_chair": (_READ, _CAMPAIGNS, _DECISIONS),
    "council_secretary": (_READ, _CAMPAIGNS, _DECISIONS),
    "council_member": (_READ, _CAMPAIGNS, _DECISIONS),
    "auditor": (_READ, ("audit", "/people", "menu.people"), _CAMPAIGNS, _DECISIONS),
    "cluster_head": (_CAMPAIGNS, _DECISIONS, _ME),
    "communications": (_CAMPAIGNS, _DECISIONS, _ME),
    "deputy": (
        _FIND,
        ("register", "/registrations", "menu.registrations"),
        ("report", "/results", "menu.results"),
        ("draft", "/nominations/new", "nominations.new"),
    ),
    "sector_leader": (_READ, _CAMPAIGNS, _DECISIONS),
    "council_vice_chair": (_READ, _CAMPAIGNS, _DECISIONS),
    "council_standing_member": (_READ, _CAMPAIGNS, _DECISIONS),
    "counting_member": (_CAMPAIGNS, _DECISIONS, _ME),
    "trade_union": (_READ, _CAMPAIGNS, _DECISIONS),
    "party_representative": (_READ, _CAMPAIGNS, _DECISIONS),
    "inspector": (_READ, _CAMPAIGNS, _DECISIONS),
    "clerk": (_CAMPAIGNS, _DECISIONS, _ME),
    "accountant": (_CAMPAIGNS, _DECISIONS, _ME),
    "operator": (("health", "/readyz", "help.step.health_page"), _CAMPAIGNS, _ME),
}
"""What each role does first, in the order in which it is done."""

REFUSED: Final = ("cell", "closed", "role", "away", "nowhere")
WHOM: Final = ("rights", "figures", "dossier", "fault")
KEYS: Final = ("tab", "arrows", "paste", "escape")


@router.get("/help")
@opens_for(EVERYBODY)
async def show_help(asked: Visit) -> Response:
    """First steps: those of one's own roles are open."""
    own = {role.value for role, _ in asked.rights.held}
    order = sorted(STEPS, key=lambda role: role not in own)
    return asked.show("help/page.html", steps=STEPS, order=order, own=own, refused=REFUSED, whom=WHOM, keys=KEYS)


@router.get("/help/licences")
@opens_for(EVERYBODY)
async def show_licences(asked: Visit) -> Response:
    """What the portal stands on, with licences."""
    served, text = font()
    return asked.show("help/licences.html", font=served, text=text, packages=packages())


PAGE: Final = Page(router, menu=[Entry("/help", "first_steps", "help")])
