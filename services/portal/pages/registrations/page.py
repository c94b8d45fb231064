"""Đăng ký chỉ tiêu: the units' registrations, and one as a grid that is filled, sent and confirmed."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, takes_up_to, tells
from contracts.registry import Role
from services.portal.pages.registrations import files
from services.portal.pages.registrations.grid import Cell, cells_of, grid
from services.portal.pages.registrations.history import last_results, versions
from services.portal.pages.registrations.pasted import spread
from services.portal.pages.registrations.steps import FINAL, OTHERS, RETURNS, ROUTES, Told, commands, final_body
from services.portal.shell import behalf
from services.portal.shell.figures import NotAFigure, read_figure, same_figure
from services.portal.shell.forms import LARGEST_FILE, TOLD_TOO_LARGE, Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to
from services.portal.shell.stale import on_the_latest, outdated, remember, settle, typed_here
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

router = files.router  # one page of two modules
_REGISTERING: Final = frozenset(
    {
        Role.OFFICER,
        Role.UNIT_HEAD,
        Role.DEPUTY,
        Role.EMULATION_DEPARTMENT,
        Role.DIRECTOR_GENERAL,
        Role.PROFESSIONAL_DEPARTMENT,
        Role.SECTOR_LEADER,
    }
)
_STATES: Final = frozenset({"open", "appraisal", "submitted", "returned", "reopened", "confirmed"})


@router.get("/registrations")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /registrations")
async def show_registrations(asked: Visit, status: str = "", after: UUID | None = None) -> Response:
    """Registrations of the units in which this person holds a role; of all, for who holds one at the top."""
    wanted = status if status in _STATES else None
    found, following = await of_my_units(asked, "registry", "/registrations", status=wanted, after=after)
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found]),
    )
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["registration_id"]))
    return asked.show(
        "registrations/list.html", found=found, units=named, campaigns=campaigns, status=wanted or "", next=following
    )


@router.get("/registrations/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /registrations/{id}")
async def show_registration(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """The grid; what was typed when a session ended comes back."""
    return await _show(asked, id, await asked.draft(), done=done)


@router.get("/registrations/{id}/{step}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /registrations/{id}")
async def ask_before(asked: Visit, id: UUID, step: str, done: str = "") -> Response:  # noqa: A002
    """One sentence on what will happen, before it cannot be undone."""
    if step not in FINAL:
        return asked.go(f"/registrations/{id}")
    registration = await asked.ask("registry", f"/registrations/{id}")
    [action] = [each for each in registration["actions"] if each["name"] == FINAL[step]]
    named = await units(asked, [registration["terms"]["unit_id"]])
    unit = named[registration["terms"]["unit_id"]]["name"]
    return asked.show(
        "registrations/confirm.html", registration=registration, action=action, step=step, unit=unit,
        done=done == "saved", returns=RETURNS,
    )  # fmt: skip


@router.get("/registrations/{id}/papers/{sha256}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /registrations/{id}/papers/{sha256}")
async def take_paper(asked: Visit, id: UUID, sha256: str) -> Response:  # noqa: A002
    """The paper by which a registration was filed on behalf of its unit."""
    return await asked.take_along("registry", f"/registrations/{id}/papers", sha256)


@router.post("/registrations/{id}")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_REGISTERING, where=THERE)
@leads_to(
    "POST registry /registrations/{id}/targets",
    "POST registry /registrations/{id}/filings",
    *(f"POST registry /registrations/{{id}}/{step}" for step in FINAL),
    *(f"POST registry /registrations/{{id}}/{route}" for route in ROUTES),
)
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Keep what was typed, spread a pasted block over the grid, or take one of the steps that end it."""
    form = await asked.form()
    wanted = form.get("do", "save")
    if wanted == "paste":
        registration = await asked.ask("registry", f"/registrations/{id}")
        return await _show(asked, id, Form({**form, **spread(form.get("block", ""), grid(registration, {}))}))
    if wanted == "file":
        return await _file(asked, id, form)
    if wanted in FINAL:
        registration = await asked.ask("registry", f"/registrations/{id}")
        return await _take(asked, id, form, [Told(wanted, final_body(wanted, form, registration))], wanted)
    if wanted in OTHERS:
        registration = await asked.ask("registry", f"/registrations/{id}")
        return await _take(asked, id, form, list(commands(wanted, form, registration)), "saved")
    errors, theirs = await _save(asked, id, form)
    if errors or theirs:
        return await _show(asked, id, form, errors, theirs=theirs)
    return asked.go(f"/registrations/{id}" + ("/submit" if wanted == "next" else ""), done="saved")


async def _take(asked: Visit, key: UUID, form: Form, told: list[Told], done: str) -> Response:
    """Take these steps, until one is refused: then the page says why."""
    for place, each in enumerate(told):
        try:
            await asked.tell("registry", f"/registrations/{key}/{each.route}", each.body, key=form.key_of(place))
        except Problem as problem:
            if problem.status not in {403, 409, 422}:
                raise
            return await _show(asked, key, Form(), refused=problem)
    return asked.go(f"/registrations/{key}", done=done)


async def _file(asked: Visit, key: UUID, form: Form) -> Response:
    """Send it in on the unit's paper, with the figures that were held against the paper and no others."""

    async def sent() -> dict[str, str]:
        registration = await asked.ask("registry", f"/registrations/{key}")
        if outdated(form, _pledged(registration)):
            return {"": say(asked.language, "behalf.changed")}
        path = f"/registrations/{key}"
        return await behalf.file_paper(asked, "registry", path, form, int(registration["version"]))

    if wrong := await on_the_latest(sent):
        return await _show(asked, key, form, paper=wrong)
    return asked.go(f"/registrations/{key}", done="file")


