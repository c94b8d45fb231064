"""Quá khứ: registrations and results of years before the platform, brought as files with their papers.

Source: A1, B12
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, asks, takes_up_to, tells
from contracts.registry import Role
from services.portal.shell.bringing import Bringing
from services.portal.shell.forms import TOLD_TOO_LARGE, Form
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, body_of, choices
from services.portal.shell.visit import Visit

router = page_router()
_OWN: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
_REGISTRATIONS: Final = Bringing(
    "/history/registrations", "history/bring.html", "/registration-files/trials", "registrations.trial"
)
_RESULTS: Final = Bringing(
    "/history/results", "history/bring.html", "/result-files/trials", "results.trial", "campaigns"
)
PAPERS: Final = (
    Ask("happened_on", "day"),
    Ask("document_number", required=False),
    Ask("document_date", "day", required=False),
    Ask("evidence", "hash", required=False),
)
"""The day of what is brought, and on what it rests: a document, a file by its hash, or both."""


@router.get("/history/registrations")
@asks(may=_OWN, where=ANYWHERE, reads=())
@leads_to("POST registry /registration-files/trials")
async def show_registrations(asked: Visit, job: UUID | None = None) -> Response:
    """Where a file of earlier registrations is chosen; with a `job`, what came of it."""
    return await _REGISTRATIONS.show(asked, job, **await _shown(asked, "registrations", Form(asked.query_params)))


@router.post("/history/registrations")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_OWN, where=ANYWHERE)
@leads_to("POST registry /registration-files/trials", "POST registry /registration-files/trials/{id}/import")
async def bring_registrations(asked: Visit) -> Response:
    """Have a file of earlier registrations tried, or, once it was tried, entered as history."""
    return await _bring(asked, _REGISTRATIONS, "registrations")


@router.get("/history/results")
@asks(may=_OWN, where=ANYWHERE, reads=())
@leads_to("POST campaigns /result-files/trials")
async def show_results(asked: Visit, job: UUID | None = None) -> Response:
    """Where a file of earlier results is chosen; with a `job`, what came of it."""
    return await _RESULTS.show(asked, job, **await _shown(asked, "results", Form(asked.query_params)))


@router.post("/history/results")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_OWN, where=ANYWHERE)
@leads_to("POST campaigns /result-files/trials", "POST campaigns /result-files/trials/{id}/import")
async def bring_results(asked: Visit) -> Response:
    """Have a file of earlier results tried, or, once it was tried, entered as history."""
    return await _bring(asked, _RESULTS, "results")


async def _bring(asked: Visit, bringing: Bringing, place: str) -> Response:
    form = await asked.form()
    papers, wrong = body_of(form, PAPERS, "", asked.language)
    query = urlencode({"campaign_id": form.get("campaign", ""), "unit_id": form.get("unit", ""), **papers})
    kept = {name: form[name] for name in ("campaign", "unit", *(each.name for each in PAPERS)) if form.get(name)}
    return await bringing.bring(asked, f"?{query}", said=wrong, kept=kept, **await _shown(asked, place, form))


async def _shown(asked: Visit, place: str, typed: Form) -> Mapping[str, Any]:
    return {
        "choices": await choices(asked, f"/history/{place}"), "typed": typed, "papers": PAPERS,
        "noun": f"past_{place}", "place": place, "back": f"/{place}", "export": "",
    }  # fmt: skip


PAGE: Final = Page(router)
