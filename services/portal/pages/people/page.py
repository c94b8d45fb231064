"""Người và vai trò: who holds which role, one person's details by right, and oneself with who has looked."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from services.portal.pages.people.queries import held
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form, form_name
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import people_names
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_KEEPERS: Final = frozenset({Role.EMULATION_DEPARTMENT})
_READERS: Final = _KEEPERS | {Role.AUDITOR}
_NOT_SHOWN: Final = frozenset({403, 404})
_REFUSED: Final = frozenset({403, 404, 409, 412, 422})
_TEXTS: Final = ("full_name", "phone", "email")
_UNITS: Final = "select unit_id, code, name from organisation_units order by code limit 2000"


@router.get("/people")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /people/{id}/details")
async def show_people(asked: Visit) -> Response:
    """Who holds which role."""
    roles = await held(asked.pool, asked.rights.units("/people"), asked.today)
    names = await people_names(asked, [each.person_id for each in roles])
    return asked.show("people/list.html", roles=roles, names=names)


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


@router.get("/people/{id}")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET registry /people/{id}/details")
async def show_person(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One person: roles, and details for who may see them."""
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
                await asked.tell("registry", f"/people/{id}/roles", _grant(form), key=form.key)
            case "revoke":
                role, unit, since = [*form.get("held", "").split("@"), "", ""][:3]
                on = max(asked.today, read_day(since) + timedelta(days=1))  # one day at least
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
    return {"role": form.get("role", ""), "unit_id": form.get("unit", ""), **_days(form, "since", "until")}


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
    choices = await asked.pool.fetch(_UNITS) if asked.rights.open("/people/{id}", "POST") else []
    return asked.show(
        "people/one.html", 422 if said else 200, id=key, details=details, name=name, roles=roles,
        typed=typed, said=said, errors=list(said.items()), done=done if done in _DONE else "", choices=choices,
        every_role=[role.value for role in Role],
    )  # fmt: skip


_DONE: Final = frozenset({"enrolled", "keep", "erase", "grant", "revoke"})


PAGE: Final = Page(router, menu=[Entry("/people", "people", "organisation")])
