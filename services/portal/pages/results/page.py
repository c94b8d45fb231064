"""Kết quả: what a unit has reached, target by target: reported by the unit, verified by the department."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, takes_up_to, tells
from services.portal.pages.results import result
from services.portal.pages.results.result import HANDS, may_file, name_of, official_of
from services.portal.shell import behalf
from services.portal.shell.figures import NotAFigure, read_figure, same_figure, show_figure
from services.portal.shell.forms import LARGEST_FILE, TOLD_TOO_LARGE, Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to
from services.portal.shell.stale import Settled, on_the_latest, outdated, remember, settle, typed_here
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

router = result.router  # one page of two modules
_STEPS: Final = {
    "report": "results", "verify": "verifications", "return": "returns", "correct": "corrections",
}  # fmt: skip


@router.get("/results")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /scorecards")
async def show_results(asked: Visit, after: UUID | None = None) -> Response:
    """Scorecards of the units in which this person holds a role; of all, for who holds one at the top."""
    found, following = await of_my_units(asked, "campaigns", "/scorecards", after=after)
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["scorecard_id"]))
    tallies = [_tally(each["results"]) for each in found]
    return asked.show(
        "results/list.html", found=list(zip(found, tallies, strict=True)), units=named, campaigns=campaigns,
        next=following, sums=[sum(each) for each in zip(*tallies, strict=True)],
    )  # fmt: skip


def _tally(results: Sequence[Mapping[str, Any]]) -> tuple[int, int, int, int]:
    """How many results there are, are reported, are verified, and attained their target."""
    return (
        len(results),
        sum(each["result"] is not None for each in results),
        sum(bool(each["verified"]) for each in results),
        sum(bool(each["attained"]) for each in results),
    )


@router.get("/results/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /scorecards/{id}")
async def show_card(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One scorecard; each result that may be reported or verified by this person has its form."""
    return await _show(asked, id, await asked.draft(), {}, done)


@router.post("/results/{id}")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=HANDS, where=THERE)
@leads_to(
    "POST campaigns /scorecards/{id}/results", "POST campaigns /scorecards/{id}/verifications",
    "POST campaigns /scorecards/{id}/returns", "POST campaigns /scorecards/{id}/corrections",
    "POST campaigns /scorecards/{id}/filings",
)  # fmt: skip
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Report or correct the results that were typed, verify those that were ticked, return those with a reason.

    Or take in the unit's signed paper, by which results are reported on its behalf.
    """
    form = await asked.form()
    if form.get("do") == "file":
        return await _file(asked, id, form)
    step = form.get("do", "") if form.get("do") in _STEPS else "report"

    async def sent() -> tuple[dict[str, str], dict[str, str]]:
        card = await asked.ask("campaigns", f"/scorecards/{id}")
        typed = step in {"report", "correct"}
        settled = settle(form, _shown(card), same_figure) if typed else Settled()
        wanted = _reports(card, form, settled, step) if typed else _judgements(card, form, step)
        return await _send(asked, card, wanted), settled.theirs

    errors, theirs = await on_the_latest(sent)
    if errors or theirs:
        return await _show(asked, id, form, errors, "", theirs)
    return asked.go(f"/results/{id}", done=step)


async def _file(asked: Visit, key: UUID, form: Form) -> Response:
    async def sent() -> dict[str, str]:
        card = await asked.ask("campaigns", f"/scorecards/{key}")
        return await behalf.file_paper(asked, "campaigns", f"/scorecards/{key}", form, int(card["version"]))

    if wrong := await on_the_latest(sent):
        return await _show(asked, key, form, {}, "", paper=wrong)
    return asked.go(f"/results/{key}", done="file")


def _shown(card: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields as they stand."""
    fields: dict[str, str] = {}
    for each in card["results"]:
        fields |= {f"r-{name_of(each)}": _typed(each), f"e-{name_of(each)}": each["evidence"] or ""}
    return fields


def _typed(result: Mapping[str, Any]) -> str:
    """A result as the unit states it: numerator and denominator, the numerator over an official figure, a per cent."""
    if result["numerator"] is None:
        return show_figure(result["result"])
    own = f"/{show_figure(result['denominator'])}" if result["denominator_of"] == "unit" else ""
    return f"{show_figure(result['numerator'])}{own}"


def _figures(result: Mapping[str, Any], typed: str) -> dict[str, str]:
    """What was typed, as the service takes it; raises NotAFigure."""
    first, slash, second = typed.partition("/")
    if slash:
        return {"numerator": str(read_figure(first)), "denominator": str(read_figure(second))}
    return {"value" if official_of(result) is None else "numerator": str(read_figure(typed))}


def _by_itself(result: Mapping[str, Any]) -> bool:
    """Whether a result is reported on its own page alone: the grid's figures are exact ones of the whole year."""
    return bool(result["estimate"] or result["through"])


_Commands = Iterator[tuple[str, str, dict[str, Any]]]
"""Of which result, where to (nowhere if it is another one than was shown), and what; a figure as it was typed."""


