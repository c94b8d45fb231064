"""Người và vai trò: who holds which role, one person's details by right, and oneself with who has looked."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, takes_up_to, tells
from contracts.registry import Backdating, Role
from services.portal.pages.people import work
from services.portal.pages.people.queries import held, waiting_for
from services.portal.pages.people.rows import LEARNS
from services.portal.pages.people.told import told
from services.portal.shell.bringing import Bringing, take_out
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import TOLD_TOO_LARGE, Form, form_name
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to
from services.portal.shell.services import Away
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

router = work.router  # one page of two modules
_KEEPERS: Final = frozenset({Role.EMULATION_DEPARTMENT})
_READERS: Final = _KEEPERS | {Role.AUDITOR}
_NOT_SHOWN: Final = frozenset({403, 404})
_REFUSED: Final = frozenset({403, 404, 409, 412, 422})
_CLOSES: Final = frozenset({"confirm", "decline", "withdraw"})
_OVER: Final = 20
"""How many proposals that wait no longer are shown."""

_BRINGING: Final = Bringing("/people/import", "people/import.html", "/people/import/trials", "people.trial")
_FILES: Final[dict[str, Any]] = {"noun": "people", "back": "/people", "export": "/people/exports"}
_TEXTS: Final = ("full_name", "phone", "email")
_UNITS: Final = "select unit_id, code, name from organisation_units where until is null order by code limit 2000"


@router.get("/people")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /people/{id}/details")
async def show_people(asked: Visit) -> Response:
    """Who holds which role."""
    roles = await held(asked.pool, asked.rights.units("/people"), asked.today)
    names = await people_names(asked, [each.person_id for each in roles])
    return asked.show("people/list.html", roles=roles, names=names)


@router.get("/people/import")
@asks(may=_KEEPERS, where=AT_ROOT, reads=())
@leads_to("POST registry /people/import/trials")
async def show_import(asked: Visit, job: UUID | None = None) -> Response:
    """Where a file of persons is chosen, or all are written into one; with a `job`, what came of it."""
    return await _BRINGING.show(asked, job, **_FILES)


@router.post("/people/import")
@takes_up_to(TOLD_TOO_LARGE)
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to("POST registry /people/import/trials", "POST registry /people/import/trials/{id}/import")
async def bring(asked: Visit) -> Response:
    """Have a file of persons tried, or, once it was tried, imported."""
    return await _BRINGING.bring(asked, **_FILES)


@router.post("/people/exports")
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to("POST registry /people/exports")
async def take_people_out(asked: Visit) -> Response:
    """Have who works here today written into a file, which the import reads again."""
    return await take_out(asked, "/people/exports")


@router.post("/people")
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to("POST registry /people/{id}/enrol")
async def enrol(asked: Visit) -> Response:
    """Make a new person known, by a new id."""
    form = await asked.form()
    key = form.key if "key" in form else uuid4()
    await asked.tell("registry", f"/people/{key}/enrol", key=form.key)
    return asked.go(f"/people/{key}", done="enrolled")


@router.get("/people/me")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /people/me")
async def show_me(asked: Visit) -> Response:
    """My own details, my roles, and who has looked at me."""
    found = await asked.ask("registry", "/people/me")
    roles = await held(asked.pool, asked.rights.units("/people/me"), asked.today, asked.person)
    names = await people_names(asked, [UUID(each["reader_id"]) for each in found["reads"]])
    return asked.show("people/me.html", found=found, roles=roles, names=names)


@router.get("/people/proposals")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /proposals")
async def show_proposals(asked: Visit, done: str = "") -> Response:
    """Proposed roles: those that wait for a second person, and what became of others."""
    return await _proposals(asked, "", done)


@router.post("/people/proposals/{id}")
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to(
    "POST registry /proposals/{id}/confirm",
    "POST registry /proposals/{id}/decline",
    "POST registry /proposals/{id}/withdraw",
)
async def close_proposal(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Confirm or decline what another has proposed, or take back what one has proposed oneself."""
    form = await asked.form()
    if (step := form.get("do", "")) in _CLOSES:
        try:
            await asked.tell("registry", f"/proposals/{id}/{step}", key=form.key)
        except Problem as problem:
            if problem.status not in _REFUSED:
                raise
            return await _proposals(asked, asked.sentence(problem), "")
    return asked.go("/people/proposals", done=step)


async def _proposals(asked: Visit, refused: str, done: str) -> Response:
    found = await asked.ask("registry", "/proposals")
    waits = [each for each in found if each["status"] == "waiting" and each["lapses_after"] >= asked.today.isoformat()]
    over = [each for each in found if each not in waits][:_OVER]
    shown = [*waits, *over]
    people = [UUID(each[name]) for each in shown for name in ("person_id", "proposed_by", "closed_by") if each[name]]
    names, places = await asyncio.gather(people_names(asked, people), units(asked, [each["unit_id"] for each in shown]))
    return asked.show(
        "people/proposals.html", 422 if refused else 200, waits=waits, over=over, names=names, units=places,
        errors=[("", refused)] if refused else [], done=done if done in _CLOSES else "",
    )  # fmt: skip


@router.get("/people/conflicts")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /people/conflicts", "GET registry /administrators")
async def show_conflicts(asked: Visit) -> Response:
    """Whose roles do not go together, and who gives roles, from when to when."""
    found, administrators = await asyncio.gather(
        asked.ask("registry", "/people/conflicts"), asked.ask("registry", "/administrators")
    )
    people = [UUID(each["person_id"]) for each in (*found, *administrators["administrators"])]
    names, places = await asyncio.gather(
        people_names(asked, people), units(asked, [unit for each in found for unit in each["units"]])
    )
    return asked.show(
        "people/conflicts.html", found=found, administrators=administrators, names=names, units=places
    )  # fmt: skip


