"""Nơi công tác: a person is assigned, leaves and comes back, holds posts beside, and two records become one.

Each step has a page that says what it does; what was entered wrong is taken back by another one. Source: B3.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem, not_found
from chassis.web.api import AT_ROOT, asks, tells
from contracts.registry import LeavingReason, PostKind, Role, StaffCategory
from services.portal.shell.forms import Form
from services.portal.shell.pages import leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, take
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_KEEPERS: Final = frozenset({Role.EMULATION_DEPARTMENT})
_WHERE: Final = (
    Ask("unit_id", "unit"),
    Ask("category", "choice", options=tuple(StaffCategory)),
    Ask("works_directly", "tick"),
    Ask("since", "day"),
)
_BESIDE: Final = (
    Ask("kind", "choice", options=tuple(PostKind)),
    Ask("unit_id", "unit"),
    Ask("since", "day"),
    Ask("until", "day", required=False),
)
STEPS: Final[Mapping[str, Step]] = {
    "assign": Step("assignments", _WHERE),
    "correct": Step("assignments/correct", _WHERE),
    "post": Step("posts", _BESIDE),
    "end-post": Step("posts/end", (Ask("on", "day"),)),
    "leave": Step("leave", (Ask("reason", "choice", options=tuple(LeavingReason)), Ask("on", "day"))),
    "cancel-leaving": Step("leave/cancel"),
    "return": Step("return", _WHERE),
    "join": Step("join"),
    "part": Step("part"),
}
"""What may become of a person's work, in the order in which a page offers it."""

_ROUTES: Final = tuple(f"POST registry /people/{{id}}/{step.path}" for step in STEPS.values())
_NOT_THERE: Final = 404
_CHOSEN: Final = {"correct": "assigned_on", "end-post": "post", "join": "into_id"}
"""What is chosen among what is there, besides what is typed."""


async def record(asked: Visit, key: UUID) -> dict[str, Any]:
    """What is on record of a person's work; nothing of one who was not made known yet."""
    try:
        found: dict[str, Any] = await asked.ask("registry", f"/people/{key}/work")
    except Problem as problem:
        if problem.status != _NOT_THERE:
            raise
        return {"stays": [], "posts": [], "facts": [], "left_on": None, "reason": None, "into_id": None}
    return found


def offered(work: Mapping[str, Any], today: str) -> list[str]:
    """The steps that make sense as the person's record stands; the service decides."""
    if work["into_id"]:
        return ["part"]
    if work["left_on"]:
        return ["return", "cancel-leaving", "join"]
    steps = ["assign", "correct", "post", "end-post", "leave", "join"]
    missing = {"correct": not work["stays"], "end-post": not held(work, today)}
    return [each for each in steps if not missing.get(each)]


def held(work: Mapping[str, Any], today: str) -> list[Mapping[str, Any]]:
    """Posts beside the main one that are not over."""
    return [each for each in work["posts"] if each["until"] is None or each["until"] >= today]


@router.get("/people/{id}/steps/{step}")
@asks(may=_KEEPERS, where=AT_ROOT, reads=())
@leads_to(*_ROUTES)
async def show_step(asked: Visit, id: UUID, step: str, q: str = "") -> Response:  # noqa: A002 - the path's name
    """What a step does, and what is to be said for it."""
    return await _show(asked, id, step, await asked.draft(), Taken(), q)


@router.post("/people/{id}/steps/{step}")
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to(*_ROUTES)
async def take_step(asked: Visit, id: UUID, step: str) -> Response:  # noqa: A002
    """Take it."""
    if step not in STEPS:
        raise not_found()
    form = await asked.form()
    chosen = _CHOSEN.get(step, "")
    if chosen and not form.get(chosen):
        wrong = {chosen: say(asked.language, "work.choose_one")}
        return await _show(asked, id, step, form, Taken(wrong, 422), form.get("q", ""))
    path = f"/people/{id}/{STEPS[step].path}"
    taken = await take(asked, "registry", path, STEPS[step].asks, **_more(chosen, form))
    if taken.wrong:
        return await _show(asked, id, step, form, taken, form.get("q", ""))
    return asked.go(f"/people/{id}", done=step)


def _more(chosen: str, form: Form) -> dict[str, str]:
    if chosen != "post":
        return {chosen: form[chosen]} if chosen else {}
    unit, _, kind = form[chosen].partition("@")
    return {"unit_id": unit, "kind": kind}


async def _show(asked: Visit, key: UUID, step: str, typed: Form, taken: Taken, sought: str) -> Response:  # noqa: PLR0917
    if step not in STEPS:
        raise not_found()
    work = await record(asked, key)
    found = await asked.ask("registry", "/people/search", q=sought) if step == "join" and sought.strip() else []
    named = await units(asked, [each["unit_id"] for each in (*work["stays"], *work["posts"])])
    names = await people_names(asked, [key])
    return asked.show(
        "people/work.html", taken.status, id=key, step=step, asks=STEPS[step].asks, work=work, units=named,
        name=names.get(str(key), ""), held=held(work, asked.today.isoformat()), typed=typed, said=taken.wrong,
        errors=list(taken.wrong.items()), q=sought,
        found=[each for each in found if each["person_id"] != str(key)],
    )  # fmt: skip
