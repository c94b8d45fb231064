"""Số lao động và biên chế: people by category at a day, with the units below; reported and corrected. Source: B2."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role, StaffCategory
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, body_of
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_LEADS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_REPORTS: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.EMULATION_DEPARTMENT})
_REFUSED: Final = frozenset({403, 409, 422})
CATEGORIES: Final = tuple(category.value for category in StaffCategory)
_PEOPLE: Final = tuple(Ask(category, "whole") for category in CATEGORIES)
STEPS: Final[Mapping[str, Step]] = {
    "report": Step("/headcounts", (Ask("on", "day"), *_PEOPLE)),
    "correct": Step("/headcounts/corrections", (Ask("on"), *_PEOPLE, Ask("reason", "area"))),
    "assign": Step(
        "/establishments",
        (Ask("on", "day"), Ask("posts", "whole"), Ask("number"), Ask("issuer"), Ask("issued_on", "day")),
    ),
}
_PAPER: Final = ("number", "issuer", "issued_on")


@router.get("/headcounts/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /headcounts")
async def show_headcount(asked: Visit, id: UUID, on: str = "", done: str = "") -> Response:  # noqa: A002 - the path's name
    """People of a unit and of those below it as they stood on a day, for who holds a role there."""
    return await _show(asked, id, await asked.draft(), Taken(), on, done)


@router.post("/headcounts/{id}")
@tells(may=_REPORTS, where=ANYWHERE)
@leads_to("POST registry /headcounts", "POST registry /headcounts/corrections")
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Report figures, or correct them."""
    return await _change(asked, id, "correct" if (await asked.form()).get("do") == "correct" else "report")


@router.post("/headcounts/{id}/establishment")
@tells(may=_LEADS, where=AT_ROOT)
@leads_to("POST registry /establishments")
async def assign(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Enter the posts that the unit was given."""
    return await _change(asked, id, "assign")


async def _change(asked: Visit, unit: UUID, name: str) -> Response:
    form = await asked.form()
    taken = await _take(asked, unit, name, form)
    if taken.wrong:
        return await _show(asked, unit, form, taken, "", "")
    return asked.go(f"/headcounts/{unit}", done=name)


async def _take(asked: Visit, unit: UUID, name: str, form: Form) -> Taken:
    step, prefix = STEPS[name], f"{name}-"
    typed, wrong = body_of(form, step.asks, prefix, asked.language)
    if wrong:
        return Taken(wrong, 422)
    body: dict[str, Any] = {"unit_id": str(unit), **typed}
    if name == "assign":
        body["basis"] = {each: body.pop(each) for each in _PAPER}
    else:
        body["heads"] = [{"category": each, "people": body.pop(each)} for each in CATEGORIES]
    try:
        await asked.tell("registry", step.path, body, key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        named = {f"{prefix}{_field(field)}": text for field, text in asked.fields_with_errors(problem).items()}
        return Taken(named or {"": asked.sentence(problem)}, problem.status)
    return Taken()


def _field(name: str) -> str:
    """The form's field of a command's: `heads.1.people` is the second category."""
    place = re.match(r"heads\.([0-9])", name)
    return CATEGORIES[int(place[1])] if place and int(place[1]) < len(CATEGORIES) else name.rpartition(".")[2]


async def _told(asked: Visit, unit: UUID, day: date) -> dict[str, Any] | None:
    """What registry says; nothing to who holds no role in the unit or above it."""
    try:
        told: dict[str, Any] = await asked.ask("registry", "/headcounts", unit_id=unit, on=day)
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004 - not theirs
            raise
        return None
    return told


async def _show(asked: Visit, unit: UUID, typed: Form, taken: Taken, on: str, done: str) -> Response:  # noqa: PLR0917
    wrong, day = dict(taken.wrong), asked.today
    if on:
        try:
            day = read_day(on)
        except NotADay:
            wrong["day"] = say(asked.language, "day.malformed")
    told = await _told(asked, unit, day)
    reported = list(dict.fromkeys(each["on"] for each in told["said"])) if told else []
    return asked.show(
        "headcounts/one.html", taken.status if taken.wrong else 422 if wrong else 200,
        unit=(await units(asked, [unit]))[str(unit)], told=told, on=day, categories=CATEGORIES, steps=STEPS,
        days=[(each, f"{date.fromisoformat(each):%d/%m/%Y}") for each in reported], typed=typed, said=wrong,
        errors=list(wrong.items()), done=done if done in STEPS else "",
        reports=await asked.platform.access.allows(asked.person, _REPORTS, unit, asked.today),
        leads=any(role in _LEADS and place == asked.rights.root for role, place in asked.rights.held),
    )  # fmt: skip


PAGE: Final = Page(router)
