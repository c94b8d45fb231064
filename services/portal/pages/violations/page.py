"""Phản ánh vi phạm: reported by the press, handed over and answered; the unit does not see it. Source: S001-23."""

import asyncio
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, THERE, asks, tells
from contracts.campaigns import Office
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, choices, take
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = page_router()
_NEW: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
_CHANGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
_SEES: Final = _NEW | _CHANGE | {Role.DIRECTOR_GENERAL, Role.AUDITOR}
STATES: Final = ("reported", "handed_over", "answered")
NEW: Final = (
    Ask("unit_id", "unit"),
    Ask("campaign_id", "campaign", required=False),
    Ask("what", "area"),
    Ask("link", required=False),
)
STEPS: Final = {
    "hand_over_violation": Step("handed-over", (Ask("to", "choice", options=tuple(Office)),)),
    "answer_violation": Step("answer", (Ask("violated", "tick"), Ask("answer", "area"))),
}


@router.get("/violations")
@asks(may=_SEES, where=ANYWHERE, reads=())
@leads_to("GET campaigns /violations")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    state = state if state in STATES else ""
    found, following = await of_my_units(asked, "campaigns", "/violations", state=state or None, after=after)
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["violation_id"]))
    return asked.show(
        "violations/list.html",
        found=found,
        units=named,
        campaigns=campaigns,
        next=following,
        state=state,
        states=STATES,
    )


@router.get("/violations/new")
@asks(may=_NEW, where=ANYWHERE, reads=())
@leads_to("POST campaigns /violations")
async def show_new(asked: Visit) -> Response:
    """The form of a new one."""
    return await _new(asked, await asked.draft(), Taken())


@router.post("/violations/new")
@tells(may=_NEW, where=ANYWHERE)
@leads_to("POST campaigns /violations")
async def add(asked: Visit) -> Response:
    """Note it."""
    taken = await take(asked, "campaigns", "/violations", NEW)
    if taken.wrong:
        return await _new(asked, await asked.form(), taken)
    return asked.go(f"/violations/{taken.told['id']}", done="new")


async def _new(asked: Visit, typed: Form, taken: Taken) -> Response:
    return asked.show(
        "violations/new.html", taken.status, asks=NEW, choices=await choices(asked, "/violations/new"), typed=typed,
        said=taken.wrong, errors=list(taken.wrong.items()),
    )  # fmt: skip


@router.get("/violations/{id}")
@asks(may=_SEES, where=THERE, reads=())
@leads_to("GET campaigns /violations/{id}")
async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One of them with the steps that are open."""
    return await _one(asked, id, await asked.draft(), Taken(), done)


@router.post("/violations/{id}")
@tells(may=_CHANGE, where=THERE)
@leads_to(*(f"POST campaigns /violations/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/violations/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/violations/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _one(asked, id, form, taken, "")
    return asked.go(f"/violations/{id}", done=name)


async def _one(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    thing: dict[str, Any] = await asked.ask("campaigns", f"/violations/{key}")
    named, campaigns = await asyncio.gather(
        units(asked, [thing["unit_id"]]), codes(asked.pool, [thing["campaign_id"]] if thing["campaign_id"] else [])
    )
    return asked.show(
        "violations/one.html", taken.status, thing=thing, unit=named[thing["unit_id"]], campaigns=campaigns,
        typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS,
        done=done if done in STEPS or done == "new" else "",
    )  # fmt: skip


PAGE: Final = Page(
    router, menu=[Entry("/violations", "violations", "campaigns", 8, waits=("hand_over", "look_into", "inspect"))]
)