def _reports(card: Mapping[str, Any], form: Form, settled: Settled, step: str) -> _Commands:
    """What is to be reported: results of which the figure or the evidence was changed here, and nowhere else.

    What is verified is corrected, with the reason; what is not is reported.
    """
    for each in card["results"]:
        figure, evidence = f"r-{name_of(each)}", f"e-{name_of(each)}"
        typed = form.get(figure, "").strip()
        if (
            _by_itself(each)
            or not typed
            or {figure, evidence} & settled.theirs.keys()
            or not {figure, evidence} & settled.mine.keys()
        ):
            continue
        if bool(each["verified"]) is not (step == "correct"):
            continue
        body = {"indicator": each["indicator"], "year": each["year"], "typed": typed, "of": each}
        body |= {"evidence": form.get(evidence, "").strip()}
        if step == "correct":
            body |= {"reason": form.get("why", "").strip()}
        elif paper := form.get("paper"):
            body |= {"paper": paper}
        yield name_of(each), _STEPS[step], body


def _judgements(card: Mapping[str, Any], form: Form, step: str) -> _Commands:
    """What is to be verified, or returned with the reason: results that were ticked, as they were seen."""
    other = outdated(form, _shown(card))
    for each in card["results"]:
        name = name_of(each)
        if form.get(f"v-{name}"):
            body = {"indicator": each["indicator"], "year": each["year"]}
            if step == "return":
                body |= {"reason": form.get("why", "").strip()}
            yield name, "" if {f"r-{name}", f"e-{name}"} & other else _STEPS[step], body


async def _send(asked: Visit, card: Mapping[str, Any], commands: _Commands) -> dict[str, str]:
    """Send these commands, each on what was just read; gives the sentences of those that were refused, by result."""
    form, version, errors = await asked.form(), int(card["version"]), dict[str, str]()
    for name, step, body in commands:
        if not step:
            errors[name] = say(asked.language, "results.changed")
            continue
        try:
            said = {field: value for field, value in body.items() if field not in {"of", "typed"}}
            if "typed" in body:
                said |= _figures(body["of"], body["typed"])
            key = form.key_of(f"{name} {step} {said}")
            told = await asked.tell(
                "campaigns", f"/scorecards/{card['scorecard_id']}/{step}", said, key=key, version=version
            )
            version = max(version, int(told["version"]))
        except (NotAFigure, Problem) as error:
            errors[name] = asked.beside(error)
    return errors


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, typed: Form, errors: dict[str, str], done: str, theirs: Mapping[str, str] | None = None,
    paper: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    typed = typed if asked.restored else typed_here(typed)  # what only others have changed stands as they have it
    card = await asked.ask("campaigns", f"/scorecards/{key}")
    campaign, named = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{card['campaign_id']}"), units(asked, [card["unit_id"]])
    )
    choices = {
        action["name"]: {(each["indicator"], each["year"]) for each in action["choices"]} for action in card["actions"]
    }
    names = {goal["indicator"]: goal["name"] for goal in campaign["goals"]}
    apart = {(each["indicator"], each["year"]) for each in card["results"] if _by_itself(each)}
    card["results"].sort(key=lambda each: (each["year"], names.get(each["indicator"], each["indicator"])))
    labels = {
        name_of(each): f"{names.get(each['indicator'], each['indicator'])}, {each['year']}" for each in card["results"]
    }
    summary = [(f"r-{name}", f"{labels[name]}: {sentence}") for name, sentence in errors.items()]
    summary += list((paper or {}).items())
    theirs = theirs or {}
    summary += [
        (f"r-{name_of(each)}", f"{labels[name_of(each)]}: {changed}")
        for changed in [say(asked.language, "stale.changed")]
        for each in card["results"]
        if {f"r-{name_of(each)}", f"e-{name_of(each)}"} & theirs.keys()
    ]
    return asked.show(
        "results/one.html", 412 if theirs else 422 if summary else 200, card=card, campaign=campaign, names=names,
        typed=typed, errors=summary, wrong=errors, theirs=theirs, unit=named[card["unit_id"]]["name"],
        was=typed.get("was", "") if asked.restored else remember(_shown(card)),
        done=done if done in {*_STEPS, "file"} else "", said=paper or {},
        papers=await behalf.papers(asked, card["filings"]),
        by_paper=behalf.choices(asked, card["filings"]), may_file=may_file(card), most=LARGEST_FILE // 1_048_576,
        typed_as={name_of(each): _typed(each) for each in card["results"]},
        may_report=choices.get("report_result", set()) - apart, may_verify=choices.get("verify_result", set()),
        may_correct=choices.get("correct_result", set()) - choices.get("report_result", set()) - apart,
    )  # fmt: skip


PAGE: Final = Page(
    router, menu=[Entry("/results", "results", "campaigns", 2, waits=("report", "report_again", "verify"))]
)
