"""Phong trào: the list, one campaign with its goals and documents, and the launch from a pack."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import yaml
from fastapi import Response

from chassis.facts.core_yaml import CoreLoader
from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.services import Away
from services.portal.shell.units import units, units_of
from services.portal.shell.visit import Visit
from services.portal.views import progress_queries

router = page_router()
_LEADERS: Final = frozenset({Role.DIRECTOR_GENERAL})
_DONE: Final = {"launch": "/campaigns", "announce": "/announcements"}
_TOLD: Final = {
    *("launched", "announced", "launch", "amendments", "extensions", "conclusion", "cancellation", "joins"),
}


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
    """Where a pack is chosen, uploaded or pasted, and looked at before it is announced or launched."""
    return await _launching(asked, (await asked.draft()).get("pack", ""))


@router.post("/campaigns/launch")
@tells(may=_LEADERS, where=AT_ROOT)
@leads_to("POST campaigns /packs/trial", "POST campaigns /campaigns", "POST campaigns /announcements")
async def launch(asked: Visit) -> Response:
    """First show what a pack says and what it would do (`do=look`); then announce (`do=announce`) or launch it."""
    form = await asked.form()
    text = await _given(asked, form)
    try:
        pack = _read(text)
        if form.get("do") not in _DONE:
            trial = await asked.tell("campaigns", "/packs/trial", pack, key=form.key_of("trial"))
            invited = await units_of(asked, pack["units"])
            recipients = _recipients(pack, trial["units"])
            return await _launching(asked, text, pack=pack, trial=trial, invited=invited, recipients=recipients)
        told = await asked.tell("campaigns", _DONE[form["do"]], pack, key=form.key)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        errors = [("pack", f"{field}: {said}") for field, said in asked.fields_with_errors(problem).items()]
        return await _launching(asked, text, problem.status, errors=errors or [("pack", asked.sentence(problem))])
    return asked.go(f"/campaigns/{told['id']}", done="launched" if form["do"] == "launch" else "announced")


async def _given(asked: Visit, form: Form) -> str:
    """The pack's text: of the file that was uploaded, of the one that was chosen, or as it stands in the field."""
    if file := form.files.get("file"):
        return file.decode("utf-8", "replace")
    if form.get("chosen") and form.get("do") not in _DONE:
        found: list[dict[str, str]] = await asked.ask("campaigns", "/packs")
        return next((each["text"] for each in found if each["code"] == form["chosen"]), form.get("pack", ""))
    return form.get("pack", "")


async def _launching(asked: Visit, text: str, code: int = 200, **more: Any) -> Response:
    """The form, also while campaigns is away: then it lacks the packs that are there, never what was typed."""
    try:
        files = await asked.ask("campaigns", "/packs")
    except Away:
        files = None
    shown = {"pack": None, "trial": None, "recipients": [], "files": files, **more}
    return asked.show("campaigns/launch.html", code, text=text, **shown)


def _recipients(pack: Mapping[str, Any], units: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each entry of Kính gửi and Nơi nhận with the number of units for which it stands. Source: M-2."""
    asked_to_act = {kind for each in pack.get("addressees", ()) for kind in each.get("unit_kinds", ())}
    found = []
    for each in (*pack.get("addressees", ()), *pack.get("copy_recipients", ())):
        kinds = asked_to_act if each.get("as_addressed") else {*each.get("unit_kinds", ())}
        count = sum(unit["kind"] in kinds for unit in units)
        found.append({"name": each["name"], "purpose": each["purpose"], "units": count})
    return found


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns/{id}", "GET campaigns /campaigns/{id}/joins")
async def show_campaign(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One campaign: goals with how far the country is, what it rests on, and where my units stand."""
    mine = asked.rights.units("/registrations")
    campaign, joins, summary, *pages = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{id}"),
        asked.ask("campaigns", f"/campaigns/{id}/joins", limit=100),
        progress_queries.summary(asked.pool, id),
        *(asked.ask("registry", "/registrations", campaign_id=id, unit_id=unit) for unit in mine),
    )
    registrations: list[dict[str, Any]] = [each for page in pages for each in page["items"]]
    joined: list[dict[str, Any]] = joins["items"]
    named = await units(asked, [each["unit_id"] for each in (*registrations, *joined)])
    counted = {(row.indicator, row.year): row for row in summary}
    return asked.show(
        "campaigns/one.html", campaign=campaign, counted=counted, registrations=registrations, units=named,
        done=done if done in _TOLD else "", joined=joined, may_join=_may_join(asked, campaign, joined),
    )  # fmt: skip


def _may_join(asked: Visit, campaign: Mapping[str, Any], joined: Sequence[Mapping[str, Any]]) -> bool:
    """Whether this person is the head of a unit that has not launched the campaign within its scope yet."""
    own = {str(unit) for unit in asked.rights.units("/campaigns/{id}/join")}
    there = campaign["status"] in {"announced", "launched"}
    return there and bool(own - {each["unit_id"] for each in joined})


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
