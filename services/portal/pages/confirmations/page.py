"""Xác nhận của Ban Chỉ đạo địa phương: entered by a unit with its document, judged by the department. Source: A6."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from contracts.campaigns import ConfirmationFinding
from contracts.registry import Role
from services.portal.shell.choosing import Wanted, choose
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, body_of
from services.portal.shell.things import Things, pages_of
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import goals

router = page_router()
_NEW: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_CHANGE: Final = _NEW | {Role.EMULATION_DEPARTMENT}
_REFUSED: Final = frozenset({403, 409, 422})
STATES: Final = ("waiting", "sufficient", "insufficient", "withdrawn")
PAPER: Final = ("number", "issued_on")
NEW: Final = (
    Ask("unit_id", "own"),
    Ask("criterion"),
    Ask("year", "whole", required=False),
    Ask("committee"),
    Ask("what", "area"),
    Ask("number"),
    Ask("issued_on", "day"),
    Ask("evidence", "hash"),
)
STEPS: Final = {
    "judge_confirmation": Step(
        "judgement", (Ask("finding", "choice", options=tuple(ConfirmationFinding)), Ask("reason", "area"))
    ),
    "withdraw_confirmation": Step("withdrawal", (Ask("reason", "area"),)),
}


@dataclass(frozen=True, slots=True)
class _Confirmations(Things):
    """A new one is about a criterion of a campaign, which is chosen before it."""

    async def form(self, asked: Visit, typed: Form, taken: Taken) -> Response:
        """The form of a new one, with the criteria and the years of the campaign that the address or the form names."""
        chosen = await choose(asked, Wanted(campaign=asked.query_params.get("campaign") or typed.get("campaign", "")))
        of_it = chosen.goals if chosen else ()
        own = await units(asked, asked.rights.units("/confirmations/new"))
        return self._show(
            asked, "new", typed, taken, asks=NEW, chosen=chosen,
            own=sorted(((key, unit["name"]) for key, unit in own.items()), key=lambda each: str(each[1])),
            criteria=list({each.indicator: (each.indicator, each.name) for each in of_it}.values()),
            years=sorted({each.year for each in of_it}),
        )  # fmt: skip

    async def add(self, asked: Visit) -> Response:
        """Enter a new one."""
        form = await asked.form()
        body, wrong = body_of(form, self.new, "", asked.language)
        taken = Taken(wrong, 422) if wrong else await _told(asked, form, body)
        if taken.wrong:
            return await self.form(asked, form, taken)
        return asked.go(f"/confirmations/{taken.told['id']}", done="new")


async def _told(asked: Visit, form: Form, body: Mapping[str, Any]) -> Taken:
    said = {name: value for name, value in body.items() if name not in PAPER}
    said |= {"campaign_id": form.get("campaign", ""), "document": {name: body[name] for name in PAPER}}
    try:
        return Taken(told=await asked.tell("campaigns", "/confirmations", said, key=form.key))
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        named = {name.rpartition(".")[2]: text for name, text in asked.fields_with_errors(problem).items()}
        return Taken(named or {"": asked.sentence(problem)}, problem.status)


async def _beside(asked: Visit, thing: Mapping[str, Any]) -> Mapping[str, Any]:
    """What criteria are called, and whether a file that was chosen is the one whose hash was entered."""
    held = "".join(asked.query_params.get("held", "").split()).lower()
    return {
        "criteria": {each.indicator: each.name for each in await goals(asked.pool, UUID(thing["campaign_id"]))},
        "same": None if not held else held == thing["evidence"],
    }


THINGS: Final = _Confirmations("confirmations", "confirmation_id", NEW, STEPS, _beside)


@router.get("/confirmations")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /confirmations")
async def show_list(asked: Visit, state: str = "", campaign: str = "", after: UUID | None = None) -> Response:
    """Those of the units in which this person holds a role; of all, for who holds one at the top."""
    state = state if state in STATES else ""
    of = campaign if _is_id(campaign) else ""
    narrowed = {"state": state or None, "campaign_id": of or None}
    return await THINGS.listed(asked, after, narrowed=narrowed, state=state, of=of, states=STATES)


def _is_id(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False


pages_of(router, THINGS, new=_NEW, change=_CHANGE)
PAGE: Final = Page(router, menu=[Entry("/confirmations", "confirmations", "campaigns", 3, waits=("judge",))])
