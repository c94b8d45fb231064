"""Xếp loại các năm: how a unit was rated, year by year; a table entered, a rating corrected. Source: A7."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem, not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.pages.ratings.typed import ratings
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, body_of
from services.portal.shell.unit_tables import Fault, unit_table
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_RATES: Final = frozenset({Role.EMULATION_DEPARTMENT})
_PAPER: Final = (Ask("number"), Ask("issued_on", "day"), Ask("title", required=False))
CORRECTION: Final = (Ask("year", "whole"), Ask("rating"), Ask("number"), Ask("issued_on", "day"), Ask("reason", "area"))
_BY_CODE: Final = "select unit_id from organisation_units where code = $1"
_REFUSED: Final = frozenset({409, 422})
_YEARS: Final = 10
"""Years before this one that are shown."""


@router.get("/ratings")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /ratings")
async def show_ratings(asked: Visit, unit: str = "", code: str = "", done: str = "") -> Response:
    """One unit's ratings: the one named by id or code, else one's own."""
    return await _show(asked, await asked.draft(), {}, unit=unit, code=code, done=done)


@router.post("/ratings")
@tells(may=_RATES, where=AT_ROOT)
@leads_to("POST campaigns /ratings/corrections")
async def correct(asked: Visit) -> Response:
    """State what the unit's rating of a year should have been."""
    form = await asked.form()
    body, wrong = body_of(form, CORRECTION, "", asked.language)
    unit = form.get("unit", "")
    if not wrong:
        said = {name: body[name] for name in ("year", "rating", "reason")}
        paper = {name: body[name] for name in ("number", "issued_on")}
        wrong = await _told(asked, "/ratings/corrections", {"unit_id": unit, **said, "document": paper}, form)
    if wrong:
        return await _show(asked, form, wrong, unit=unit)
    return asked.go("/ratings", unit=unit, done="corrected")


@router.get("/ratings/new")
@asks(may=_RATES, where=AT_ROOT, reads=())
@leads_to("POST campaigns /ratings")
async def show_new(asked: Visit) -> Response:
    """The form of a table of ratings for a year that is over."""
    return await _form(asked, await asked.draft(), {}, ())


@router.post("/ratings/new")
@tells(may=_RATES, where=AT_ROOT)
@leads_to("POST campaigns /ratings")
async def rate(asked: Visit) -> Response:
    """State a table of ratings; all of it or nothing."""
    form = await asked.form()
    paper, wrong = body_of(form, _PAPER, "", asked.language)
    wrong |= {"number": say(asked.language, "official.wanted")} if not paper.get("number") else {}
    closed = {str(each["year"]): each for each in await _years(asked, asked.rights.root)}
    year = closed.get(form.get("year", ""))
    choices = year["choices"] if year else ()
    found = await unit_table(asked, form, ratings(choices, asked.language))
    faults = found.faults
    if not choices:
        wrong["year"], faults = say(asked.language, "ratings.closed_only"), []
    elif not faults and not found.values:
        wrong["rows"] = say(asked.language, "ratings.no_rows")
    if not wrong and not faults and year:
        rated = [{"unit_id": found.units[code], "rating": rating} for code, rating in found.values.items()]
        wrong = await _told(asked, "/ratings", {"year": year["year"], "document": paper, "ratings": rated}, form)
    if wrong or faults:
        return await _form(asked, form, wrong, faults)
    return asked.go("/ratings", unit=found.units[next(iter(found.values))], done="rated")


async def _told(asked: Visit, path: str, body: Mapping[str, Any], form: Form) -> dict[str, str]:
    """Send it; gives sentences by field, of the whole under an empty name."""
    try:
        await asked.tell("campaigns", path, body, key=form.key_of(body))
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        named = {name.rpartition(".")[2]: text for name, text in asked.fields_with_errors(problem).items()}
        return named or {"": asked.sentence(problem)}
    return {}


async def _years(asked: Visit, unit: UUID | str | None) -> list[dict[str, Any]]:
    """A unit's years, the last one first."""
    if unit is None:
        return []
    last = asked.today.year
    found = await asked.ask("campaigns", "/ratings", unit_id=unit, first_year=last - _YEARS, last_year=last)
    return list(reversed(found))


async def _form(asked: Visit, typed: Form, wrong: Mapping[str, str], faults: Sequence[Fault]) -> Response:
    closed = [each for each in await _years(asked, asked.rights.root) if each["choices"]]
    errors = [
        *wrong.items(),
        *([("rows", say(asked.language, "unit_table.faults", count=len(faults)))] if faults else []),
    ]
    return asked.show(
        "ratings/new.html", 422 if errors else 200, typed=typed, said=wrong, faults=faults, errors=errors,
        years=[each["year"] for each in closed], choices=closed[0]["choices"] if closed else (),
    )  # fmt: skip


async def _show(  # noqa: PLR0917
    asked: Visit, typed: Form, wrong: Mapping[str, str], unit: str = "", code: str = "", done: str = ""
) -> Response:
    chosen, said = await _chosen(asked, unit, code.strip().upper()), dict(wrong)
    if chosen is None:
        said["code"] = say(asked.language, "units.no_such_code")
    years = await _years(asked, chosen)
    named = await units(asked, [chosen] if chosen else [])
    own = await units(asked, asked.rights.units("/ratings"))
    rated = [each for each in years if each["rating"]]
    choices = {each["code"]: each[asked.language] for year in rated for each in year["choices"]}
    return asked.show(
        "ratings/list.html", 422 if said else 200, unit=named[str(chosen)] if chosen else None, years=years,
        rated=[each["year"] for each in rated], choices=list(choices.items()), called=choices, typed=typed, said=said,
        errors=list(said.items()), code=code, done=done if done in {"corrected", "rated"} else "",
        own=sorted(((key, each["name"]) for key, each in own.items()), key=lambda each: str(each[1])),
    )  # fmt: skip


async def _chosen(asked: Visit, unit: str, code: str) -> UUID | None:
    """The unit that is asked for; none where a code is no unit's. Raises Problem 404 for an id that is none."""
    if code:
        found: UUID | None = await asked.pool.fetchval(_BY_CODE, code)
        return found
    try:
        if unit:
            return UUID(unit)
    except ValueError:
        raise not_found() from None
    held = asked.rights.units("/ratings")
    return asked.rights.root if asked.rights.root in held else next(iter(held), asked.rights.root)


PAGE: Final = Page(router, menu=[Entry("/ratings", "ratings", "campaigns", 3)])
