"""Vị trí trống: units without a head or an emulation officer, and what waits there for nobody. Source: B7."""

from typing import Final

from fastapi import Response

from chassis.web.api import ANYWHERE, asks
from contracts.registry import Role
from services.portal.pages.inbox.gone_up import stuck
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import of_my_units
from services.portal.shell.visit import Visit

router = page_router()
_SEES: Final = frozenset(
    {
        Role.UNIT_HEAD,
        Role.DEPUTY,
        Role.DIRECTOR_GENERAL,
        Role.SECTOR_LEADER,
        Role.EMULATION_DEPARTMENT,
        Role.AUDITOR,
        Role.INSPECTOR,
    }
)


@router.get("/vacancies")
@asks(may=_SEES, where=ANYWHERE, reads=())
@leads_to("GET registry /vacancies")
async def show_vacancies(asked: Visit, after: str | None = None) -> Response:
    """Where nobody is head or officer, in the units of this person and below; and work that has gone up."""
    found, following = await of_my_units(asked, "registry", "/vacancies", after=after)
    waits = await stuck(asked.pool, asked.rights.units("/vacancies"), asked.today)
    return asked.show("vacancies/list.html", found=found, next=following, waits=waits)


PAGE: Final = Page(router, menu=[Entry("/vacancies", "vacancies", "organisation", 5)])
