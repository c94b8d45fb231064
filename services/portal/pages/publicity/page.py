"""Tin, bài tuyên truyền: what was published, and what must come down. Source: S001-23."""

import asyncio
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.campaigns import Medium
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, choices, take
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = page_router()
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
_CHANGE: Final = _NEW
STATES: Final = ("published", "to_come_down", "taken_down")
NEW: Final = (
    Ask("unit_id", "unit"),
    Ask("campaign_id", "campaign", required=False),
    Ask("medium", "choice", options=tuple(Medium)),
    Ask("title"),
    Ask("outlet"),
    Ask("published_on", "day"),
    Ask("link", required=False),
)
STEPS: Final = {
    "take_down_publicity": Step("taken-down", (Ask("on", "day"),)),
}


@router.get("/publicity")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /publicity")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    state = state if state in STATES else ""
    found, following = await of_my_units(asked, "campaigns", "/publicity", state=state or None, after=after)
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["publicity_id"]))
    return asked.show(
        "publicity/list.html", found=found, units=named, campaigns=campaigns, next=following, state=state, states=STATES
    )


@router.get("/publicity/new")
@asks(may=_NEW, where=ANYWHERE, reads=())
@leads_to("POST campaigns /publicity")
async def show_new(asked: Visit) -> Response:
    """The form of a new one."""
    return await _new(asked, await asked.draft(), Taken())


@router.post("/publicity/new")
@tells(may=_NEW, where=ANYWHERE)
@leads_to("POST campaigns /publicity")
async def add(asked: Visit) -> Response:
    """Note it."""
    taken = await take(asked, "campaigns", "/publicity", NEW)
    if taken.wrong:
        return await _new(asked, await asked.form(), taken)
    return asked.go(f"/publicity/{taken.told['id']}", done="new")


async def _new(asked: Visit, typed: Form, taken: Taken) -> Response:
    return asked.show(
        "publicity/new.html", taken.status, asks=NEW, choices=await choices(asked, "/publicity/new"), typed=typed,
        said=taken.wrong, errors=list(taken.wrong.items()),
    )  # fmt: skip


@router.get("/publicity/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /publicity/{id}")
async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One of them with the steps that are open."""
    return await _one(asked, id, await asked.draft(), Taken(), done)


@router.post("/publicity/{id}")
@tells(may=_CHANGE, where=THERE)
@leads_to(*(f"POST campaigns /publicity/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/publicity/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/publicity/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _one(asked, id, form, taken, "")
    return asked.go(f"/publicity/{id}", done=name)


async def _one(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    thing: dict[str, Any] = await asked.ask("campaigns", f"/publicity/{key}")
    named, campaigns = await asyncio.gather(
        units(asked, [thing["unit_id"]]), codes(asked.pool, [thing["campaign_id"]] if thing["campaign_id"] else [])
    )
    return asked.show(
        "publicity/one.html", taken.status, thing=thing, unit=named[thing["unit_id"]], campaigns=campaigns, typed=typed,
        said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS,
        done=done if done in STEPS or done == "new" else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/publicity", "publicity", "campaigns", 7, waits=("take_down",))])
