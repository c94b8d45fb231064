"""Tệp Excel: how far the file of a long list is, and the file."""

from typing import Any, Final, Literal
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import not_found
from chassis.web import jobs
from services.portal.shell.export import KIND
from services.portal.shell.pages import SIGNED_IN, Page, opens_for, page_router
from services.portal.shell.visit import Visit

router = page_router()
Of = Literal["", "registry"]
"""Whose job it is: the portal's own, or that of a service."""


@router.get("/exports/{id}")
@opens_for(SIGNED_IN)
async def show_export(asked: Visit, id: UUID, of: Of = "") -> Response:  # noqa: A002 - the path's name
    """A file that one has asked for, here or `of` a service: how far it is, and where it lies then."""
    if of:
        job: dict[str, Any] = await asked.ask(of, f"/jobs/{id}")
    else:
        job = (await jobs.own(asked, id)).model_dump(mode="json")
    if job["kind"] != KIND and not job["kind"].endswith(".export"):
        raise not_found()
    return asked.show("exports/page.html", job=job, of=of)


@router.get("/exports/{id}/file")
@opens_for(SIGNED_IN)
async def download(asked: Visit, id: UUID, of: Of = "") -> Response:  # noqa: A002
    """The file itself; raises Problem 404, or 409 while it is not done."""
    return await asked.result(of, id) if of else await jobs.result(asked, id)


PAGE: Final = Page(router)
