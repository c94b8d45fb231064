"""Đăng ký chỉ tiêu: the units' registrations, and one as a grid that is filled, sent and confirmed."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from services.portal.pages.registrations.grid import grid
from services.portal.pages.registrations.pasted import spread
from services.portal.shell.figures import NotAFigure, read_figure
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_REGISTERING: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_FINAL: Final = {"submit": "submit_registration", "confirm": "confirm_registration"}


@router.get("/registrations")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /registrations")
async def show_registrations(asked: Visit, status: str = "", after: UUID | None = None) -> Response:
    """Registrations of the units in which this person holds a role; of all, for who holds one at the top."""
    wanted = status if status in {"open", "submitted", "confirmed"} else None
    found, following = await of_my_units(asked, "registry", "/registrations", status=wanted, after=after)
    named = await units(asked, [each["unit_id"] for each in found])
    found.sort(key=lambda each: (named[each["unit_id"]]["code"], each["registration_id"]))
    return asked.show("registrations/list.html", found=found, units=named, status=wanted or "", next=following)


@router.get("/registrations/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /registrations/{id}")
async def show_registration(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """The grid; what was typed when a session ended comes back."""
    return await _show(asked, id, await asked.draft(), done=done)


@router.get("/registrations/{id}/{step}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /registrations/{id}")
async def ask_before(asked: Visit, id: UUID, step: str) -> Response:  # noqa: A002
    """One sentence on what will happen, before it cannot be undone."""
    if step not in _FINAL:
        return asked.go(f"/registrations/{id}")
    registration = await asked.ask("registry", f"/registrations/{id}")
    [action] = [each for each in registration["actions"] if each["name"] == _FINAL[step]]
    named = await units(asked, [registration["terms"]["unit_id"]])
    unit = named[registration["terms"]["unit_id"]]["name"]
    return asked.show("registrations/confirm.html", registration=registration, action=action, step=step, unit=unit)


@router.post("/registrations/{id}")
@tells(may=_REGISTERING, where=THERE)
@leads_to(
    "POST registry /registrations/{id}/targets",
    "POST registry /registrations/{id}/submit",
    "POST registry /registrations/{id}/confirm",
)
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Keep what was typed, spread a pasted block over the grid, or take one of the steps that end it."""
    form = await asked.form()
    wanted = form.get("do", "save")
    if wanted == "paste":
        registration = await asked.ask("registry", f"/registrations/{id}")
        return await _show(asked, id, Form({**form, **spread(form.get("block", ""), grid(registration, {}))}))
    if wanted in _FINAL:
        try:
            await asked.tell("registry", f"/registrations/{id}/{wanted}", key=form.key)
        except Problem as problem:
            if problem.status not in {403, 409, 422}:
                raise
            return await _show(asked, id, Form(), refused=problem)
        return asked.go(f"/registrations/{id}", done=wanted)
    errors = await _save(asked, id, form)
    if errors:
        return await _show(asked, id, form, errors)
    return asked.go(
        f"/registrations/{id}" + ("/submit" if wanted == "next" else ""), done=None if wanted == "next" else "saved"
    )


async def _save(asked: Visit, key: UUID, form: Form) -> dict[str, str]:
    """Pledge each figure that was changed; gives the sentences of those that were refused, by cell."""
    registration = await asked.ask("registry", f"/registrations/{key}")
    errors: dict[str, str] = {}
    for row in grid(registration, form):
        for year, cell in row.cells.items():
            if not cell.typed.strip() or cell.typed == cell.pledged:
                continue
            try:
                value = read_figure(cell.typed)
                if cell.pledged and value == read_figure(cell.pledged):
                    continue
                body = {"indicator": row.indicator, "year": year, "value": str(value)}
                await asked.tell(
                    "registry", f"/registrations/{key}/targets", body, key=form.key_of(f"{cell.name}={value}")
                )
            except NotAFigure:
                errors[cell.name] = say(asked.language, "figure.malformed")
            except Problem as problem:
                if problem.status not in {409, 422}:
                    raise
                errors[cell.name] = asked.fields_with_errors(problem).get("value") or asked.sentence(problem)
    return errors


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, typed: Form, errors: Mapping[str, str] | None = None, done: str = "",
    refused: Problem | None = None,
) -> Response:  # fmt: skip
    registration = await asked.ask("registry", f"/registrations/{key}")
    rows = grid(registration, typed)
    for row in rows:
        for cell in row.cells.values():
            cell.error = (errors or {}).get(cell.name, "")
    terms = registration["terms"]
    campaign = await asked.ask("campaigns", f"/campaigns/{terms['campaign_id']}")
    named = await units(asked, [terms["unit_id"]])
    summary = [
        (cell.name, f"{row.name}, {year}: {cell.error}")
        for row in rows
        for year, cell in row.cells.items()
        if cell.error
    ]
    if refused is not None:
        summary = [("", asked.sentence(refused))]
    return asked.show(
        "registrations/one.html",
        refused.status if refused else 422 if errors else 200,
        registration=registration, rows=rows, years=sorted({goal["year"] for goal in terms["goals"]}),
        campaign=campaign, unit=named[terms["unit_id"]]["name"], errors=summary, done=done,
        actions={action["name"]: action for action in registration["actions"]},
        restored=bool(typed) and not errors and refused is None,
    )  # fmt: skip


PAGE: Final = Page(
    router, menu=[Entry("/registrations", "registrations", "campaigns", 1, waits=("register", "confirm"))]
)
