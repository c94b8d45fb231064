"""Giao ký: who signs papers of a unit for its head, in which capacity; a new delegation, and its end."""

from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.organisation.signing import HEADS
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from contracts.values import DocumentKind, SigningCapacity
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import of_my_units, people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_ENDS: Final = HEADS | {Role.COUNCIL_CHAIR}
_DELEGATES: Final = _ENDS | {Role.DEPUTY, Role.SECTOR_LEADER, Role.EMULATION_DEPARTMENT}
_REFUSED: Final = frozenset({403, 409, 412, 422})
_DAYS: Final = ("since", "until", "basis_on")
_SIGNERS: Final = (
    Role.DEPUTY, Role.SECTOR_LEADER, Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT, Role.UNIT_HEAD,
    Role.OFFICER, Role.COUNCIL_VICE_CHAIR, Role.COUNCIL_STANDING_MEMBER,
)  # fmt: skip
_NEAR: Final = """
    select u.unit_id, u.code, u.name from organisation_units u
    where u.until is null and (u.unit_id = any($1::uuid[]) or u.parent_id = any($1::uuid[]))
    order by u.unit_id = any($1::uuid[]) desc, u.code limit 200
"""
_WHO: Final = """
    select distinct g.person_id, g.role, u.code, u.name
    from organisation_roles g join organisation_units u using (unit_id)
    where (u.unit_id = any($1::uuid[]) or u.parent_id = any($1::uuid[])) and g.role = any($2::text[])
    and g.person_id <> $3 and (g.until is null or g.until >= $4)
    and not exists (
        select from organisation_revocations r
        where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
        and r.revoked_on > g.since and r.revoked_on <= $4
    )
    order by u.code, g.role, g.person_id limit 200
"""


@router.get("/signing")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /signing-delegations")
async def show_delegations(asked: Visit, after: UUID | None = None) -> Response:
    """Who signs for whom in the units of this person, and below them."""
    found, following = await of_my_units(asked, "registry", "/signing-delegations", after=after)
    people = {UUID(each[name]) for each in found for name in ("principal_id", "signer_id")}
    return asked.show(
        "signing/list.html", found=found, next=following, names=await people_names(asked, people),
        units=await units(asked, [each["unit_id"] for each in found]),
    )  # fmt: skip


@router.get("/signing/new")
@asks(may=_DELEGATES, where=ANYWHERE, reads=())
@leads_to("POST registry /signing-delegations")
async def show_new(asked: Visit) -> Response:
    """Whom somebody lets sign, for which papers, from when to when."""
    return await _new(asked, await asked.draft(), {}, 200)


@router.post("/signing/new")
@tells(may=_DELEGATES, where=ANYWHERE)
@leads_to("POST registry /signing-delegations")
async def delegate(asked: Visit) -> Response:
    """Let somebody sign."""
    form = await asked.form()
    body: dict[str, Any] = {
        "unit_id": form.get("unit", ""), "signer_id": form.get("signer", ""), "capacity": form.get("capacity", ""),
        "basis": form.get("basis", "").strip(),
        "kinds": [kind.value for kind in DocumentKind if form.get(f"kind-{kind.value}")],
    }  # fmt: skip
    for name in _DAYS:
        if typed := form.get(name, "").strip():
            try:
                body[name] = read_day(typed).isoformat()
            except NotADay:
                return await _new(asked, form, {name: say(asked.language, "day.malformed")}, 422)
    try:
        told = await asked.tell("registry", "/signing-delegations", body, key=form.key)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        named = {"unit_id": "unit", "signer_id": "signer"}
        wrong = {named.get(field, field): text for field, text in asked.fields_with_errors(problem).items()}
        return await _new(asked, form, wrong or {"": asked.sentence(problem)}, problem.status)
    return asked.go(f"/signing/{told['id']}", done="delegated")


@router.get("/signing/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET registry /signing-delegations/{id}")
async def show_delegation(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One delegation: who signs what for whom, on which paper it rests, and its end."""
    return await _show(asked, id, {}, 200, done)


@router.post("/signing/{id}")
@tells(may=_ENDS, where=THERE)
@leads_to("POST registry /signing-delegations/{id}/end")
async def end(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """End a delegation as of a day."""
    form = await asked.form()
    try:
        typed = form.get("on", "").strip()
        body = {"on": read_day(typed).isoformat()} if typed else {}
        await asked.tell("registry", f"/signing-delegations/{id}/end", body, key=form.key)
    except NotADay:
        return await _show(asked, id, {"on": say(asked.language, "day.malformed")}, 422, "")
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        wrong = asked.fields_with_errors(problem)
        return await _show(asked, id, wrong or {"": asked.sentence(problem)}, problem.status, "")
    return asked.go(f"/signing/{id}", done="ended")


async def _show(asked: Visit, key: UUID, said: dict[str, str], status: int, done: str) -> Response:
    found = await asked.ask("registry", f"/signing-delegations/{key}")
    delegation = found["delegation"]
    names = await people_names(asked, [UUID(delegation[name]) for name in ("principal_id", "signer_id")])
    return asked.show(
        "signing/one.html", status, each=delegation, names=names, said=said, errors=list(said.items()),
        unit=(await units(asked, [delegation["unit_id"]]))[delegation["unit_id"]], steps=found["actions"],
        actions={action["name"]: action for action in found["actions"]},
        done=done if done in {"delegated", "ended"} else "",
    )  # fmt: skip


async def _new(asked: Visit, typed: Form, said: dict[str, str], status: int) -> Response:
    own = asked.rights.units("/signing/new")
    places = await asked.pool.fetch(_NEAR, own)
    who = await asked.pool.fetch(_WHO, own, [role.value for role in _SIGNERS], asked.person, asked.today)
    return asked.show(
        "signing/new.html", status, places=places, who=who, typed=typed, said=said, errors=list(said.items()),
        names=await people_names(asked, [row["person_id"] for row in who]), kinds=[kind.value for kind in DocumentKind],
        capacities=[each.value for each in SigningCapacity if each is not SigningCapacity.DIRECT],
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/signing", "signing", "organisation", 4)])
