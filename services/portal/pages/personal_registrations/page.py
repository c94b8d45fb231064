"""Đăng ký của cá nhân: who of a unit has registered and who has not, entered and confirmed for a whole unit at once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from services.portal.pages.personal_registrations.entries import (
    Line,
    body,
    difference,
    filled,
    lines,
    refused,
    spread,
)
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, choices, take
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

router = page_router()
_WRITES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
_HEADS: Final = frozenset({Role.UNIT_HEAD})
_SEES: Final = _WRITES | {Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.AUDITOR}
_SHOWN: Final = frozenset({403, 404, 409, 412, 422})
_NAMES: Final = 200
_WORDS: Final = (Ask("target", "area"), Ask("solution", "area"))
STEPS: Final = {
    "rewrite_personal": Step("words", _WORDS),
    "return_personal": Step("return", (Ask("reason", "area"),)),
    "confirm_personal": Step("confirm"),
    "withdraw_personal": Step("withdraw"),
}
MINE: Final = (Ask("campaign_id", "campaign"), *_WORDS)
_DONE: Final = frozenset({"entered", "confirmed", "registered", "withdrawn", *STEPS})


@router.get("/personal-registrations")
@asks(may=_SEES, where=ANYWHERE, reads=())
@leads_to("GET registry /personal-registrations")
async def show_roster(asked: Visit, campaign: UUID | None = None, unit: UUID | None = None, done: str = "") -> Response:
    """The people of a unit for a campaign: what each has registered, and lines for those who have not."""
    typed = await asked.draft()
    if (typed.get("campaign"), typed.get("unit")) != (str(campaign), str(unit)):  # of another unit, or drive
        typed, asked.restored = Form(), False
    return await _roster(asked, campaign, unit, typed, {}, done=done)


@router.post("/personal-registrations")
@tells(may=_WRITES, where=ANYWHERE)
@leads_to("POST registry /personal-registrations")
async def enter(asked: Visit) -> Response:
    """Enter what was typed, all of it or nothing; or put a pasted block beside the names."""
    form = await asked.form()
    campaign, unit = _id(form.get("campaign", "")), _id(form.get("unit", ""))
    if campaign is None or unit is None:
        return asked.go("/personal-registrations")
    people = await _people(asked, campaign, unit)
    if form.get("do") == "paste":
        found, unknown = spread(form.get("block", ""), people[1])
        wrong = {"block": say(asked.language, "personal.no_such_person", names="; ".join(unknown))} if unknown else {}
        return await _roster(asked, campaign, unit, Form({**form, **found}), wrong, people=people)
    sent = body(people[1], form)
    if not sent:
        wrong = {"": say(asked.language, "personal.nothing_typed")}
        return await _roster(asked, campaign, unit, form, wrong, people=people)
    told = {"campaign_id": str(campaign), "unit_id": str(unit), "lines": sent}
    try:
        await asked.tell("registry", "/personal-registrations", told, key=form.key)
    except Problem as problem:
        if problem.status not in _SHOWN:
            raise
        said = refused(sent, asked.fields_with_errors(problem)) or {"": asked.sentence(problem)}
        return await _roster(asked, campaign, unit, form, said, people=people)
    return asked.go("/personal-registrations", campaign=campaign, unit=unit, done="entered")


@router.post("/personal-confirmations")
@tells(may=_HEADS, where=ANYWHERE)
@leads_to("POST registry /personal-confirmations")
async def confirm(asked: Visit) -> Response:
    """Confirm those that were ticked, as they were seen."""
    form = await asked.form()
    campaign, unit = _id(form.get("campaign", "")), _id(form.get("unit", ""))
    if campaign is None or unit is None:
        return asked.go("/personal-registrations")
    ticked = [
        {"registration_id": name.removeprefix("c-"), "revision": int(seen)}
        for name, seen in form.items()
        if name.startswith("c-") and seen.isascii() and seen.isdigit()
    ]
    if not ticked:
        return await _roster(asked, campaign, unit, form, {"": say(asked.language, "personal.nothing_ticked")})
    told = {"unit_id": str(unit), "confirmed": ticked}
    try:
        await asked.tell("registry", "/personal-confirmations", told, key=form.key)
    except Problem as problem:
        if problem.status not in _SHOWN:
            raise
        found = asked.fields_with_errors(problem)
        said = {
            f"c-{ticked[int(place)]['registration_id']}": sentence
            for path, sentence in found.items()
            if (place := path.partition(".")[2]).isdigit()
        }
        return await _roster(asked, campaign, unit, form, said or {"": asked.sentence(problem)})
    return asked.go("/personal-registrations", campaign=campaign, unit=unit, done="confirmed")


async def _people(asked: Visit, campaign: UUID, unit: UUID) -> tuple[Mapping[str, Any], list[Line]]:
    roster = await asked.ask("registry", "/personal-rosters", campaign_id=campaign, unit_id=unit)
    names = await _named(asked, [each["person_id"] for each in roster["lines"]])
    return roster, lines(roster, names, say(asked.language, "people.unnamed"))


async def _named(asked: Visit, people: Sequence[str]) -> Mapping[str, str]:
    ids = [UUID(each) for each in people]
    found: dict[str, str] = {}
    for start in range(0, len(ids), _NAMES):
        found |= await people_names(asked, ids[start : start + _NAMES])
    return found


async def _roster(  # noqa: PLR0917 - what a page shows
    asked: Visit, campaign: UUID | None, unit: UUID | None, typed: Form, wrong: Mapping[str, str], done: str = "",
    people: tuple[Mapping[str, Any], list[Line]] | None = None,
) -> Response:  # fmt: skip
    offered = await choices(asked, "/personal-registrations")
    if campaign is None or unit is None:
        nothing = dict.fromkeys(("campaign", "unit", "done"), "")
        return asked.show("personal_registrations/list.html", choices=offered, roster=None, **nothing)
    roster, found = people or await _people(asked, campaign, unit)
    shown = filled(found, typed, wrong)
    named, drives = await asyncio.gather(
        units(asked, [unit, *(each["unit_id"] for each in roster["below"])]), codes(asked.pool, [str(campaign)])
    )
    own = [*offered.own, *([] if str(unit) in dict(offered.own) else [(str(unit), named[str(unit)]["name"])])]
    return asked.show(
        "personal_registrations/list.html", 422 if wrong else 200, choices=offered, own=own, roster=roster,
        lines=shown, units=named, unit=str(unit), campaign=str(campaign), code=drives.get(str(campaign), ""),
        typed=typed, said=wrong, errors=list(wrong.items()), done=done if done in _DONE else "",
        entering=roster["writes"] and _may_register(roster, asked) and any(line.open for line in shown),
        confirming=roster["confirms"] and any(line.each["status"] == "waiting" for line in shown),
    )  # fmt: skip


def _may_register(roster: Mapping[str, Any], asked: Visit) -> bool:
    return bool(roster["asked"]) and asked.today.isoformat() < roster["closes"]


@router.get("/personal-registrations/{id}")
@asks(may=_SEES, where=THERE, reads=())
@leads_to("GET registry /personal-registrations/{id}")
async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One person's registration, its versions and the steps that are open."""
    return await _one(asked, id, await asked.draft(), Taken(), done)


