"""Long work of registry: a file of registrations, tried and imported; those of a unit and all below it as a file."""

import asyncio
from typing import Final
from uuid import UUID

import orjson
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.input import FieldError
from chassis.service.jobs import Job, Result, Work
from chassis.service.platform import Platform
from services.registry import registration_imports
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.domain.registration_filing import EnterAsHistory
from services.registry.domain.registration_import import COLUMNS, exported
from services.registry.registration_imports import Scope, Trial
from services.registry.tables_out import written

TRIAL: Final = "registrations.trial"
IMPORT: Final = "registrations.import"
EXPORT: Final = "registrations.export"
MOST_FAULTS: Final = 5000
"""Faults that are listed; more are counted."""

_NAMES: Final = "select unit_id, name from organisation_units where unit_id = any($1::uuid[])"


class RegistrationsTried(BaseModel):
    """What a file would do, or has done: rows with a new target, another, the same; of how many units.

    Every fault with its line, up to 5,000; with `wrong` faults nothing is imported.
    """

    new: int
    changed: int
    same: int
    units: int
    wrong: int
    faults: list[FieldError]
    position: int = 0


def request_of(scope: Scope, data: bytes) -> bytes:
    """What a job about a file, or for one of the form `data`, is asked with."""
    history = scope.history and scope.history.model_dump(mode="json")
    return orjson.dumps({"campaign": scope.campaign, "unit": scope.unit, "history": history}) + b"\n" + data


def asked_for(request: bytes) -> tuple[Scope, bytes]:
    """Whose registrations a job was asked about, and the file."""
    head, _, data = request.partition(b"\n")
    said = orjson.loads(head)
    history = said.get("history")
    past = None if history is None else EnterAsHistory.model_validate(history)
    return Scope(UUID(said["campaign"]), UUID(said["unit"]), past), data


def _told(trial: Trial, position: int = 0) -> Result:
    faults = [
        FieldError(field=each.column or "", line=each.line, column=each.column, vi=each.vi, en=each.en)
        for each in trial.faults[:MOST_FAULTS]
    ]
    return Result.of(
        RegistrationsTried(
            new=trial.new, changed=trial.changed, same=trial.same, units=trial.units, wrong=len(trial.faults),
            faults=faults, position=position,
        )
    )  # fmt: skip


async def _try(platform: Platform, job: Job) -> Result:
    scope, data = asked_for(job.request)
    return _told(await registration_imports.try_registrations(platform, data, scope, job.context(platform)))


async def _import(platform: Platform, job: Job) -> Result:
    scope, data = asked_for(job.request)
    context = job.context(platform)
    done = await registration_imports.import_registrations(platform, data, scope, context, job.progress)
    return _told(done, await platform.store.head())


async def _export(platform: Platform, job: Job) -> Result:
    """The registrations that there are, by the units' codes; empty where a unit has pledged nothing yet."""
    scope, form = asked_for(job.request)
    units = await registration_imports.units_below(platform, scope.unit)
    names = {UUID(int=row[0].int): row[1] for row in await platform.pool.fetch(_NAMES, list(units.values()))}
    table = [[called[0] for called in COLUMNS.values()]]
    for done, (code, unit) in enumerate(sorted(units.items()), start=1):
        _, state = await platform.executor.state(REGISTRATION, registration_id(scope.campaign, unit))
        if state.terms is not None:
            table += exported(code, names.get(unit, ""), state)
        job.progress(done, len(units))
    content, media_type, ending = await asyncio.to_thread(written, table, "Đăng ký", as_xlsx=form == b"xlsx")
    return Result(content, media_type, f"dang-ky-{business_date(platform.clock()):%Y%m%d}.{ending}")


JOBS: dict[str, Work] = {TRIAL: _try, IMPORT: _import, EXPORT: _export}
