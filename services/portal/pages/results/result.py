"""Một kết quả: its parts, period and files; reported, corrected, judged with all of that in view. Source: B16."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem, not_found
from chassis.web.api import EVERY_ROLE, THERE, asks, takes_up_to, tells
from contracts.registry import Role
from services.portal.shell import behalf
from services.portal.shell.figures import NotADay, NotAFigure, read_day, read_figure, show_day, show_figure
from services.portal.shell.forms import LARGEST_FILE, TOLD_TOO_LARGE, Form
from services.portal.shell.pages import leads_to, page_router
from services.portal.shell.stale import on_the_latest, outdated, remember, typed_here
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
STEPS: Final = {
    "report": "results", "correct": "corrections", "verify": "verifications", "return": "returns",
    "attach": "evidence", "delete": "evidence-deletions",
}  # fmt: skip
HANDS: Final = frozenset(
    {Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT}
)
_ACTIONS: Final = {
    "report": "report_result", "correct": "correct_result", "verify": "verify_result", "return": "return_result",
    "attach": "attach_evidence", "delete": "delete_evidence_bytes",
}  # fmt: skip
_FIGURES: Final = ("numerator", "denominator", "value")
_STANDS: Final = ("figures", "files")


def name_of(result: Mapping[str, Any]) -> str:
    """What a result is called in addresses and in fields."""
    return f"{result['indicator']}-{result['year']}"


def official_of(result: Mapping[str, Any]) -> str | None:
    """The figure by which a result is divided, where it is not the unit's to say."""
    found: str | None = result["plan"] if result["measure"] == "percent_of_plan" else result["base"]
    return found


def may_file(card: Mapping[str, Any]) -> bool:
    """Whether this person files on behalf of the scorecard's unit."""
    return any(each["open"] for each in card["actions"] if each["name"] == "file_results_on_behalf")


@router.get("/results/{id}/evidence/{sha256}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /scorecards/{id}/evidence/{sha256}")
async def download(asked: Visit, id: UUID, sha256: str) -> Response:  # noqa: A002 - the path's name
    """A file that proves a result."""
    return await asked.take_along("campaigns", f"/scorecards/{id}/evidence", sha256)


@router.get("/results/{id}/papers/{sha256}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /scorecards/{id}/papers/{sha256}")
async def take_paper(asked: Visit, id: UUID, sha256: str) -> Response:  # noqa: A002
    """The paper by which results were filed on behalf of their unit."""
    return await asked.take_along("campaigns", f"/scorecards/{id}/papers", sha256)


@router.get("/results/{id}/{place}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /scorecards/{id}")
async def show_result(asked: Visit, id: UUID, place: str, done: str = "") -> Response:  # noqa: A002
    """One result with its files; whoever may take a step has its form."""
    return await _show(asked, id, place, await asked.draft(), {}, done)


@router.post("/results/{id}/{place}")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=HANDS, where=THERE)
@leads_to(*(f"POST campaigns /scorecards/{{id}}/{path}" for path in STEPS.values()))
async def take_step(asked: Visit, id: UUID, place: str) -> Response:  # noqa: A002
    """Report, correct, verify or return the result; attach a file, or delete the bytes of one."""
    form, path = await asked.form(), f"/results/{id}/{place}"
    if (step := form.get("do", "")) not in STEPS:
        return asked.go(path)

    async def sent() -> dict[str, str]:
        card = await asked.ask("campaigns", f"/scorecards/{id}")
        result = _of(card, place)
        if set(_STANDS) & outdated(form, _stands(result)):
            return {"": say(asked.language, "results.changed_meanwhile")}
        return await _send(asked, card, result, step)

    if wrong := await on_the_latest(sent):
        return await _show(asked, id, place, form, wrong, "")
    return asked.go(path, done=step)