@router.post("/personal-registrations/{id}")
@tells(may=_WRITES, where=THERE)
@leads_to(*(f"POST registry /personal-registrations/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/personal-registrations/{id}")
    step = STEPS[name]
    taken = await take(asked, "registry", f"/personal-registrations/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _one(asked, id, form, taken, "")
    return asked.go(f"/personal-registrations/{id}", done=name)


async def _one(asked: Visit, key: UUID, typed: Form, taken: Taken, done: str) -> Response:
    thing: dict[str, Any] = await asked.ask("registry", f"/personal-registrations/{key}")
    people = [thing["person_id"], *([thing["writer_id"]] if thing["writer_id"] else [])]
    names, named, drives = await asyncio.gather(
        _named(asked, people), units(asked, [thing["unit_id"]]), codes(asked.pool, [thing["campaign_id"]])
    )
    last = thing["versions"][-1]
    stands = {f"rewrite_personal-{name}": last[name] or "" for name in ("target", "solution")}
    changes = [
        (now["revision"], [(name, difference(was[name] or "", now[name] or "")) for name in ("target", "solution")])
        for was, now in zip(thing["versions"], thing["versions"][1:], strict=False)
    ]
    return asked.show(
        "personal_registrations/one.html", taken.status, thing=thing, last=last, names=names,
        unit=named[thing["unit_id"]], code=drives.get(thing["campaign_id"], ""), typed={**stands, **typed},
        said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS, changes=changes[::-1],
        done=done if done in _DONE else "",
    )  # fmt: skip


@router.get("/my-registrations")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /my-registrations")
async def show_mine(asked: Visit, done: str = "") -> Response:
    """What I have registered, or others for me; and the form of another one."""
    return await _mine(asked, await asked.draft(), Taken(), done)


@router.post("/my-registrations")
@tells(may=EVERY_ROLE, where=ANYWHERE)
@leads_to("POST registry /my-registrations", "POST registry /my-withdrawals")
async def change_mine(asked: Visit) -> Response:
    """Register, say it anew, or take it back."""
    form = await asked.form()
    if form.get("do") == "withdraw":
        taken = await take(asked, "registry", "/my-withdrawals", MINE[:1])
    else:
        taken = await take(asked, "registry", "/my-registrations", MINE)
    if taken.wrong:
        return await _mine(asked, form, taken, "")
    return asked.go("/my-registrations", done="withdrawn" if form.get("do") == "withdraw" else "registered")


async def _mine(asked: Visit, typed: Form, taken: Taken, done: str) -> Response:
    found = await asked.ask("registry", "/my-registrations")
    offered, named, drives = await asyncio.gather(
        choices(asked, "/my-registrations"),
        units(asked, [each["unit_id"] for each in found]),
        codes(asked.pool, [each["campaign_id"] for each in found]),
    )
    return asked.show(
        "personal_registrations/mine.html", taken.status, found=found, units=named, campaigns=drives, asks=MINE,
        choices=offered, typed=typed, said=taken.wrong, errors=list(taken.wrong.items()),
        done=done if done in _DONE else "",
    )  # fmt: skip


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


_WAITS: Final = ("confirm_persons", "confirm_persons_below", "mend_persons")
PAGE: Final = Page(router, menu=[Entry("/personal-registrations", "personal_registrations", "campaigns", 1, _WAITS)])