def _pledged(registration: Mapping[str, Any]) -> dict[str, str]:
    return {name: cell.pledged for name, cell in cells_of(grid(registration, {})).items()}


async def _save(asked: Visit, key: UUID, form: Form) -> tuple[dict[str, str], dict[str, str]]:
    """Pledge each figure that was changed here and nowhere else meanwhile.

    Gives by cell the sentences of those that were refused, and what stands where somebody else changed it, too.
    """

    async def sent() -> tuple[dict[str, str], dict[str, str]]:
        registration = await asked.ask("registry", f"/registrations/{key}")
        cells = cells_of(grid(registration, form))
        settled = settle(form, _pledged(registration), same_figure)
        wanted = {name: cells[name] for name, typed in settled.mine.items() if typed}
        return await _pledge(asked, registration, form, wanted), settled.theirs

    return await on_the_latest(sent)


async def _pledge(
    asked: Visit, registration: Mapping[str, Any], form: Form, wanted: Mapping[str, Cell]
) -> dict[str, str]:
    """Pledge these figures, each on what was just read; gives the sentences of those that were refused, by cell."""
    errors: dict[str, str] = {}
    path, version = f"/registrations/{registration['registration_id']}/targets", int(registration["version"])
    for name, cell in wanted.items():
        try:
            value = read_figure(cell.typed)
            body = {"indicator": cell.goal["indicator"], "year": cell.goal["year"], "value": str(value)}
            if reason := form.get("reason", "").strip():
                body["reason"] = reason
            told = await asked.tell("registry", path, body, key=form.key_of(f"{name}={value}"), version=version)
            version = max(version, int(told["version"]))
        except (NotAFigure, Problem) as error:
            errors[name] = asked.beside(error)
    return errors


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, typed: Form, errors: Mapping[str, str] | None = None, done: str = "",
    refused: Problem | None = None, theirs: Mapping[str, str] | None = None, paper: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    registration = await asked.ask("registry", f"/registrations/{key}")
    typed = typed if asked.restored else typed_here(typed)  # what only others have changed stands as they have it
    rows = grid(registration, typed)
    cells = cells_of(rows)
    terms = registration["terms"]
    campaign, named = await asyncio.gather(
        asked.ask("campaigns", f"/campaigns/{terms['campaign_id']}"), units(asked, [terms["unit_id"]])
    )
    for name, cell in cells.items():
        cell.error, cell.theirs = (errors or {}).get(name, ""), (theirs or {}).get(name)
    summary = [
        (name, sentence if cell.goal["name"] in sentence else f"{cell.goal['name']}, {cell.goal['year']}: {sentence}")
        for name, cell in cells.items()
        for sentence in [cell.error or say(asked.language, "stale.changed")]
        if cell.error or cell.theirs is not None
    ]
    summary += list((paper or {}).items())
    if refused is not None:
        summary = [("", asked.sentence(refused))]
    goal_names = {goal["indicator"]: goal["name"] for goal in terms["goals"]}
    past = (
        await last_results(asked.pool, UUID(terms["unit_id"]), list(goal_names))
        if registration["appraise_before"]
        else {}
    )
    persons = await _persons(asked, terms) if terms["persons_register"] else None
    return asked.show(
        "registrations/one.html",
        refused.status if refused else 412 if theirs else 422 if errors or paper else 200,
        registration=registration, rows=rows, years=sorted({goal["year"] for goal in terms["goals"]}),
        papers=await behalf.papers(asked, registration["filings"]), said=paper or {}, typed=typed,
        most=LARGEST_FILE // 1_048_576, persons=persons, campaign=campaign, unit=named[terms["unit_id"]]["name"],
        errors=summary, done=done,
        actions={action["name"]: action for action in registration["actions"]},
        final=FINAL, names=goal_names, results=past, versions=versions(registration),
        appraised={(each["indicator"], each["year"]): each for each in registration["appraised"]},
        numbered=[(each["number"], f"{each['number']}. {each['requirement']}") for each in registration["qualitative"]],
        steps=[each for each in registration["actions"] if each["name"] in _way(registration)],
        was=typed.get("was", "") if asked.restored else remember(_pledged(registration)),
    )  # fmt: skip


async def _persons(asked: Visit, terms: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How many of the unit's people have registered; nothing for who does not see that."""
    try:
        about = {"campaign_id": terms["campaign_id"], "unit_id": terms["unit_id"]}
        found: Mapping[str, Any] = await asked.ask("registry", "/personal-counts", **about)
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004 - a role that sees figures alone
            raise
        return None
    return found


def _way(registration: Mapping[str, Any]) -> list[str]:
    """The steps of this registration's way to be official, by its terms."""
    above, first = registration["judge"] == "unit_above", registration["terms"]["order"] == "agreed_first"
    agreeing = ["send_draft_for_appraisal"] if first and not above else []
    return [
        "register_target",
        *agreeing,
        "submit_registration",
        "confirm_from_above" if above else "confirm_registration",
    ]


_WAITS: Final = ("register", "appraise", "approve", "confirm", "confirm_below", "adjust")
PAGE: Final = Page(router, menu=[Entry("/registrations", "registrations", "campaigns", 1, waits=_WAITS)])
