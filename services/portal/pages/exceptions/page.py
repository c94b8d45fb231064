"""Ngoại lệ: who may do what is about their own work, and a new exception by the head of a unit above."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, asks, tells
from contracts.registry import Duty, ExceptionReason, Role
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_READERS: Final = frozenset({Role.AUDITOR, Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_HEADS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})
_FIELDS: Final = {"person": "person_id", "duty": "duty", "thing": "thing_id", "unit": "unit_id",
                  "authority": "authority_id", "reason": "reason"}  # fmt: skip
_FOR_DAYS: Final = timedelta(days=7)


@router.get("/exceptions")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /duty-exceptions")
async def show_exceptions(asked: Visit, after: UUID | None = None) -> Response:
    """Exceptions that heads have allowed: for whom, what, about whose work, why, and by whom."""
    page = await asked.ask("registry", "/duty-exceptions", after=after, limit=100)
    found = page["items"]
    people = {UUID(each[name]) for each in found for name in ("person_id", "allowed_by")}
    return asked.show(
        "exceptions/list.html", found=found, next=page["next"],
        units=await units(asked, [each["unit_id"] for each in found]), names=await people_names(asked, people),
    )  # fmt: skip


@router.get("/exceptions/new")
@asks(may=_HEADS, where=ANYWHERE, reads=())
@leads_to("POST registry /duty-exceptions")
async def show_new(asked: Visit) -> Response:
    """Whom a head lets do what is about their own work; the address may say it already."""
    given = {name: asked.query_params[name] for name in _FIELDS if name in asked.query_params}
    return await _new(asked, Form({**await asked.draft(), **given}), {}, 200)


@router.post("/exceptions/new")
@tells(may=_HEADS, where=ANYWHERE)
@leads_to("POST registry /duty-exceptions")
async def allow(asked: Visit) -> Response:
    """Allow an exception."""
    form = await asked.form()
    try:
        until = read_day(form.get("until", ""))
    except NotADay:
        return await _new(asked, form, {"until": say(asked.language, "day.malformed")}, 422)
    body = {field: form.get(name, "").strip() for name, field in _FIELDS.items()}
    try:
        await asked.tell("registry", "/duty-exceptions", {**body, "until": until.isoformat()}, key=form.key)
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        named = {field: name for name, field in _FIELDS.items()}
        wrong = {named.get(field, field): text for field, text in asked.fields_with_errors(problem).items()}
        return await _new(asked, form, wrong or {"": asked.sentence(problem)}, problem.status)
    return asked.go("/exceptions/new", done="allowed")


async def _new(asked: Visit, typed: Form, said: dict[str, str], status: int) -> Response:
    own = asked.rights.units("/exceptions/new")
    return asked.show(
        "exceptions/new.html", status, units=list((await units(asked, own)).values()), duties=list(Duty),
        reasons=list(ExceptionReason), typed=typed, said=said, errors=list(said.items()),
        until=asked.today + _FOR_DAYS, done=asked.query_params.get("done") == "allowed",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/exceptions", "exceptions", "organisation", 3)])
