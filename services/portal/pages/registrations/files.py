"""Nhập, xuất đăng ký: targets from a file, tried before they are pledged; registrations written into one."""

from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, asks, takes_up_to, tells
from contracts.registry import Role
from services.portal.shell.bringing import Bringing, take_out
from services.portal.shell.forms import TOLD_TOO_LARGE, Form
from services.portal.shell.pages import leads_to, page_router
from services.portal.shell.stepping import choices
from services.portal.shell.visit import Visit

router = page_router()
_PLEDGES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
_BRINGING: Final = Bringing(
    "/registrations/import", "registrations/import.html", "/registration-files/trials", "registrations.trial"
)
_FILES: Final[dict[str, Any]] = {"noun": "registrations", "back": "/registrations", "export": "/registrations/exports"}


@router.get("/registrations/import")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("POST registry /registration-files/exports")
async def show_import(asked: Visit, job: UUID | None = None) -> Response:
    """Where a file of targets is chosen, or registrations are written into one; with a `job`, what came of it."""
    offered = await choices(asked, "/registrations/import")
    return await _BRINGING.show(asked, job, choices=offered, typed=Form(), **_FILES)


@router.post("/registrations/import")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_PLEDGES, where=ANYWHERE)
@leads_to("POST registry /registration-files/trials", "POST registry /registration-files/trials/{id}/import")
async def bring(asked: Visit) -> Response:
    """Have a file of targets tried, or, once it was tried, pledged."""
    form = await asked.form()
    query = f"?campaign_id={form.get('campaign', '')}&unit_id={form.get('unit', '')}"
    offered = await choices(asked, "/registrations/import")
    return await _BRINGING.bring(asked, query, choices=offered, typed=form, **_FILES)


@router.post("/registrations/exports")
@tells(may=EVERY_ROLE, where=ANYWHERE)
@leads_to("POST registry /registration-files/exports")
async def take_registrations_out(asked: Visit) -> Response:
    """Have the registrations of a unit and all below it written into a file, which the import reads again."""
    form = await asked.form()
    named = {"campaign_id": form.get("of-campaign"), "unit_id": form.get("of-unit")}
    return await take_out(asked, "/registration-files/exports", **named)
