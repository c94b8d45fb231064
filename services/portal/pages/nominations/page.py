"""Hồ sơ đề nghị: the units' nominations, a new draft, and one with its papers, what it lacks and why."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, THERE, asks, tells
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import award_names, catalogue, of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_REFUSED: Final = frozenset({403, 409, 422})
_YEAR: Final = re.compile("[12][0-9]{3}")
_PROPOSERS: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
_COUNCIL: Final = frozenset({Role.COUNCIL_MEMBER, Role.COUNCIL_CHAIR, Role.COUNCIL_SECRETARY})
_BESIDE: Final = frozenset(
    {
        Role.COUNCIL_VICE_CHAIR,
        Role.COUNCIL_STANDING_MEMBER,
        Role.SECTOR_LEADER,
        Role.TRADE_UNION,
        Role.PARTY_REPRESENTATIVE,
        Role.INSPECTOR,
    }
)
_READERS: Final = _PROPOSERS | _COUNCIL | _BESIDE | {Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.AUDITOR}


@router.get("/nominations")
@asks(may=_READERS, where=ANYWHERE, reads=())
@leads_to("GET awards /nominations")
async def show_nominations(asked: Visit, status: str = "", after: int | None = None) -> Response:
    """Nominations of the units in which this person holds a role, and below them."""
    wanted = status if status in {"draft", "submitted", "granted"} else None
    (found, following), awards = await asyncio.gather(
        of_my_units(asked, "awards", "/nominations", status=wanted, after=after), award_names(asked)
    )
    return asked.show("nominations/list.html", found=found, status=wanted or "", next=following, awards=awards)


@router.get("/nominations/new")
@asks(may=_PROPOSERS, where=ANYWHERE, reads=())
@leads_to("POST awards /nominations")
async def show_new(asked: Visit) -> Response:
    """Who may be proposed by this person, for which award, for which part of a campaign."""
    return await _new(asked, await asked.draft(), None)


@router.post("/nominations/new")
@tells(may=_PROPOSERS, where=ANYWHERE)
@leads_to("POST awards /nominations")
async def draft(asked: Visit) -> Response:
    """Draft a nomination."""
    form = await asked.form()
    year = form.get("year", "").strip()
    if year and not _YEAR.fullmatch(year):
        return await _new(asked, form, None, {"year": say(asked.language, "year.malformed")})
    body = {
        "campaign_id": form.get("campaign", ""), "unit_id": form.get("unit", ""), "award": form.get("award", ""),
        "year": int(year) if year else None,
    }  # fmt: skip
    try:
        told = await asked.tell("awards", "/nominations", body, key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        return await _new(asked, form, problem)
    return asked.go(f"/nominations/{told['id']}", done="drafted")


async def _new(asked: Visit, typed: Form, refused: Problem | None, wrong: Mapping[str, str] | None = None) -> Response:
    campaigns = (await asked.ask("campaigns", "/campaigns", limit=500))["items"]
    named = await units(asked, asked.rights.units("/nominations/new"))
    kinds = await catalogue(asked)
    said = asked.fields_with_errors(refused) if refused else dict(wrong or {})
    errors = list(said.items())
    if refused and not errors:
        errors = [("", asked.sentence(refused))]
    return asked.show(
        "nominations/new.html", refused.status if refused else 422 if wrong else 200, campaigns=campaigns, typed=typed,
        errors=errors, said=said, units=sorted(named.values(), key=lambda unit: str(unit["code"])), awards=kinds,
    )  # fmt: skip


@router.get("/nominations/{id}")
@asks(may=_READERS, where=THERE, reads=())
@leads_to("GET awards /nominations/{id}")
async def show_nomination(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One nomination: state, targets, papers, what is still missing, and the next step."""
    return await _show(asked, id, await asked.draft(), None, done)


@router.post("/nominations/{id}")
@tells(may=_PROPOSERS, where=THERE)
@leads_to("POST awards /nominations/{id}/documents", "POST awards /nominations/{id}/submit")
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Add a paper by its kind, title and fingerprint, or send the dossier in."""
    form = await asked.form()
    adding = form.get("do") == "add"
    try:
        if adding:
            digest = "".join(form.get("sha256", "").split()).lower()
            body = {"kind": form.get("kind", ""), "title": form.get("title", "").strip(), "sha256": digest}
            await asked.tell("awards", f"/nominations/{id}/documents", body, key=form.key_of(body))
        else:
            await asked.tell("awards", f"/nominations/{id}/submit", key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        return await _show(asked, id, form, problem, "")
    return asked.go(f"/nominations/{id}", done="added" if adding else "submitted")


async def _show(asked: Visit, key: UUID, typed: Form, refused: Problem | None, done: str) -> Response:
    nomination = await asked.ask("awards", f"/nominations/{key}")
    campaign, awards = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{nomination['campaign_id']}"), catalogue(asked)
    )
    kinds = {each["award"]: each for each in awards}
    said = asked.fields_with_errors(refused) if refused else {}
    errors = list(said.items())
    if refused and not errors:
        errors = [("", asked.sentence(refused))]
    return asked.show(
        "nominations/one.html", refused.status if refused else 200, nomination=nomination, campaign=campaign,
        typed=typed, award=kinds.get(nomination["award"]), errors=errors, said=said,
        names={goal["indicator"]: goal["name"] for goal in campaign["goals"]},
        signs={(goal["indicator"], goal["year"]): goal["direction"] for goal in campaign["goals"]},
        actions={action["name"]: action for action in nomination["actions"]},
        done=done if done in {"drafted", "added", "submitted"} else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/nominations", "nominations", "awards", waits=("complete",))])
