"""Điển hình tiên tiến: the catalogue, and one from its identification to its replication or withdrawal."""

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
from services.portal.shell.units import of_my_units, people_names, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = page_router()
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_CHANGE: Final = frozenset(
    {Role.OFFICER, Role.UNIT_HEAD, Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.COMMUNICATIONS}
)
_KINDS: Final = frozenset({"identified", "acclaimed", "refused", "withdrawn"})
NEW: Final = (
    Ask("unit_id", "own"),
    Ask("campaign_id", "campaign", required=False),
    Ask("person_id", required=False),
    Ask("title"),
    Ask("merit", "area"),
)
STEPS: Final = {
    "acclaim_exemplar": Step("acclaim", (Ask("held_on", "day"), Ask("present", "whole"), Ask("votes_for", "whole"))),
    "nurture_exemplar": Step("nurture", (Ask("measure", "area"),)),
    "publicise_exemplar": Step(
        "publicise",
        (
            Ask("medium", "choice", options=tuple(Medium)),
            Ask("outlet"),
            Ask("published_on", "day"),
            Ask("link", required=False),
        ),
    ),
    "replicate_exemplar": Step("replicate", (Ask("in_unit_id", "unit"), Ask("since", "day"))),
    "refuse_exemplar": Step("refuse", (Ask("reason", "area"),)),
    "withdraw_exemplar": Step("withdraw", (Ask("reason", "area"),)),
}


@router.get("/exemplars")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /exemplars")
async def show_list(asked: Visit, state: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    return await _list(asked, Form(), Taken(), state, after=after)


async def _list(asked: Visit, typed: Form, taken: Taken, state: str = "", after: UUID | None = None) -> Response:
    found, following = await of_my_units(
        asked, "campaigns", "/exemplars", state=state if state in _KINDS else None, after=after
    )
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["exemplar_id"]))
    return asked.show(
        "exemplars/list.html", taken.status, found=found, units=named, campaigns=campaigns, next=following,
        typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), state=state,
    )  # fmt: skip


@router.get("/exemplars/new")
@asks(may=_NEW, where=ANYWHERE, reads=())
@leads_to("POST campaigns /exemplars")
async def show_new(asked: Visit) -> Response:
    """The form of a new one."""
    return await _new(asked, await asked.draft(), Taken())


@router.post("/exemplars/new")
@tells(may=_NEW, where=ANYWHERE)
@leads_to("POST campaigns /exemplars")
async def add(asked: Visit) -> Response:
    """Note it."""
    taken = await take(asked, "campaigns", "/exemplars", NEW)
    if taken.wrong:
        return await _new(asked, await asked.form(), taken)
    return asked.go(f"/exemplars/{taken.told['id']}", done="new")


async def _new(asked: Visit, typed: Form, taken: Taken) -> Response:
    return asked.show(
        "exemplars/new.html", taken.status, asks=NEW, choices=await choices(asked, "/exemplars/new"), typed=typed,
        said=taken.wrong, errors=list(taken.wrong.items()),
    )  # fmt: skip


@router.get("/exemplars/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /exemplars/{id}")
async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One of them with the steps that are open."""
    return await _one(asked, id, await asked.draft(), Taken(), done)


@router.post("/exemplars/{id}")
@tells(may=_CHANGE, where=THERE)
@leads_to(*(f"POST campaigns /exemplars/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/exemplars/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/exemplars/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _one(asked, id, form, taken, "")
    return asked.go(f"/exemplars/{id}", done=name)


async def _one(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    thing: dict[str, Any] = await asked.ask("campaigns", f"/exemplars/{key}")
    related = [thing["unit_id"], *(each["in_unit_id"] for each in thing.get("steps", ()) if each.get("in_unit_id"))]
    person = [UUID(thing["person_id"])] if thing.get("person_id") else []
    named, names, campaigns = await asyncio.gather(
        units(asked, related),
        people_names(asked, person),
        codes(asked.pool, [thing["campaign_id"]] if thing["campaign_id"] else []),
    )
    return asked.show(
        "exemplars/one.html", taken.status, thing=thing, units=named, unit=named[thing["unit_id"]], names=names,
        campaigns=campaigns, typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS,
        done=done if done in STEPS or done == "new" else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/exemplars", "exemplars", "campaigns", 5)])