def _of(card: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next((each for each in card["results"] if name_of(each) == place), None)
    if found is None:
        raise not_found()
    return found


def _stands(result: Mapping[str, Any]) -> dict[str, str]:
    """What a person has seen of a result when taking a step: whether it is still so is asked before it is taken."""
    figures = [result[name] for name in (*_FIGURES[:2], "result", "estimate", "through", "edition")]
    files = sorted(each["sha256"] for each in result["files"] if not each["deleted"])
    return {"figures": " ".join(map(str, figures)), "files": " ".join(files)}


def _filled(result: Mapping[str, Any]) -> dict[str, str]:
    """The fields as they are shown: what was reported and is not verified; after that, a correction's."""
    if result["result"] is None:
        return {}
    step, figures = "correct" if result["verified"] else "report", dict[str, str]()
    if result["numerator"] is None:
        figures["value"] = show_figure(result["result"])
    else:
        figures["numerator"] = show_figure(result["numerator"])
        if result["denominator_of"] == "unit":
            figures["denominator"] = show_figure(result["denominator"])
    more = {"evidence": result["evidence"] or ""}
    if step == "report":
        more |= {"through": show_day(result["through"]), "kind": "estimate" if result["estimate"] else "exact"}
    return {f"{step}-{name}": text for name, text in {**figures, **more}.items()}


async def _send(asked: Visit, card: Mapping[str, Any], result: Mapping[str, Any], step: str) -> dict[str, str]:
    """Take the step on what was just read; gives sentences by field, of the whole under an empty name."""
    form = await asked.form()
    place: dict[str, Any] = {"indicator": result["indicator"], "year": result["year"]}
    path, body, wrong = f"/scorecards/{card['scorecard_id']}/{STEPS[step]}", place, dict[str, str]()
    if step in {"report", "correct"}:
        figures, wrong = _figures(form, step, asked.language)
        body = place | figures
    elif step == "delete":
        body = place | {"sha256": form.get("delete-sha256", "")}
    if step in {"correct", "return", "delete"}:
        body = body | {"reason": form.get(f"{step}-reason", "").strip()}
    given: dict[str, Any] = {"version": int(card["version"])}
    if step == "attach":
        if (content := form.files.get("attach-file")) is None:
            return {"attach-file": say(asked.language, "results.no_file")}
        called = {**place, "name": f"tep{form.endings['attach-file']}"}
        path, given["media_type"] = f"{path}?{urlencode(called)}", "application/octet-stream"
    if wrong:
        return wrong
    sent = content if step == "attach" else body
    try:
        await asked.tell("campaigns", path, sent, key=form.key_of(f"{step} {body}"), **given)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        named = {f"{step}-{field}": text for field, text in asked.fields_with_errors(problem).items()}
        return named or {"attach-file" if step == "attach" else "": asked.sentence(problem)}
    return {}


def _figures(form: Form, step: str, language: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed as a result, as the service takes it; sentences for the fields that could not be read."""
    said: dict[str, Any] = {"evidence": form.get(f"{step}-evidence", "").strip()}
    wrong = dict[str, str]()
    for name in _FIGURES:
        if typed := form.get(f"{step}-{name}", "").strip():
            try:
                said[name] = str(read_figure(typed))
            except NotAFigure:
                wrong[f"{step}-{name}"] = say(language, "figure.malformed")
    if step == "report":
        if paper := form.get("report-paper"):
            said["paper"] = paper
        said["estimate"] = form.get("report-kind") == "estimate"
        if typed := form.get("report-through", "").strip():
            try:
                said["through"] = read_day(typed).isoformat()
            except NotADay:
                wrong["report-through"] = say(language, "day.malformed")
    return said, wrong


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, place: str, typed: Form, wrong: Mapping[str, str], done: str
) -> Response:
    typed = typed if asked.restored else typed_here(typed)  # what only others have changed stands as they have it
    card = await asked.ask("campaigns", f"/scorecards/{key}")
    result = _of(card, place)
    campaign, named = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{card['campaign_id']}"), units(asked, [card["unit_id"]])
    )
    names = {goal["indicator"]: goal["name"] for goal in campaign["goals"]}
    here = (result["indicator"], result["year"])
    open_to = {
        action["name"]: {
            each.get("sha256", "") for each in action["choices"] if (each["indicator"], each["year"]) == here
        }
        for action in card["actions"]
    }
    filled = _filled(result)
    return asked.show(
        "results/result.html", 422 if wrong else 200, card=card, campaign=campaign, result=result, place=place,
        name=names.get(result["indicator"], result["indicator"]), unit=named[card["unit_id"]]["name"],
        official=official_of(result), typed={**filled, **typed}, said=wrong, errors=list(wrong.items()),
        was=typed.get("was", "") if asked.restored else remember({**_stands(result), **filled}),
        papers=behalf.choices(asked, card["filings"]) if may_file(card) and card["filings"] else [],
        kinds={each["paper"]["sha256"]: each["paper"]["kind"] for each in card["filings"]},
        may={step: bool(open_to.get(action)) for step, action in _ACTIONS.items()},
        deletable=sorted(open_to.get("delete_evidence_bytes", ())), most=LARGEST_FILE // 1_048_576,
        done=done if done in STEPS else "",
    )  # fmt: skip
