"""Long work of registry: a file of units, tried and imported; all units written into one."""

import asyncio
from typing import Final

import orjson
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.input import FieldError
from chassis.facts.problem import Problem
from chassis.service.jobs import Job, Result, Work
from chassis.service.platform import Platform
from contracts.values import UnitKind
from services.registry.domain.unit_import import CALLED, KINDS, Fault, ImportRefused
from services.registry.imports import import_units, try_units
from services.registry.tables_out import written
from services.registry.views.units import UNITS

TRIAL = "units.trial"
IMPORT = "units.import"
EXPORT = "units.export"
_NAMED_AT_ONCE: Final = 50
"""Faults that a refusal names; a trial lists them all."""

_UNITS: Final = """
    select u.code, u.name, u.kind, above.code as parent, u.established_on
    from units u left join units above on above.unit_id = u.parent_id
    where u.until is null order by u.code
"""


class Tried(BaseModel):
    """What the import of a file would do: units that are new, by kind, and how many are known already.

    With `faults` nothing would be established; the first 5,000 are listed.
    """

    new: dict[UnitKind, int]
    known: int
    faults: list[FieldError]


class Imported(BaseModel):
    """How many units an import has established, and the position that queries may ask for."""

    established: int
    position: int


def request_of(data: bytes, *, names_are_meant: bool) -> bytes:
    """What a job about a file is asked with."""
    return orjson.dumps({"names_are_meant": names_are_meant}) + b"\n" + data


def file_of(request: bytes) -> tuple[bytes, bool]:
    """The file that a job was asked with, and whether its names are meant."""
    head, _, data = request.partition(b"\n")
    return data, bool(orjson.loads(head)["names_are_meant"])


def refused(error: ImportRefused) -> Problem:
    """What is wrong with a file: 422 where a row is, 409 where rows do not agree."""
    errors = [each.model_dump() for each in errors_of(error.faults[:_NAMED_AT_ONCE])]
    status = 409 if error.readable else 422
    return Problem(status, error.code, error.vi, error.en, error.source, errors=errors)


def errors_of(faults: tuple[Fault, ...]) -> list[FieldError]:
    """Faults of a file as they are told."""
    return [
        FieldError(field=each.column or "", line=each.line, column=each.column, vi=each.vi, en=each.en)
        for each in faults
    ]


async def _try(platform: Platform, job: Job) -> Result:
    data, meant = file_of(job.request)
    trial = await try_units(platform, data, names_are_meant=meant)
    return Result.of(Tried(new=dict(trial.new), known=trial.known, faults=errors_of(trial.faults)))


async def _import(platform: Platform, job: Job) -> Result:
    data, meant = file_of(job.request)
    try:
        established = await import_units(
            platform, data, job.context(platform), names_are_meant=meant, told=job.progress
        )
    except ImportRefused as error:
        raise refused(error) from None
    return Result.of(Imported(established=established, position=await platform.store.head()))


async def _export(platform: Platform, job: Job) -> Result:
    """The units that there are, under their names and codes of today, as the import reads them again."""
    await platform.at_least(UNITS, await platform.store.head())
    table = [
        [
            row["code"],
            row["name"],
            KINDS[UnitKind(row["kind"])],
            row["parent"] or "",
            f"{row['established_on']:%d/%m/%Y}",
        ]
        for row in await platform.pool.fetch(_UNITS)
    ]
    head = [called[0] for called in CALLED.values()]
    as_xlsx = job.request == b"xlsx"
    content, media_type, ending = await asyncio.to_thread(written, [head, *table], "Đơn vị", as_xlsx=as_xlsx)
    return Result(content, media_type, f"don-vi-{business_date(platform.clock()):%Y%m%d}.{ending}")


JOBS: dict[str, Work] = {TRIAL: _try, IMPORT: _import, EXPORT: _export}
