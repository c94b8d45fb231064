"""Steps of a campaign: its ceremony, amendment, extension, conclusion, cancellation; and a unit's own launch of it."""

import asyncio
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

import yaml
from fastapi import Response

from chassis.facts.core_yaml import CoreLoader
from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, asks, tells
from contracts.campaigns import Terms
from contracts.registry import Role
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_LEADERS: Final = frozenset({Role.DIRECTOR_GENERAL})
_HEADS: Final = frozenset({Role.UNIT_HEAD})
_DAYS: Final = {"happened_on", "until", "register_before", "issued_on"}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "launch": ("happened_on",),
    "amendments": ("pack", "number", "issued_on", "title"),
    "extensions": ("until", "register_before", "number", "issued_on", "title"),
    "conclusion": ("happened_on", "number", "issued_on", "title"),
    "cancellation": ("reason", "number", "issued_on", "title"),
    "joins": ("unit_id", "happened_on", "number", "issued_on", "title"),
}
_MAY_BE_EMPTY: Final = {"register_before", "title"}

Step = Literal["launch", "amendments", "extensions", "conclusion", "cancellation"]


@router.get("/campaigns/{id}/steps/{step}")
@asks(may=_LEADERS, where=AT_ROOT, reads=())
@leads_to(
    "POST campaigns /campaigns/{id}/launch",
    "POST campaigns /campaigns/{id}/amendments",
    "POST campaigns /campaigns/{id}/extensions",
    "POST campaigns /campaigns/{id}/conclusion",
    "POST campaigns /campaigns/{id}/cancellation",
)
async def show_step(asked: Visit, id: UUID, step: Step) -> Response:  # noqa: A002 - the path's name
    """The form of one step, with what the campaign says now."""
    return await _show(asked, id, step, await asked.draft(), {}, 200)


@router.post("/campaigns/{id}/steps/{step}")
@tells(may=_LEADERS, where=AT_ROOT)
@leads_to(
    "POST campaigns /campaigns/{id}/launch",
    "POST campaigns /campaigns/{id}/amendments",
    "POST campaigns /campaigns/{id}/extensions",
    "POST campaigns /campaigns/{id}/conclusion",
    "POST campaigns /campaigns/{id}/cancellation",
)
async def take_step(asked: Visit, id: UUID, step: Step) -> Response:  # noqa: A002
    """Take one step of a campaign."""
    return await _take(asked, id, step)


@router.get("/campaigns/{id}/join")
@asks(may=_HEADS, where=ANYWHERE, reads=())
@leads_to("POST campaigns /campaigns/{id}/joins")
async def show_join(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Where a head says that the own unit has launched the campaign within its scope."""
    return await _show(asked, id, "joins", await asked.draft(), {}, 200)


@router.post("/campaigns/{id}/join")
@tells(may=_HEADS, where=ANYWHERE)
@leads_to("POST campaigns /campaigns/{id}/joins")
async def join(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Record a unit's own launch. Source: S002-5."""
    return await _take(asked, id, "joins")


async def _take(asked: Visit, key: UUID, step: str) -> Response:
    form = await asked.form()
    typed, wrong = _read(asked, step, form)
    if wrong:
        return await _show(asked, key, step, form, wrong, 422)
    body: dict[str, Any] = {name: typed[name] for name in _FIELDS[step] if name in typed and name not in _PAPER}
    if "number" in _FIELDS[step] and (step != "joins" or typed["number"]):
        body["document"] = {name: typed[name] for name in _PAPER if typed.get(name)}
    try:
        await asked.tell("campaigns", f"/campaigns/{key}/{step}", body, key=form.key)
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        said = {name.rpartition(".")[2]: text for name, text in asked.fields_with_errors(problem).items()}
        known = {name if name in _FIELDS[step] else _FIELDS[step][0]: text for name, text in said.items()}
        return await _show(asked, key, step, form, known or {"": asked.sentence(problem)}, problem.status)
    return asked.go(f"/campaigns/{key}", done=step)


_PAPER: Final = ("number", "issued_on", "title")


def _read(asked: Visit, step: str, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, as the service takes it; the sentences of what cannot be read, by field."""
    typed: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    without_paper = step == "joins" and not form.get("number", "").strip()
    for name in _FIELDS[step]:
        text = form.get(name, "").strip()
        typed[name] = text
        if name == "pack":
            typed[name] = _pack(text)
            wrong |= {} if typed[name] else {name: say(asked.language, "campaigns.unreadable")}
        elif name in _DAYS and (text or name not in _MAY_BE_EMPTY) and not (name == "issued_on" and without_paper):
            try:
                typed[name] = read_day(text).isoformat()
            except NotADay:
                wrong[name] = say(asked.language, "day.malformed")
        elif not text and name in _MAY_BE_EMPTY:
            typed.pop(name)
    return typed, wrong


def _pack(text: str) -> dict[str, Any] | None:
    try:
        pack = yaml.load(text, CoreLoader)  # noqa: S506 - it makes plain values only
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return json.loads(json.dumps(pack, default=str)) if isinstance(pack, dict) else None


async def _show(  # noqa: PLR0917
    asked: Visit, key: UUID, step: str, typed: Form, said: dict[str, str], code: int
) -> Response:
    own = asked.rights.units("/campaigns/{id}/join")
    campaign, named = await asyncio.gather(asked.ask("campaigns", f"/campaigns/{key}"), units(asked, own))
    values = {"happened_on": _shown(asked.today), "pack": _text(campaign), **typed}
    return asked.show(
        "campaign_steps/step.html", code, campaign=campaign, step=step, fields=_FIELDS[step], typed=values, said=said,
        errors=list(said.items()), units=[(each["unit_id"], each["name"]) for each in named.values()],
        optional=_MAY_BE_EMPTY | (set(_PAPER) if step == "joins" else set()),
    )  # fmt: skip


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _text(campaign: Mapping[str, Any]) -> str:
    """What a campaign says now, as the pack to be amended."""
    said = {name: campaign[name] for name in Terms.model_fields if name != "campaign_id"}
    said["relations"] = [{"kind": each["kind"], "code": each["code"]} for each in said["relations"]]
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=120))


PAGE: Final = Page(router)
