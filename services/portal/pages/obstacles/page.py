"""Vướng mắc: what units ask, answered one by one or for all who ask the same."""

import asyncio
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, THERE, asks, tells
from contracts.campaigns import ThingKind
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
_CHANGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT})
_KINDS: Final = frozenset({"true", "false"})
NEW: Final = (
    Ask("unit_id", "own"),
    Ask("thing_kind", "choice", options=tuple(kind.value for kind in ThingKind)),
    Ask("campaign_id", "campaign", required=False),
    Ask("question", "area"),
)
GUIDANCE: Final = (Ask("answer", "area"), Ask("document", required=False))
STEPS: Final = {
    "resolve_obstacle": Step("answer", (Ask("answer", "area"),)),
}


@router.get("/obstacles")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /obstacles")
async def show_list(asked: Visit, resolved: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    return await _list(asked, Form(), Taken(), resolved, after=after)


async def _list(asked: Visit, typed: Form, taken: Taken, resolved: str = "", after: UUID | None = None) -> Response:
    found, following = await of_my_units(
        asked, "campaigns", "/obstacles", resolved=resolved if resolved in _KINDS else None, after=after
    )
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["obstacle_id"]))
    return asked.show(
        "obstacles/list.html", taken.status, found=found, units=named, campaigns=campaigns, next=following,
        typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), resolved=resolved, asks=GUIDANCE,
    )  # fmt: skip


@router.post("/obstacles")
@tells(may=_CHANGE, where=AT_ROOT)
@leads_to("POST campaigns /guidance")
async def guide(asked: Visit) -> Response:
    """Answer all that were ticked at once."""
    form = await asked.form()
    ticked = [name.removeprefix("o-") for name in form if name.startswith("o-")]
    taken = await take(asked, "campaigns", "/guidance", GUIDANCE, obstacles=ticked)
    return await _list(asked, form, taken, "false") if taken.wrong else asked.go("/obstacles", done="guidance")


@router.get("/obstacles/new")
@asks(may=_NEW, where=ANYWHERE, reads=())
@leads_to("POST campaigns /obstacles")
async def show_new(asked: Visit) -> Response:
    """The form of a new one."""
    return await _new(asked, await asked.draft(), Taken())


@router.post("/obstacles/new")
@tells(may=_NEW, where=ANYWHERE)
@leads_to("POST campaigns /obstacles")
async def add(asked: Visit) -> Response:
    """Note it."""
    taken = await take(asked, "campaigns", "/obstacles", NEW)
    if taken.wrong:
        return await _new(asked, await asked.form(), taken)
    return asked.go(f"/obstacles/{taken.told['id']}", done="new")


async def _new(asked: Visit, typed: Form, taken: Taken) -> Response:
    return asked.show(
        "obstacles/new.html", taken.status, asks=NEW, choices=await choices(asked, "/obstacles/new"), typed=typed,
        said=taken.wrong, errors=list(taken.wrong.items()),
    )  # fmt: skip


@router.get("/obstacles/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /obstacles/{id}")
async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One of them with the steps that are open."""
    return await _one(asked, id, await asked.draft(), Taken(), done)


@router.post("/obstacles/{id}")
@tells(may=_CHANGE, where=THERE)
@leads_to(*(f"POST campaigns /obstacles/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/obstacles/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/obstacles/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _one(asked, id, form, taken, "")
    return asked.go(f"/obstacles/{id}", done=name)


async def _one(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    thing: dict[str, Any] = await asked.ask("campaigns", f"/obstacles/{key}")
    related = [thing["unit_id"], *(each["in_unit_id"] for each in thing.get("steps", ()) if each.get("in_unit_id"))]
    person = [UUID(thing["person_id"])] if thing.get("person_id") else []
    named, names, campaigns = await asyncio.gather(
        units(asked, related),
        people_names(asked, person),
        codes(asked.pool, [thing["campaign_id"]] if thing["campaign_id"] else []),
    )
    return asked.show(
        "obstacles/one.html", taken.status, thing=thing, units=named, unit=named[thing["unit_id"]], names=names,
        campaigns=campaigns, typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS,
        done=done if done in STEPS or done == "new" else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/obstacles", "obstacles", "campaigns", 4, waits=("answer",))])
