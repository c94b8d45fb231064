"""Endpoints of registry for units and registrations: POST is a command, GET a query."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel

from chassis.clock import business_date
from chassis.decider import Command
from chassis.kinds import Day
from chassis.problem import Problem, not_found
from chassis.web import Answer, Asked, Page, Paging, asked_router, takes_up_to
from chassis.web_input import FieldError
from contracts.registry import RegistrationOpened, Role
from contracts.values import Target, UnitKind
from services.permissions import PERMISSIONS
from services.registry import views
from services.registry.domain.registration import (
    REGISTRATION,
    ConfirmRegistration,
    RegisterTarget,
    RegistrationCommand,
    SubmitRegistration,
    targets,
)
from services.registry.domain.unit import UNIT, Code, CorrectUnitName, EstablishUnit, Name, unit_id
from services.registry.domain.unit_import import MAX_BYTES, PLAIN_FORM, ImportRefused
from services.registry.imports import import_units

router = asked_router(tags=["registry"])
MAY: Final = PERMISSIONS["registry"]
Pages = Annotated[Paging, Depends()]
_FILE: Final = """\
code,name,kind,parent,established_on
VSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16
P01,Bảo hiểm xã hội thành phố Hà Nội,provincial,VSS,2024-11-10
"""
_CSV: Final = {
    "requestBody": {
        "description": "UTF-8, at most 100,000 units. A file of the pattern's form is read for certain; so are, unless "
        "they look damaged, all Vietnamese names, any order of columns, semicolons, tabs, quotation marks, blank rows.",
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "pattern": PLAIN_FORM}, "example": _FILE}},
    }
}


class UnitToEstablish(Command):
    """A unit, directly below a known one."""

    code: Code
    name: Name
    kind: UnitKind
    parent_id: UUID
    established_on: Day


class Imported(BaseModel):
    """How many units an import has established, and the position that queries may ask for."""

    established: int
    position: int


class RegistrationDetail(BaseModel):
    """A registration with its terms and targets; `version` is what If-Match asks for."""

    registration_id: UUID
    version: int
    status: views.Status
    late: bool | None
    terms: RegistrationOpened
    targets: list[Target]


@router.post("/units", status_code=201)
async def establish_unit(body: UnitToEstablish, asked: Asked) -> Answer:
    """Establish one unit below a known one."""
    top = await asked.root()
    await asked.require(MAY["establish_unit"], top)
    above = await views.unit(asked.pool, body.parent_id)
    command = EstablishUnit(**body.model_dump(), parent_kind=None if above is None else above.kind, root_id=top)
    return await asked.execute(UNIT, unit_id(body.code), command)


@router.post("/units/{id}/name-correction", status_code=201)
async def correct_unit_name(id: UUID, command: CorrectUnitName, asked: Asked) -> Answer:  # noqa: A002 - the path's name
    """Put a unit's name right that was entered wrong; it holds from the unit's first day."""
    await asked.require(MAY["correct_unit_name"], await asked.root())
    if (await asked.platform.executor.known(UNIT, id)).established is None:
        raise not_found()
    return await asked.execute(UNIT, id, command)


@router.post("/units/import", status_code=201, openapi_extra=_CSV)
@takes_up_to(MAX_BYTES)
async def import_units_file(asked: Asked, *, names_are_meant: bool = False) -> Imported:
    """Establish all units of a CSV file (UTF-8), or none when a row is wrong (422) or rows do not agree (409).

    Names that look like a wrong code page are refused unless they are meant.
    """
    await asked.require(MAY["import_units_file"], await asked.root())
    data = await asked.body()
    try:
        established = await import_units(asked.platform, data, asked.context(), names_are_meant=names_are_meant)
    except ImportRefused as refused:
        errors = [
            FieldError(field=each.column or "", line=each.line, column=each.column, vi=each.vi, en=each.en)
            for each in refused.faults
        ]
        raise Problem(
            409 if refused.readable else 422,
            refused.code,
            refused.vi,
            refused.en,
            refused.source,
            errors=[error.model_dump() for error in errors],
        ) from None
    return Imported(established=established, position=await asked.platform.store.head())


@router.get("/units")
async def list_units(
    asked: Asked,
    paging: Pages,
    *,
    kind: UnitKind | None = None,
    parent: UUID | None = None,
    code: Code | None = None,
    after: Code | None = None,
) -> Page[views.UnitView]:
    """Units by code."""
    await asked.require_anywhere(MAY["list_units"])
    await asked.at_least(views.UNITS)
    found = await views.units(asked.pool, after=after, limit=paging.limit + 1, kind=kind, parent=parent, code=code)
    return paging.page(found, lambda unit: unit.code)


@router.get("/units/{id:uuid}")  # not /units/import
async def read_unit(id: UUID, asked: Asked) -> views.UnitView:  # noqa: A002 - the path's name
    """One unit."""
    await asked.require_anywhere(MAY["read_unit"])
    await asked.at_least(views.UNITS)
    if (found := await views.unit(asked.pool, id)) is None:
        raise not_found()
    return found


@router.get("/registrations")
async def list_registrations(
    asked: Asked,
    paging: Pages,
    *,
    campaign_id: UUID | None = None,
    unit_id: UUID | None = None,
    status: views.Status | None = None,
    after: UUID | None = None,
) -> Page[views.RegistrationView]:
    """Registrations of one unit, or of all for those who hold a role at the top."""
    await asked.require(MAY["list_registrations"], unit_id or await asked.root())
    await asked.at_least(views.REGISTRATIONS)
    found = await views.registrations(
        asked.pool, after=after, limit=paging.limit + 1, campaign=campaign_id, unit=unit_id, status=status
    )
    return paging.page(found, lambda registration: registration.registration_id)


@router.get("/registrations/{id}")
async def read_registration(id: UUID, asked: Asked, response: Response) -> RegistrationDetail:  # noqa: A002
    """A registration as its facts have it now; its ETag is the version to send back as If-Match."""
    version, state = await asked.platform.executor.state(REGISTRATION, id)
    today = business_date(asked.platform.clock())
    if state.terms is None or not await asked.platform.access.allows(
        asked.person, MAY["read_registration"], state.terms.unit_id, today
    ):
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    submitted = views.Status.SUBMITTED if state.submitted else views.Status.OPEN
    return RegistrationDetail(
        registration_id=id,
        version=version,
        status=views.Status.CONFIRMED if state.confirmed else submitted,
        late=None if state.submitted is None else state.submitted.late,
        terms=state.terms,
        targets=targets(state.terms, state.pledges),
    )


@router.post("/registrations/{id}/targets", status_code=201)
async def register_target(id: UUID, command: RegisterTarget, asked: Asked) -> Answer:  # noqa: A002
    """Pledge a value for one indicator and year."""
    return await _on_registration(asked, id, command, MAY["register_target"])


@router.post("/registrations/{id}/submit", status_code=201)
async def submit_registration(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Send the registration in."""
    return await _on_registration(asked, id, SubmitRegistration(), MAY["submit_registration"])


@router.post("/registrations/{id}/confirm", status_code=201)
async def confirm_registration(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Make the targets official."""
    return await _on_registration(asked, id, ConfirmRegistration(), MAY["confirm_registration"])


async def _on_registration(asked: Asked, key: UUID, command: RegistrationCommand, roles: frozenset[Role]) -> Answer:
    state = await asked.platform.executor.known(REGISTRATION, key)
    if state.terms is None:
        raise not_found()
    await asked.require(MAY["read_registration"], state.terms.unit_id, hidden=True)
    await asked.require(roles, state.terms.unit_id)
    return await asked.execute(REGISTRATION, key, command)