@router.get("/people/{id}")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /people/{id}/details")
async def show_person(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One person: work, roles and what has happened, and details for who may see them; that somebody looked is kept."""
    return await _show(asked, id, await asked.draft(), {}, done)


@router.post("/people/{id}")
@tells(may=_KEEPERS, where=AT_ROOT)
@leads_to(
    "PUT registry /people/{id}/details",
    "DELETE registry /people/{id}/details",
    "POST registry /people/{id}/roles",
    "POST registry /people/{id}/roles/revoke",
)
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Keep or erase details, grant or end a role."""
    form = await asked.form()
    wanted = form.get("do", "")
    try:
        match wanted:
            case "keep":
                body = _days(form, "birth_date")
                body |= {name: text for name in _TEXTS if (text := form.get(name, "").strip())}
                await asked.tell("registry", f"/people/{id}/details", body, key=form.key, method="PUT")
            case "erase":
                await asked.tell("registry", f"/people/{id}/details", key=form.key, method="DELETE")
                await asked.shell.sessions.forget(id, form_name(f"/people/{id}"))
            case "grant":
                told = await asked.tell("registry", f"/people/{id}/roles", _grant(form), key=form.key)
                wanted = "propose" if "lapses_after" in told else wanted
            case "revoke":
                role, unit, since = [*form.get("held", "").split("@"), "", ""][:3]
                on = max(asked.today, read_day(since))  # one that is to come is cancelled, and no other
                body = {"role": role, "unit_id": unit, "on": on.isoformat()}
                await asked.tell("registry", f"/people/{id}/roles/revoke", body, key=form.key)
            case _:
                return asked.go(f"/people/{id}")
    except NotADay as wrong:
        return await _show(asked, id, form, {str(wrong): say(asked.language, "day.malformed")}, "")
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        said = asked.fields_with_errors(problem) or {"": asked.sentence(problem)}
        return await _show(asked, id, form, said, "")
    return asked.go(f"/people/{id}", done=wanted)


@router.get("/people/{id}/erase")
@asks(may=_KEEPERS, where=AT_ROOT, reads=())
@leads_to("DELETE registry /people/{id}/details")
async def ask_before(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """What an erasure does, before it is done."""
    names = await people_names(asked, [id])
    return asked.show("people/erase.html", key_of=id, name=names.get(str(id), ""))


def _grant(form: Form) -> dict[str, Any]:
    more = {name: typed for name in ("reason", "document") if (typed := form.get(name, "").strip())}
    return {"role": form.get("role", ""), "unit_id": form.get("unit", ""), **_days(form, "since", "until"), **more}


def _days(form: Form, *names: str) -> dict[str, str]:
    """The days of these fields that were typed; raises NotADay with the field's name."""
    found = {}
    for name in names:
        if typed := form.get(name, "").strip():
            try:
                found[name] = read_day(typed).isoformat()
            except NotADay:
                raise NotADay(name) from None
    return found


async def _show(asked: Visit, key: UUID, typed: Form, said: dict[str, str], done: str) -> Response:
    details: dict[str, Any] | None = None
    try:
        details = await asked.ask("registry", f"/people/{key}/details")
    except Problem as problem:
        if problem.status not in _NOT_SHOWN:
            raise
    name = details["full_name"] if details else (await people_names(asked, [key])).get(str(key), "")
    roles = await held(asked.pool, asked.rights.units("/people"), asked.today, key)
    registered, record, exemplars = await asyncio.gather(
        asked.pages("registry", "/personal-registrations", person_id=key),
        work.record(asked, key),
        _exemplars(asked, key),
    )
    named, campaigns, joined = await asyncio.gather(
        units(asked, _places(record)),
        codes(asked.pool, [each["campaign_id"] for each in registered]),
        people_names(asked, [UUID(record["into_id"])] if record["into_id"] else []),
    )
    choices = await asked.pool.fetch(_UNITS) if asked.rights.open("/people/{id}", "POST") else []
    return asked.show(
        "people/one.html", 422 if said else 200, id=key, details=details, name=name, roles=roles,
        typed=typed, said=said, errors=list(said.items()), done=done if done in _DONE else "", choices=choices,
        every_role=[role.value for role in Role], reasons=[reason.value for reason in Backdating],
        waiting=await waiting_for(asked.pool, key, asked.today), record=record, units=named, joined=joined,
        told=told(
            record["facts"], registered, exemplars, units=named, campaigns=campaigns, language=asked.language
        ), most=_TOLD,
        steps=work.offered(record, asked.today.isoformat()), taken=done if done in work.STEPS else "",
    )  # fmt: skip


def _places(record: Mapping[str, Any]) -> list[str]:
    """The units that stand in a person's record."""
    found = [each["unit_id"] for each in (*record["stays"], *record["posts"])]
    return [*found, *(unit for each in record["facts"] if (unit := each["data"].get("unit_id")))]


async def _exemplars(asked: Visit, key: UUID) -> list[dict[str, Any]]:
    """What this person is an exemplar of; nothing while campaigns is away."""
    try:
        return await asked.pages("campaigns", "/exemplars", person_id=key)
    except Away:
        return []


_DONE: Final = frozenset({"enrolled", "keep", "erase", "grant", "propose", "revoke"})
_TOLD: Final = 20
"""How much of what has happened is shown at once."""


PAGE: Final = Page(router, menu=[Entry("/people", "people", "organisation")], learns=LEARNS)
