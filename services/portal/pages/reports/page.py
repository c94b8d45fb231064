"""Sơ kết, tổng kết: the units' reports in reviews, and one as a form that is filled in, sent, returned, corrected."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, takes_up_to, tells
from contracts.registry import Role
from services.portal.pages.reports import causes, files
from services.portal.pages.reports import word as word_file
from services.portal.pages.reports.grid import stands, tables
from services.portal.pages.reports.laying import Laid, lay
from services.portal.pages.reports.saving import places, save
from services.portal.pages.reports.showing import crumbs, faults_of, last_day, named_places, shown
from services.portal.pages.reports.steps import FINAL, ROUTES, final_body
from services.portal.shell.forms import LARGEST_FILE, TOLD_TOO_LARGE, Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to
from services.portal.shell.stale import on_the_latest, remember, typed_here
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = files.router  # one page of several modules
_WRITE: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
_STEP: Final = _WRITE | {Role.EMULATION_DEPARTMENT}
_OPEN: Final = {"true": True, "false": False}


@router.get("/reports")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /reports")
async def show_reports(asked: Visit, open: str = "", after: UUID | None = None) -> Response:  # noqa: A002 - as the service has it
    """Reports of the units in which this person holds a role; of all, for who holds one at the top."""
    wanted = open if open in _OPEN else ""
    found, following = await of_my_units(asked, "campaigns", "/reports", open=wanted or None, after=after)
    named = await units(asked, [each["unit_id"] for each in found])
    found.sort(key=lambda each: (each["before"], each["title"], named[each["unit_id"]]["code"]))
    return asked.show("reports/list.html", found=found, units=named, open=wanted, next=following)


@router.get("/reports/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /reports/{id}")
async def show_report(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """The outline and the annexes as one form; what was typed when a session ended comes back."""
    return await _show(asked, id, await asked.draft(), done=done if done in _DONE else "")


@router.get("/reports/{id}/{step}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /reports/{id}")
async def ask_before(asked: Visit, id: UUID, step: str, done: str = "") -> Response:  # noqa: A002
    """One sentence on what will happen and who is told, before it cannot be undone."""
    if step not in FINAL:
        return asked.go(f"/reports/{id}")
    report = await asked.ask("campaigns", f"/reports/{id}")
    [action] = [each for each in report["actions"] if each["name"] == FINAL[step]]
    if step == "submit" and report["faults"] and not action["open"]:
        return await _show(asked, id, await asked.draft(f"/reports/{id}"), faults_of(asked.language, report))
    named = await units(asked, [report["unit_id"], report["to_unit_id"]])
    signing = [each["capacity"] for each in action["choices"]] if step == "submit" else []
    return asked.show(
        "reports/confirm.html", report=report, action=action, step=step, done=done == "saved",
        unit=named[report["unit_id"]]["name"], to=named[report["to_unit_id"]]["name"],
        crumbs=await crumbs(asked, report), tables=tables(report, {}), places=named_places(report),
        empty=[each for each in report["outline"] if not each["heading"] and not each["text"]],
        late=max(0, (asked.today - last_day(report)).days),
        capacities=[(each, say(asked.language, f"documents.capacity_{each}")) for each in signing],
    )  # fmt: skip


@router.post("/reports/{id}")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_STEP, where=THERE)
@leads_to(
    "POST campaigns /reports/{id}/sections",
    "POST campaigns /reports/{id}/annex-rows",
    "POST campaigns /reports/{id}/corrections",
    *(f"POST campaigns /reports/{{id}}/{route}" for route in ROUTES.values()),
)
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Keep what was typed, lay a pasted block on the form, or take a step that was asked about."""
    form = await asked.form()
    wanted, path = form.get("do", "save"), f"/reports/{id}"
    if wanted in FINAL:
        return await _final(asked, id, form, wanted)
    if wanted == "paste":
        laid = lay(asked.language, form, await asked.ask("campaigns", path))
        return await _show(asked, id, laid.form, laid.wrong, laid=laid)
    settled = await save(asked, id, form, correct=wanted == "correct")
    if settled.mine or settled.theirs:
        return await _show(asked, id, typed_here(form), settled.mine, theirs=settled.theirs)
    return asked.go(path + ("/submit" if wanted == "next" else ""), done="correct" if wanted == "correct" else "saved")


@router.post("/reports/{id}/word")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_WRITE, where=ANYWHERE)
@leads_to("POST campaigns /reports/{id}/word-trials")
async def take_in(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Put what a Word file says into the form; nothing is stored before it is saved."""
    read = await word_file.read(asked, id, await asked.form())
    return await _show(asked, id, read.form, read.wrong, word=read)


@router.post("/reports/{id}/more")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_STEP | {Role.CLERK}, where=THERE)
@leads_to(
    "POST campaigns /reports/{id}/files",
    "POST campaigns /reports/{id}/files-detached",
    "POST campaigns /reports/{id}/paper-submission",
    *(f"POST campaigns /reports/{{id}}/{step.path}" for step in causes.CAUSES.values()),
)
async def add(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """One of the page's other forms: files, causes, units below; what is typed into the great one stays its draft."""
    form = await asked.form()
    wanted, path, code = form.get("do", ""), f"/reports/{id}", 422
    if wanted in files.SENDS:
        wrong = await on_the_latest(lambda: files.send(asked, id, form, wanted))
    elif wanted in causes.CAUSES:
        wrong, code = await causes.send(asked, id, form, wanted)
    else:
        return asked.go(path)
    if not wrong:
        return asked.go(path, done=wanted)
    draft = await asked.draft(path)
    return await _show(asked, id, Form({**form, **draft}), wrong, code=code)


async def _final(asked: Visit, key: UUID, form: Form, step: str) -> Response:
    """Take a step that was asked about; where it is refused, the page says why, beside the places it names."""
    report = await asked.ask("campaigns", f"/reports/{key}")
    body = final_body(step, form, report)
    try:
        path = f"/reports/{key}/{ROUTES[step]}"
        await asked.tell("campaigns", path, body, key=form.key, version=int(report["version"]))
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        return await _show(asked, key, Form(), places(asked, problem, list(stands(report))), code=problem.status)
    return asked.go(f"/reports/{key}", done=step)


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, typed: Form, wrong: Mapping[str, str] | None = None, done: str = "",
    theirs: Mapping[str, str] | None = None, code: int = 422, laid: Laid | None = None,
    word: word_file.Taken | None = None,
) -> Response:  # fmt: skip
    report = await asked.ask("campaigns", f"/reports/{key}")
    laid, choose = laid or Laid(typed), say(asked.language, "reports.slipped_choose")
    wrong = {**(wrong or {}), **{f"slipped-{each}": choose for each in laid.slipped}}
    return asked.show(
        "reports/one.html", 412 if theirs else code if wrong else 200, path=f"/reports/{key}",
        **await shown(asked, report, typed, wrong, theirs or {}), notes=laid.notes, slipped=laid.slipped, word=word,
        final=FINAL, most=LARGEST_FILE // 1_048_576, cause_asked=typed.get("do") in causes.CAUSES, done=done,
        was=typed.get("was", "") if asked.restored else remember(stands(report)),
    )  # fmt: skip


_DONE: Final = frozenset({"saved", "correct", *FINAL, *files.SENDS, *causes.CAUSES})
_WAITS: Final = (
    "send_report", "mend_report", "accept_report", "accept_report_below", "refresh_report", "remedy",
)  # fmt: skip
PAGE: Final = Page(router, menu=[Entry("/reports", "reports", "campaigns", 3, waits=_WAITS)])
