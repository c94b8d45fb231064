"""Hướng dẫn: first steps by role, the keyboard, and the licences of what the portal brings along."""

from typing import Final

from fastapi import Response

from services.portal.shell.menu import Entry
from services.portal.shell.pages import EVERYBODY, Page, opens_for, page_router
from services.portal.shell.visit import Visit

router = page_router()
ROLES: Final = ("officer", "unit_head", "professional_department", "emulation_department", "director_general")


@router.get("/help")
@opens_for(EVERYBODY)
async def show_help(asked: Visit) -> Response:
    """First steps."""
    return asked.show("help/page.html", roles=ROLES)


PAGE: Final = Page(router, menu=[Entry("/help", "first_steps", "help")])
