"""Endpoints of registry: POST is a command, GET a query."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from chassis.decider import Command
from chassis.problems import Problem, not_found
from chassis.service import Asked
from chassis.web import AcceptedBody, Page, Paging
from contracts.people import PersonDetails
from contracts.registry import Role
from contracts.values import UnitKind
from services.permissions import PERMISSIONS
from services.registry import people, views
from services.registry.domain.person import PERSON, EnrolPerson, GrantRole, RevokeRole
from services.registry.domain.registration import (
    REGISTRATION,
    ConfirmRegistration,
    RegisterTarget,
    RegistrationCommand,
    SubmitRegistration,
)
from services.registry.domain.unit import UNIT, EstablishUnit, unit_id
from services.registry.imports import import_units

router = APIRouter()
MAY = PERMISSIONS["registry"]
ROOT = unit_id("VSS")
Pages = Annotated[Paging, Depends()]


class Imported(Command):
    """How many units an import has established."""

    established: int


class RoleToGrant(Command):
    """A role in a unit, from a day to a day."""

    role: Role
    unit_id: UUID
    since: date
    until: date | None = None


class RoleToRevoke(Command):
    """The role that ends on a day."""

    role: Role
    unit_id: UUID
    on: date


class Kept(Command):
    """A change of the people directory and its position there."""

    person_id: UUID
    position: int


class RegistrationDetail(views.RegistrationView):
    """A registration with its targets and the version that If-Match asks for."""

    version: int
    targets: list[views.TargetView]


@router.post("/units", status_code=201)
async def establish_unit(command: EstablishUnit, asked: Asked) -> AcceptedBody:
    """Establish one unit below a known one."""
    await asked.require(MAY["establish_unit"], ROOT)
    if command.parent_id is None or await views.unit(asked.pool, command.parent_id) is None:
        raise _unit_unknown()
    return await asked.execute(UNIT, unit_id(command.code), command)


@router.post("/units/import", status_code=201)
async def import_units_file(request: Request, asked: Asked) -> Imported:
    """Establish all units of a CSV file, or none when a row is wrong."""
    await asked.require(MAY["import_units_file"], ROOT)
    return Imported(established=await import_units(asked.platform, await request.body(), asked.context()))


@router.get("/units")
async def list_units(
    asked: Asked,
    paging: Pages,
    kind: UnitKind | None = None,
    parent: UUID | None = None,
    code: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Z0-9-]+$")] = None,
) -> Page[views.UnitView]:
    """Units by code."""
    await asked.at_least("units")
    (after,) = paging.key(str) or (None,)
    found = await views.units(asked.pool, after=after, limit=paging.limit + 1, kind=kind, parent=parent, code=code)
    return paging.page(found, lambda unit: (unit.code,))


@router.get("/units/{id}")
async def read_unit(id: UUID, asked: Asked) -> views.UnitView:  # noqa: A002 - the path's name
    """One unit."""
    await asked.at_least("units")
    if (found := await views.unit(asked.pool, id)) is None:
        raise not_found("unit")
    return found


@router.post("/people/{id}/enrol", status_code=201)
async def enrol_person(id: UUID, asked: Asked) -> AcceptedBody:  # noqa: A002
    """Make a person known by an id."""
    await asked.require(MAY["enrol_person"], ROOT)
    return await asked.execute(PERSON, id, EnrolPerson(person_id=id))


@router.post("/people/{id}/roles", status_code=201)
async def grant_role(id: UUID, body: RoleToGrant, asked: Asked) -> AcceptedBody:  # noqa: A002
    """Give a person a role in a unit and those below it."""
    await asked.require(MAY["grant_role"], ROOT)
    if await views.unit(asked.pool, body.unit_id) is None:
        raise _unit_unknown()
    return await asked.execute(PERSON, id, GrantRole(person_id=id, **body.model_dump()))


@router.post("/people/{id}/roles/revoke", status_code=201)
async def revoke_role(id: UUID, body: RoleToRevoke, asked: Asked) -> AcceptedBody:  # noqa: A002
    """End a role."""
    await asked.require(MAY["revoke_role"], ROOT)
    return await asked.execute(PERSON, id, RevokeRole(person_id=id, **body.model_dump()))


@router.put("/people/{id}/details")
async def put_person(id: UUID, details: people.Details, asked: Asked) -> Kept:  # noqa: A002
    """Keep how a person is called and reached; the log of events never sees it."""
    await asked.require(MAY["put_person"], ROOT)
    return Kept(person_id=id, position=await people.put(asked.pool, id, details))


@router.delete("/people/{id}/details")
async def erase_person(id: UUID, asked: Asked) -> Kept:  # noqa: A002
    """Erase a person's details here and, by a tombstone, everywhere."""
    await asked.require(MAY["erase_person"], ROOT)
    return Kept(person_id=id, position=await people.put(asked.pool, id, None))


