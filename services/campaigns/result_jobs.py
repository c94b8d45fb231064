"""Long work of campaigns: a file of results of earlier years, tried and imported. Source: A1, B12."""

from typing import Final
from uuid import UUID

import orjson
from pydantic import BaseModel

from chassis.facts.input import FieldError
from chassis.service.jobs import Job, Result, Work
from chassis.service.platform import Platform
from services.campaigns import result_imports
from services.campaigns.domain.scorecard_commands import History
from services.campaigns.result_imports import Scope, Trial

TRIAL: Final = "results.trial"
IMPORT: Final = "results.import"
MOST_FAULTS: Final = 5000
"""Faults that are listed; more are counted."""


class ResultsTried(BaseModel):
    """What a file would do, or has done: rows with a new result, the same as stands; of how many units.

    Every fault with its line, up to 5,000; with `wrong` faults nothing is imported.
    """

    new: int
    same: int
    units: int
    wrong: int
    faults: list[FieldError]
    position: int = 0


def request_of(scope: Scope, data: bytes) -> bytes:
    """What a job about a file is asked with."""
    head = {"campaign": scope.campaign, "unit": scope.unit, "history": scope.history.model_dump(mode="json")}
    return orjson.dumps(head) + b"\n" + data


def asked_for(request: bytes) -> tuple[Scope, bytes]:
    """Whose results a job was asked about, and the file."""
    head, _, data = request.partition(b"\n")
    said = orjson.loads(head)
    return Scope(UUID(said["campaign"]), UUID(said["unit"]), History.model_validate(said["history"])), data


def _told(trial: Trial, position: int = 0) -> Result:
    faults = [
        FieldError(field=each.path, line=each.line, column=each.path or None, vi=each.vi, en=each.en)
        for each in trial.faults[:MOST_FAULTS]
    ]
    return Result.of(
        ResultsTried(
            new=trial.new, same=trial.same, units=trial.units, wrong=len(trial.faults), faults=faults, position=position
        )
    )


async def _try(platform: Platform, job: Job) -> Result:
    scope, data = asked_for(job.request)
    return _told(await result_imports.try_results(platform, data, scope, job.context(platform)))


async def _import(platform: Platform, job: Job) -> Result:
    scope, data = asked_for(job.request)
    done = await result_imports.import_results(platform, data, scope, job.context(platform), job.progress)
    return _told(done, await platform.store.head())


JOBS: dict[str, Work] = {TRIAL: _try, IMPORT: _import}
