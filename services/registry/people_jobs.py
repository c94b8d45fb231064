"""Long work of registry with persons: a file tried and imported, and all persons written into one."""

import asyncio
from datetime import date
from typing import Final

from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.input import FieldError
from chassis.service.jobs import Job, Result, Work
from chassis.service.platform import Platform
from contracts.people import PersonDetails
from services.registry import people_imports
from services.registry.domain.people_import import CATEGORIES, COLUMNS
from services.registry.people_imports import Trial
from services.registry.tables_out import written
from services.registry.views.posts import AssignmentRow, working

TRIAL: Final = "people.trial"
IMPORT: Final = "people.import"
EXPORT: Final = "people.export"
MOST_FAULTS: Final = 5000
"""Faults that are listed; more are counted."""

_LOOKED: Final = """
    insert into people_reads (person_id, reader_id) select p, $2 from unnest($1::uuid[]) p where p <> $2
"""


class PeopleTried(BaseModel):
    """What a file would do, or has done: who is new, changed, as before; every fault with its line, up to 5,000.

    With `wrong` faults nobody is imported.
    """

    new: int
    changed: int
    same: int
    wrong: int
    faults: list[FieldError]
    position: int = 0


def _told(trial: Trial, position: int = 0) -> Result:
    faults = [
        FieldError(field=each.column or "", line=each.line, column=each.column, vi=each.vi, en=each.en)
        for each in trial.faults[:MOST_FAULTS]
    ]
    told = PeopleTried(
        new=trial.new, changed=trial.changed, same=trial.same, wrong=len(trial.faults), faults=faults, position=position
    )
    return Result.of(told)


async def _try(platform: Platform, job: Job) -> Result:
    return _told(await people_imports.try_people(platform, job.request, job.context(platform), job.progress))


async def _import(platform: Platform, job: Job) -> Result:
    done = await people_imports.import_people(platform, job.request, job.context(platform), job.progress)
    return _told(done, await platform.store.head())


async def _export(platform: Platform, job: Job) -> Result:
    """Who works here today, as the import reads it; that each was looked at is kept."""
    today = business_date(platform.clock())
    rows = await working(platform.pool, today)
    kept = {row["person_id"]: row["details"] for row in await platform.pool.fetch(_DETAILS)}
    codes = {row["unit_id"]: row["code"] for row in await platform.pool.fetch("select unit_id, code from units")}
    await platform.pool.execute(_LOOKED, [row.person_id for row in rows], job.person)
    table = [
        _row(PersonDetails.model_validate_json(kept[row.person_id]), row, codes.get(row.unit_id, ""))
        for row in rows
        if row.person_id in kept
    ]
    as_xlsx = job.request == b"xlsx"
    content, media_type, ending = await asyncio.to_thread(written, [_head(), *table], "Người", as_xlsx=as_xlsx)
    return Result(content, media_type, f"danh-sach-nguoi-{today:%Y%m%d}.{ending}")


def _row(details: PersonDetails, row: AssignmentRow, code: str) -> list[str]:
    phone = f"0{details.phone[2:]}" if details.phone else ""
    return [
        details.staff_code or "", details.full_name, _day(details.birth_date), phone, details.email or "", code,
        CATEGORIES[row.category], "x" if row.works_directly else "", _day(row.since),
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _head() -> list[str]:
    return [called[0] for called in COLUMNS.values()]


_DETAILS: Final = "select person_id, details::text as details from people where details is not null"

JOBS: dict[str, Work] = {TRIAL: _try, IMPORT: _import, EXPORT: _export}
