"""Số liệu gốc, chỉ tiêu giao: what the centre states once for all units, and what each has pledged and reached by it.

Source: B15, A5.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.pages.official.typed import figures
from services.portal.shell.choosing import Wanted, choose
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, body_of
from services.portal.shell.unit_tables import Fault, unit_table
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_STATES: Final = frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT})
_PAPER: Final = (Ask("number"), Ask("issued_on", "day"), Ask("title", required=False))
_REFUSED: Final = frozenset({409, 422})


@router.get("/base-figures")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /base-figures")
async def show_base_figures(asked: Visit, wanted: Annotated[Wanted, Query()], done: str = "") -> Response:
    """The official denominators of an indicator and year: everybody's to see."""
    chosen = await choose(asked, wanted)
    found: Mapping[str, Any] = {"items": [], "more": False}
    if chosen is not None:
        goal = chosen.goal
        found = await asked.ask("campaigns", "/base-figures", indicator=goal.indicator, year=goal.year)
    return asked.show(
        "official/base.html", chosen=chosen, found=await _named(asked, found["items"]), more=found["more"],
        names=await _names(asked, found["items"], "published_by", "/base-figures/new"), done=bool(done),
    )  # fmt: skip


@router.get("/base-figures/new")
@asks(may=_STATES, where=AT_ROOT, reads=())
@leads_to("POST campaigns /base-figures")
async def show_new_base_figures(asked: Visit, campaign: str = "") -> Response:
    """The form of a table of base figures, for a goal of a campaign."""
    return await _form(asked, "base-figures", await _typed(asked, campaign), {}, ())


@router.post("/base-figures/new")
@tells(may=_STATES, where=AT_ROOT)
@leads_to("POST campaigns /base-figures")
async def publish(asked: Visit) -> Response:
    """Publish a table, or what corrects it; all of it or nothing."""
    form = await asked.form()
    return await _state(asked, "base-figures", (), {"provisional": form.get("kind") == "provisional"})


@router.get("/plans")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns/{id}/side-by-side")
async def show_plans(
    asked: Visit, wanted: Annotated[Wanted, Query()], after: UUID | None = None, done: str = ""
) -> Response:
    """Plan, target and result of one's own unit and of those below, side by side."""
    chosen = await choose(asked, wanted)
    found: Mapping[str, Any] = {"items": [], "next": None}
    if chosen is not None:
        goal = chosen.goal
        path = f"/campaigns/{chosen.campaign.campaign_id}/side-by-side"
        given = {"indicator": goal.indicator, "year": goal.year, "unit_id": chosen.unit}
        found = await asked.ask("campaigns", path, **given, after=after, limit=200)
    return asked.show(
        "official/plans.html", chosen=chosen, found=await _named(asked, found["items"]), next=found["next"],
        done=bool(done),
    )  # fmt: skip


@router.get("/plans/new")
@asks(may=_STATES, where=AT_ROOT, reads=())
@leads_to("POST campaigns /plans")
async def show_new_plans(asked: Visit, campaign: str = "") -> Response:
    """The form of a table of plans, for a goal of a campaign."""
    return await _form(asked, "plans", await _typed(asked, campaign), {}, ())


@router.post("/plans/new")
@tells(may=_STATES, where=AT_ROOT)
@leads_to("POST campaigns /plans")
async def assign(asked: Visit) -> Response:
    """Assign what a table says, or adjust it; all of it or nothing."""
    return await _state(asked, "plans", (Ask("since", "day"),), {})


async def _named(asked: Visit, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Rows with their units, by code."""
    named = await units(asked, [each["unit_id"] for each in rows])
    return sorted(((each, named[each["unit_id"]]) for each in rows), key=lambda pair: str(pair[1]["code"]))


async def _names(asked: Visit, rows: Sequence[Mapping[str, Any]], by: str, path: str) -> Mapping[str, str]:
    """Who stated these figures; only those who may state them themselves are told, and each look is recorded."""
    people = {UUID(each[by]) for each in rows if each[by]} if asked.rights.open(path) else set[UUID]()
    return await people_names(asked, people)


async def _state(asked: Visit, what: str, more: Sequence[Ask], said: Mapping[str, Any]) -> Response:
    """Send a table that was typed, pasted or chosen as a file."""
    form = await asked.form()
    paper, wrong = body_of(form, [*_PAPER, *more], "", asked.language)
    wrong |= {each.name: say(asked.language, "official.wanted") for each in (_PAPER[0],) if not paper.get(each.name)}
    found = await unit_table(asked, form, figures(asked.language))
    if not found.faults and not found.values:
        wrong["rows"] = say(asked.language, "official.no_rows")
    if wrong or found.faults:
        return await _form(asked, what, form, wrong, found.faults)
    indicator, _, year = form.get("indicator", "").partition(".")
    since = {each.name: paper.pop(each.name) for each in more}
    body = {
        "indicator": indicator, "year": int(year) if year.isdecimal() else 0, "document": paper, **since, **said,
        "figures": [{"unit_id": found.units[code], "figure": str(figure)} for code, figure in found.values.items()],
    }  # fmt: skip
    try:
        await asked.tell("campaigns", f"/{what}", body, key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        named = {name.rpartition(".")[2]: text for name, text in asked.fields_with_errors(problem).items()}
        return await _form(asked, what, form, named or {"": asked.sentence(problem)}, ())
    return asked.go(f"/{what}", done="1", campaign=form.get("campaign") or None, indicator=form.get("indicator"))


async def _typed(asked: Visit, campaign: str) -> Mapping[str, str]:
    """What had been typed before; for the campaign from which one comes, if any."""
    return {**await asked.draft(), **({"campaign": campaign} if campaign else {})}


async def _form(
    asked: Visit, what: str, typed: Mapping[str, str], wrong: Mapping[str, str], faults: Sequence[Fault]
) -> Response:
    chosen = await choose(asked, Wanted(campaign=typed.get("campaign", "")))
    errors = [
        *wrong.items(),
        *([("rows", say(asked.language, "unit_table.faults", count=len(faults)))] if faults else []),
    ]
    return asked.show(
        "official/new.html", 422 if errors else 200, chosen=chosen, what=what, typed=typed, said=wrong, faults=faults,
        errors=errors,
    )  # fmt: skip


PAGE: Final = Page(
    router,
    menu=[Entry("/base-figures", "base_figures", "campaigns", 2), Entry("/plans", "plans", "campaigns", 2)],
)
