"""Kết quả: what a unit has reached, target by target: reported by the unit, verified by the department."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from services.portal.shell.figures import NotAFigure, read_figure
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_REPORTING: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT})


@router.get("/results")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /scorecards")
async def show_results(asked: Visit, after: UUID | None = None) -> Response:
    """Scorecards of the units in which this person holds a role; of all, for who holds one at the top."""
    found, following = await of_my_units(asked, "campaigns", "/scorecards", after=after)
    named = await units(asked, [each["unit_id"] for each in found])
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["scorecard_id"]))
    return asked.show("results/list.html", found=found, units=named, next=following)


@router.get("/results/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /scorecards/{id}")
async def show_card(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One scorecard; each result that may be reported or verified by this person has its form."""
    return await _show(asked, id, await asked.draft(), {}, done)


@router.post("/results/{id}")
@tells(may=_REPORTING, where=THERE)
@leads_to("POST campaigns /scorecards/{id}/results", "POST campaigns /scorecards/{id}/verifications")
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Report the results that were typed, or verify those that were ticked."""
    form = await asked.form()
    card = await asked.ask("campaigns", f"/scorecards/{id}")
    errors: dict[str, str] = {}
    for each in card["results"]:
        name = f"{each['indicator']}-{each['year']}"
        try:
            if form.get("do") == "verify":
                if form.get(f"v-{name}"):
                    body = {"indicator": each["indicator"], "year": each["year"]}
                    await asked.tell("campaigns", f"/scorecards/{id}/verifications", body, key=form.key_of(name))
            elif form.get(f"r-{name}", "").strip():
                await _report(asked, id, form, name, each)
        except NotAFigure:
            errors[name] = say(asked.language, "figure.malformed")
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            said = asked.fields_with_errors(problem)
            errors[name] = next(iter(said.values()), asked.sentence(problem))
    if errors:
        return await _show(asked, id, form, errors, "")
    return asked.go(f"/results/{id}", done="verify" if form.get("do") == "verify" else "report")


async def _report(asked: Visit, key: UUID, form: Form, name: str, result: dict[str, Any]) -> None:
    value, evidence = read_figure(form[f"r-{name}"]), form.get(f"e-{name}", "").strip()
    if result["result"] is not None and (Decimal(result["result"]), result["evidence"] or "") == (value, evidence):
        return
    body = {"indicator": result["indicator"], "year": result["year"], "value": str(value), "evidence": evidence}
    await asked.tell("campaigns", f"/scorecards/{key}/results", body, key=form.key_of(f"{name}={value}={evidence}"))


async def _show(asked: Visit, key: UUID, typed: Form, errors: dict[str, str], done: str) -> Response:
    card = await asked.ask("campaigns", f"/scorecards/{key}")
    campaign = await asked.ask("campaigns", f"/campaigns/{card['campaign_id']}")
    named = await units(asked, [card["unit_id"]])
    choices = {
        action["name"]: {(each["indicator"], each["year"]) for each in action["choices"]} for action in card["actions"]
    }
    names = {goal["indicator"]: goal["name"] for goal in campaign["goals"]}
    card["results"].sort(key=lambda each: (each["year"], names.get(each["indicator"], each["indicator"])))
    summary = [(f"r-{name}", sentence) for name, sentence in errors.items()]
    return asked.show(
        "results/one.html", 422 if errors else 200, card=card, campaign=campaign, names=names, typed=typed,
        errors=summary, wrong=errors, unit=named[card["unit_id"]]["name"],
        done=done if done in {"report", "verify"} else "",
        may_report=choices.get("report_result", set()), may_verify=choices.get("verify_result", set()),
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/results", "results", "campaigns", 2, waits=("report", "verify"))])
