"""Thời hạn: whose, until when, who is late by how many days; set, moved, excused, closed, reopened from above."""

import asyncio
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, THERE, asks, tells
from contracts.campaigns import ThingKind
from contracts.registry import Role
from contracts.values import UnitKind
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, take
from services.portal.shell.units import of_my_units, people_names, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = page_router()
_JUDGES: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.UNIT_HEAD, Role.OFFICER})
_SETS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_BEFORE, _REASON = Ask("before", "day"), Ask("reason", "area")
STEPS: Final = {
    "meet_deadline": Step("receipt", (Ask("on", "day"),)),
    "set_sub_deadline": Step("sub-deadlines", (_BEFORE,)),
    "move_deadline": Step("move", (_BEFORE, _REASON)),
    "excuse_lateness": Step("excuse", (_REASON,)),
    "close_deadline": Step("close"),
    "reopen_deadline": Step("reopen", (Ask("until", "day"), _REASON)),
}
NEW: Final = (Ask("title"), _BEFORE, Ask("thing_kind", "choice", options=tuple(kind.value for kind in ThingKind)))
STATES: Final = ("open", "passed", "closed", "reopened", "met")


@router.get("/deadlines")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /deadlines")
async def show_deadlines(asked: Visit, state: str = "", late: str = "", after: UUID | None = None) -> Response:
    """Deadlines of the units in which this person holds a role; the latest comers first where only those are asked."""
    wanted = state if state in STATES else None
    found, following = await of_my_units(
        asked, "campaigns", "/deadlines", state=wanted, late="true" if late else None, after=after
    )
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
    )
    found.sort(key=lambda each: (-each["late"], each["before"], named[each["unit_id"]]["code"]))
    return asked.show(
        "deadlines/list.html", found=found, units=named, campaigns=campaigns, state=wanted or "", late=late,
        states=STATES, next=following,
    )  # fmt: skip


@router.get("/deadlines/new")
@asks(may=_SETS, where=AT_ROOT, reads=())
@leads_to("POST campaigns /deadlines-for-kinds")
async def show_new(asked: Visit) -> Response:
    """A deadline for every unit of some kinds."""
    return _new(asked, await asked.draft(), Taken())


@router.post("/deadlines/new")
@tells(may=_SETS, where=AT_ROOT)
@leads_to("POST campaigns /deadlines-for-kinds")
async def set_new(asked: Visit) -> Response:
    """Set it."""
    form = await asked.form()
    kinds = [kind.value for kind in UnitKind if form.get(f"kind-{kind.value}")]
    taken = await take(asked, "campaigns", "/deadlines-for-kinds", NEW, unit_kinds=kinds)
    return _new(asked, form, taken) if taken.wrong else asked.go("/deadlines", done="set")


def _new(asked: Visit, typed: Form, taken: Taken) -> Response:
    return asked.show(
        "deadlines/new.html", taken.status, typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), asks=NEW,
        kinds=list(UnitKind),
    )  # fmt: skip


@router.get("/deadlines/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /deadlines/{id}")
async def show_deadline(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One deadline with the steps that are open."""
    return await _show(asked, id, await asked.draft(), Taken(), done)


@router.post("/deadlines/{id}")
@tells(may=_JUDGES, where=THERE)
@leads_to(*(f"POST campaigns /deadlines/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/deadlines/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/deadlines/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _show(asked, id, form, taken, "")
    return asked.go(f"/deadlines/{id}", done=name)


async def _show(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    deadline = await asked.ask("campaigns", f"/deadlines/{key}")
    by = [UUID(deadline["excused_by"])] if deadline["excused_by"] else []
    named, names, campaigns = await asyncio.gather(
        units(asked, [deadline["unit_id"]]),
        people_names(asked, by),
        codes(asked.pool, [deadline["campaign_id"]] if deadline["campaign_id"] else []),
    )
    return asked.show(
        "deadlines/one.html", taken.status, deadline=deadline, unit=named[deadline["unit_id"]], names=names,
        campaigns=campaigns, typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS,
        done=done if done in STEPS else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/deadlines", "deadlines", "campaigns", 3, waits=("meet",))])
