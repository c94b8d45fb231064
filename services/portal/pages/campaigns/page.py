"""Phong trào: the list, one campaign with its goals and documents, and the launch from a pack."""

import asyncio
import json
from typing import Any, Final
from uuid import UUID

import yaml
from fastapi import Response

from chassis.facts.core_yaml import CoreLoader
from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import units, units_of
from services.portal.shell.visit import Visit
from services.portal.views import progress_queries

router = page_router()
_LEADERS: Final = frozenset({Role.DIRECTOR_GENERAL})


@router.get("/campaigns")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns")
async def show_campaigns(asked: Visit, after: str = "") -> Response:
    """All campaigns by code."""
    page = await asked.ask("campaigns", "/campaigns", after=after or None, limit=50)
    return asked.show("campaigns/list.html", campaigns=page["items"], next=page["next"])


@router.get("/campaigns/launch")
@asks(may=_LEADERS, where=AT_ROOT, reads=())
@leads_to("POST campaigns /campaigns")
async def show_launch(asked: Visit) -> Response:
    """Where a pack is pasted and looked at before it is launched."""
    return asked.show("campaigns/launch.html", text=(await asked.draft()).get("pack", ""), pack=None, trial=None)


@router.post("/campaigns/launch")
@tells(may=_LEADERS, where=AT_ROOT)
@leads_to("POST campaigns /packs/trial", "POST campaigns /campaigns")
async def launch(asked: Visit) -> Response:
    """First show what a pack says and what its launch would do (`do=look`), then launch it (`do=launch`)."""
    form = await asked.form()
    text = form.get("pack", "")
    try:
        pack = _read(text)
        if form.get("do") != "launch":
            trial = await asked.tell("campaigns", "/packs/trial", pack, key=form.key_of("trial"))
            invited = await units_of(asked, pack["units"])
            return asked.show("campaigns/launch.html", text=text, pack=pack, trial=trial, invited=invited)
        told = await asked.tell("campaigns", "/campaigns", pack, key=form.key)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        errors = [("pack", f"{field}: {said}") for field, said in asked.fields_with_errors(problem).items()]
        return asked.show(
            "campaigns/launch.html",
            problem.status,
            text=text,
            pack=None,
            trial=None,
            errors=errors or [("pack", asked.sentence(problem))],
        )
    return asked.go(f"/campaigns/{told['id']}", done="launched")


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns/{id}")
async def show_campaign(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One campaign: goals with how far the country is, what it rests on, and where my units stand."""
    mine = asked.rights.units("/registrations")
    campaign, summary, *pages = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{id}"),
        progress_queries.summary(asked.pool, id),
        *(asked.ask("registry", "/registrations", campaign_id=id, unit_id=unit) for unit in mine),
    )
    registrations: list[dict[str, Any]] = [each for page in pages for each in page["items"]]
    named = await units(asked, [each["unit_id"] for each in registrations])
    counted = {(row.indicator, row.year): row for row in summary}
    return asked.show(
        "campaigns/one.html", campaign=campaign, counted=counted, registrations=registrations, units=named,
        done=done if done == "launched" else "",
    )  # fmt: skip


def _read(text: str) -> dict[str, Any]:
    """The pack as YAML or JSON says it; raises Problem 422 where it is neither."""
    try:
        pack = yaml.load(text, CoreLoader)  # noqa: S506 - it makes plain values only
    except (yaml.YAMLError, ValueError, RecursionError):
        pack = None
    if not isinstance(pack, dict):
        raise Problem(
            422,
            "pack-unreadable",
            "Không đọc được gói phát động; hãy dán nguyên văn tệp YAML hoặc JSON của phong trào.",
            "The pack cannot be read; paste the campaign's YAML or JSON file as it is.",
        )
    read: dict[str, Any] = json.loads(json.dumps(pack, default=str))  # figures as they were typed
    return read


PAGE: Final = Page(router, menu=[Entry("/campaigns", "campaigns", "campaigns")])
