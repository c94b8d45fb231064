"""Đổi tên, chuyển, sáp nhập, chia tách, giải thể, tiếp nhận nhiệm vụ, khối: one form for what becomes of a unit.

What will happen is said before it is done. Source: B1, B8.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem, not_found
from chassis.web.api import AT_ROOT, asks, tells
from contracts.registry import Role
from contracts.values import UnitKind
from services.portal.pages.units import queries
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.pages import leads_to, page_router
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_LEADS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_REFUSED: Final = frozenset({409, 412, 422})

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "rename": ("name", "code", "kind", "on", "number", "issuer", "issued_on"),
    "move-below": ("other", "on", "number", "issuer", "issued_on"),
    "merge": ("other", "on", "number", "issuer", "issued_on"),
    "split": ("others", "on", "number", "issuer", "issued_on"),
    "dissolve": ("on", "number", "issuer", "issued_on"),
    "take-over": ("other", "on", "number", "issuer", "issued_on"),
    "join-bloc": ("other", "on"),
    "leave-bloc": ("other", "on"),
    "withdraw-change": ("change", "reason"),
}
"""What is asked for in each step."""

_OTHER: Final = {
    "move-below": "parent_id",
    "merge": "successor_id",
    "take-over": "to_id",
    "join-bloc": "bloc_id",
    "leave-bloc": "bloc_id",
}
_ROUTES: Final = tuple(f"POST registry /units/{{id}}/{step}" for step in STEPS)


@router.get("/units/{id}/{step}")
@asks(may=_LEADS, where=AT_ROOT, reads=())
@leads_to(*_ROUTES)
async def show_change(asked: Visit, id: UUID, step: str) -> Response:  # noqa: A002 - the path's name
    """What will happen, and what is to be said for it."""
    return await _show(asked, id, step, await asked.draft(), {}, 200)


@router.post("/units/{id}/{step}")
@tells(may=_LEADS, where=AT_ROOT)
@leads_to(*_ROUTES)
async def change(asked: Visit, id: UUID, step: str) -> Response:  # noqa: A002
    """Let it happen."""
    if step not in STEPS:
        raise not_found()
    form = await asked.form()
    body, said = await _body(asked, step, form)
    if said:
        return await _show(asked, id, step, form, said, 422)
    try:
        await asked.tell("registry", f"/units/{id}/{step}", body, key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        wrong = {field.rpartition(".")[2]: text for field, text in asked.fields_with_errors(problem).items()}
        return await _show(asked, id, step, form, wrong or {"": asked.sentence(problem)}, problem.status)
    return asked.go(f"/units/{id}", done=step)


async def _body(asked: Visit, step: str, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """The command's body, and what is wrong with what was typed, by field."""
    said: dict[str, str] = {}
    days: dict[str, str] = {}
    for name in ("on", "issued_on"):
        if name in STEPS[step]:
            try:
                days[name] = read_day(form.get(name, "")).isoformat()
            except NotADay:
                said[name] = say(asked.language, "day.malformed")
    body: dict[str, Any] = {"on": days["on"]} if "on" in days else {}
    if "number" in STEPS[step]:
        about = {name: form.get(name, "").strip() for name in ("number", "issuer")}
        body["basis"] = {**about, "issued_on": days.get("issued_on", "")}
    if step == "withdraw-change":
        body |= {"change_id": form.get("change", ""), "reason": form.get("reason", "").strip()}
    if step == "rename":
        body["name"] = form.get("name", "").strip()
        body |= {name: form[name].strip() for name in ("code", "kind") if form.get(name, "").strip()}
    others, unknown = await _others(asked, step, form)
    return body | others, said | unknown


async def _others(asked: Visit, step: str, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """The other units, by the codes that were typed."""
    name = next((each for each in ("other", "others") if each in STEPS[step]), None)
    if name is None:
        return {}, {}
    codes = _codes(form.get(name, ""))
    found = await queries.by_code(asked.pool, codes)
    unknown = [each for each in codes if each not in found]
    if unknown or not found:
        return {}, {name: say(asked.language, "units.change.unknown", codes=", ".join(unknown) or "—")}
    units_found = [str(each) for each in found.values()]
    return ({_OTHER[step]: units_found[0]} if step in _OTHER else {"successor_ids": units_found}), {}


def _codes(typed: str) -> list[str]:
    return [each.strip().upper() for each in typed.replace(";", ",").split(",") if each.strip()]


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, step: str, typed: Form, said: dict[str, str], status: int
) -> Response:
    path = await queries.path(asked.pool, key)
    if step not in STEPS or not path:
        raise not_found()
    life = await asked.ask("registry", f"/units/{key}/life")
    named = await units(asked, [each for change in life["changes"] for each in change["units"]])
    held = await queries.roles(asked.pool, key, asked.today)
    return asked.show(
        "units/change.html", status, unit=path[-1], above=path[:-1], step=step, fields=STEPS[step], typed=typed,
        said=said, errors=list(said.items()), life=life, named=named, held=len(held),
        below=len(await queries.below(asked.pool, key, asked.today)), kinds=[each.value for each in UnitKind],
    )  # fmt: skip
