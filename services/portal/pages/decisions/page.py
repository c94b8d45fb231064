"""Quyết định: awards that were granted, one decision with its annex, and a new one for what was submitted."""

import asyncio
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import award_names, catalogue, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_DECIDERS: Final = frozenset({Role.DIRECTOR_GENERAL, Role.UNIT_HEAD})


@router.get("/decisions")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET awards /awards")
async def show_awards(asked: Visit, after: int | None = None) -> Response:
    """Awards granted, in the order of granting, each with its decision."""
    page, awards = await asyncio.gather(asked.ask("awards", "/awards", after=after, limit=100), award_names(asked))
    return asked.show("decisions/list.html", found=page["items"], next=page["next"], awards=awards)


@router.get("/decisions/new")
@asks(may=_DECIDERS, where=ANYWHERE, reads=())
@leads_to("POST awards /decisions")
async def show_new(asked: Visit) -> Response:
    """Which submitted nominations a decision honours."""
    return await _new(asked, await asked.draft(), {}, 200)


@router.post("/decisions/new")
@tells(may=_DECIDERS, where=ANYWHERE)
@leads_to("POST awards /decisions")
async def issue(asked: Visit) -> Response:
    """Issue a decision for the nominations that were ticked."""
    form = await asked.form()
    try:
        signed = read_day(form.get("signed_on", ""))
    except NotADay:
        return await _new(asked, form, {"signed_on": say(asked.language, "day.malformed")}, 422)
    body = {
        "number": form.get("number", "").strip(), "signed_on": signed.isoformat(), "award": form.get("award", ""),
        "authority_id": form.get("authority", ""),
        "nominations": [name.removeprefix("n-") for name, value in form.items() if name.startswith("n-") and value],
    }  # fmt: skip
    try:
        told = await asked.tell("awards", "/decisions", body, key=form.key)
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        said = asked.fields_with_errors(problem) or {"": asked.sentence(problem)}
        return await _new(asked, form, said, problem.status)
    return asked.go(f"/decisions/{told['id']}", done="issued")


async def _new(asked: Visit, typed: Form, said: dict[str, str], status: int) -> Response:
    own, root = asked.rights.units("/decisions/new"), asked.rights.root
    named = await units(asked, own)
    roles = {role for role, _ in asked.rights.held}
    kinds = [each for each in await catalogue(asked) if each["decided_by"] in roles]
    waiting: list[dict[str, Any]] = []
    for unit in [root] if root in own else own:
        waiting += (await asked.ask("awards", "/nominations", unit_id=unit, status="submitted", limit=500))["items"]
    offered = {each["award"] for each in kinds}
    waiting = [each for each in waiting if each["award"] in offered]
    return asked.show(
        "decisions/new.html", status, waiting=waiting, units=list(named.values()), awards=kinds, typed=typed, said=said,
        errors=list(said.items()), names={each["award"]: each["name"] for each in kinds},
    )  # fmt: skip


@router.get("/decisions/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET awards /decisions/{decision_id}")
async def show_decision(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """A decision with its annex: who is honoured."""
    decision, annex, names = await asyncio.gather(
        asked.ask("awards", f"/decisions/{id}"),
        asked.pages("awards", "/awards", decision_id=id),
        award_names(asked),
    )
    named = await units(asked, [decision["authority_id"]])
    return asked.show(
        "decisions/one.html", decision=decision, annex=annex, authority=named[decision["authority_id"]]["name"],
        award=names.get(decision["award"], ""), done=done == "issued",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/decisions", "decisions", "awards", 1, waits=("decide",))])
