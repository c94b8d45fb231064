"""Endpoints of registry for units, and the import of them all from one file."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Query

from chassis.facts.decider import Command
from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.store import jobs
from chassis.web.api import (
    ANYWHERE,
    AT_ROOT,
    EVERY_ROLE,
    Answer,
    Asked,
    Page,
    Paged,
    asked_router,
    asks,
    takes_up_to,
    tells,
)
from chassis.web.jobs import Started, own, start
from contracts.values import UnitKind
from services.registry import units_known
from services.registry.api.roles import LEADS
from services.registry.domain.unit import UNIT, CorrectUnitName, EstablishUnit, unit_id
from services.registry.domain.unit_import import MAX_BYTES, PLAIN_FORM, ImportRefused
from services.registry.domain.unit_import_faults import empty
from services.registry.domain.unit_kinds import Code, Name
from services.registry.domain.unit_state import Known
from services.registry.imports import import_units
from services.registry.jobs import EXPORT, IMPORT, TRIAL, Imported, file_of, refused, request_of
from services.registry.views import units

router = asked_router(tags=["registry"])
_FILE: Final = """\
code,name,kind,parent,established_on
VSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16
P01,Bảo hiểm xã hội thành phố Hà Nội,provincial,VSS,2024-11-10
"""
_CSV: Final = {
    "requestBody": {
        "description": "CSV or Excel (.xlsx), at most 100,000 units. A file of the pattern's form is read for "
        "certain; so are, unless they look damaged, Vietnamese names, any order of columns, semicolons, tabs, quotes, "
        "blank rows, days as 10/11/2024, kinds by their names, titles above the table, merged heads, other columns.",
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "pattern": PLAIN_FORM}, "example": _FILE}},
    }
}
_ANY: Final = {
    "requestBody": {
        "description": "The same; whatever is wrong with the file is what comes of the trial.",
        "required": True,
        "content": {
            "text/csv": {"schema": {"minLength": 1}, "example": _FILE},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}},
        },
    }
}


class UnitToEstablish(Command):
    """A unit, directly below a known one."""

    code: Code
    name: Name
    kind: UnitKind
    parent_id: UUID
    established_on: Day


@router.post("/units", status_code=201)
@tells(may=LEADS, where=AT_ROOT)
async def establish_unit(body: UnitToEstablish, asked: Asked) -> Answer:
    """Establish one unit below a known one."""
    top = await asked.root()
    known = await units_known.parent(asked.platform, body.parent_id, top, body.code)
    return await asked.execute(UNIT, unit_id(body.code), EstablishUnit(**body.model_dump()), known)


@router.post("/units/{id}/name-correction", status_code=201)
@tells(may=LEADS, where=AT_ROOT)
async def correct_unit_name(id: UUID, command: CorrectUnitName, asked: Asked) -> Answer:  # noqa: A002 - the path's name
    """Put a unit's name right that was entered wrong; it holds from the unit's first day."""
    if (await asked.platform.executor.known(UNIT, id)).established is None:
        raise not_found()
    return await asked.execute(UNIT, id, command, Known())


@router.post("/units/import", status_code=201, openapi_extra=_CSV)
@takes_up_to(MAX_BYTES)
@tells(may=LEADS, where=AT_ROOT)
async def import_units_file(asked: Asked, *, names_are_meant: bool = False) -> Imported:
    """Establish all units of an Excel or CSV file, or none when a row is wrong (422) or rows do not agree (409).

    Names that look like a wrong code page are refused unless they are meant.
    """
    data = await asked.body()
    try:
        established = await import_units(asked.platform, data, asked.context(), names_are_meant=names_are_meant)
    except ImportRefused as error:
        raise refused(error) from None
    return Imported(established=established, position=await asked.platform.store.head())


@router.post("/units/import/trials", openapi_extra=_ANY)
@takes_up_to(MAX_BYTES)
@tells(may=LEADS, where=AT_ROOT)
async def try_units_file(asked: Asked, *, names_are_meant: bool = False) -> Started:
    """Have a file of units tried: what its import would establish, or every fault; nothing is established."""
    data = await asked.body()
    if not data:
        raise refused(empty())
    return await start(asked, TRIAL, request_of(data, names_are_meant=names_are_meant))


@router.post("/units/import/trials/{id}/names-are-meant")
@tells(may=LEADS, where=AT_ROOT)
async def try_units_as_named(id: UUID, asked: Asked) -> Started:  # noqa: A002 - the path's name
    """Have the file of a trial tried once more, with the names as they stand."""
    data, _ = file_of(await _tried(asked, id))
    return await start(asked, TRIAL, request_of(data, names_are_meant=True))


@router.post("/units/import/trials/{id}/import")
@tells(may=LEADS, where=AT_ROOT)
async def import_tried_units(id: UUID, asked: Asked) -> Started:  # noqa: A002
    """Have all units of the file of a trial established, or none."""
    return await start(asked, IMPORT, await _tried(asked, id))


@router.post("/units/exports")
@tells(may=EVERY_ROLE, where=ANYWHERE)
async def export_units(asked: Asked, form: Annotated[Literal["xlsx", "csv"], Query(alias="as")] = "xlsx") -> Started:
    """Have all units that there are today written into a table, which the import reads again."""
    return await start(asked, EXPORT, form.encode())


async def _tried(asked: Asked, trial: UUID) -> bytes:
    """What one's own trial was asked with; raises Problem 404."""
    if (await own(asked, trial)).kind != TRIAL:
        raise not_found()
    return await jobs.request(asked.pool, trial)


@router.get("/units")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(units.UNITS,))
async def list_units(
    asked: Asked,
    paging: Paged,
    *,
    kind: UnitKind | None = None,
    parent: UUID | None = None,
    code: Code | None = None,
    after: Code | None = None,
) -> Page[units.UnitView]:
    """Units by code."""
    found = await units.ESTABLISHED.page(asked.pool, after, paging.limit + 1, kind=kind, parent_id=parent, code=code)
    return paging.page(found, lambda unit: unit.code)


@router.get("/units/{id:uuid}")  # not /units/import
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(units.UNITS,))
async def read_unit(id: UUID, asked: Asked) -> units.UnitView:  # noqa: A002 - the path's name
    """One unit."""
    if (found := await units.UnitView.one(asked.pool, id)) is None:
        raise not_found()
    return found
