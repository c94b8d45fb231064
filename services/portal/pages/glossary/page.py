"""Giải thích từ ngữ: what the words of emulation and commendation mean, since when, and by which document."""

from typing import Final

from fastapi import Response

from services.portal.shell.menu import Entry
from services.portal.shell.pages import EVERYBODY, Page, opens_for, page_router
from services.portal.shell.terms import GROUPS, glossary
from services.portal.shell.visit import Visit

router = page_router()


@router.get("/glossary")
@opens_for(EVERYBODY)
async def show_glossary(asked: Visit) -> Response:
    """Today's terms by group, each with what it meant before."""
    known = glossary()
    today = known.on(asked.today)
    return asked.show(
        "glossary/page.html",
        groups=[(group, [term for term in today.values() if term.group == group]) for group in GROUPS],
        papers=known.documents,
        before={name: known.before(asked.today, name) for name in today},
    )


PAGE: Final = Page(router, menu=[Entry("/glossary", "glossary", "help", 1)])