@router.get("/people/{id}/details")
async def read_person(id: UUID, asked: Asked) -> PersonDetails:  # noqa: A002
    """A person's details; each read is logged."""
    await asked.require(MAY["read_person"], ROOT)
    if (found := await people.read(asked.pool, id, asked.person)) is None:
        raise not_found("person")
    return found


@router.get("/registrations")
async def list_registrations(
    asked: Asked, paging: Pages, campaign_id: UUID | None = None, unit_id: UUID | None = None, status: str | None = None
) -> Page[views.RegistrationView]:
    """Registrations by id."""
    await asked.at_least("registrations")
    (after,) = paging.key(UUID) or (None,)
    found = await views.registrations(
        asked.pool, after=after, limit=paging.limit + 1, campaign=campaign_id, unit=unit_id, status=status
    )
    return paging.page(found, lambda registration: (registration.registration_id,))


@router.get("/registrations/{id}")
async def read_registration(id: UUID, asked: Asked) -> RegistrationDetail:  # noqa: A002
    """A registration with its targets; its ETag is the version to send back as If-Match."""
    await asked.at_least("registrations")
    version, state = await asked.platform.executor.state(REGISTRATION, id)
    if (terms := state.terms) is None:
        raise not_found("registration")
    asked.response.headers["ETag"] = f'"{version}"'
    status = "confirmed" if state.confirmed else "submitted" if state.submitted else "open"
    return RegistrationDetail(
        registration_id=id,
        campaign_id=terms.campaign_id,
        unit_id=terms.unit_id,
        status=status,
        late=None,
        version=version,
        targets=await views.targets(asked.pool, id),
    )


@router.post("/registrations/{id}/targets", status_code=201)
async def register_target(id: UUID, command: RegisterTarget, asked: Asked) -> AcceptedBody:  # noqa: A002
    """Pledge a value for one indicator and year."""
    return await _on_registration(asked, id, command, MAY["register_target"])


@router.post("/registrations/{id}/submit", status_code=201)
async def submit_registration(id: UUID, asked: Asked) -> AcceptedBody:  # noqa: A002
    """Send the registration in."""
    return await _on_registration(asked, id, SubmitRegistration(), MAY["submit_registration"])


@router.post("/registrations/{id}/confirm", status_code=201)
async def confirm_registration(id: UUID, asked: Asked) -> AcceptedBody:  # noqa: A002
    """Make the targets official."""
    return await _on_registration(asked, id, ConfirmRegistration(), MAY["confirm_registration"])


async def _on_registration(
    asked: Asked, key: UUID, command: RegistrationCommand, roles: frozenset[Role]
) -> AcceptedBody:
    _, state = await asked.platform.executor.state(REGISTRATION, key)
    if state.terms is None:
        raise not_found("registration")
    await asked.require(roles, state.terms.unit_id)
    return await asked.execute(REGISTRATION, key, command)


def _unit_unknown() -> Problem:
    return Problem(
        422,
        "unit-unknown",
        "Không có đơn vị này; hãy chọn một đơn vị trong danh sách.",
        "There is no such unit; choose one from the list.",
    )
