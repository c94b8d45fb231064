"""Endpoints of registry for registrations as files: a table tried, then imported; all as a table. Each is a job.

What a file may hold is what its sender may pledge one by one: for their own unit, and for the units below it.
"""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query

from chassis.facts.kinds import Day, Line
from chassis.facts.problem import Problem, not_found
from chassis.store import jobs
from chassis.web.api import ANYWHERE, EVERY_ROLE, Asked, InQuery, asked_router, takes_up_to, tells
from chassis.web.jobs import Started, own, start
from services.registry.api.registrations import PLEDGES
from services.registry.domain.registration_filing import EnterAsHistory, HistoryPaper
from services.registry.domain.registration_import import MAX_BYTES
from services.registry.domain.registration_review_refusals import HISTORY_WITHOUT_EVIDENCE
from services.registry.registration_imports import Scope
from services.registry.registration_jobs import EXPORT, IMPORT, TRIAL, asked_for, request_of

router = asked_router(tags=["registry"])
HappenedOn = Annotated[Day | None, Query(description="The day on which it was registered, before today: history.")]
Number = Annotated[str, Line(60, shortest=0, name=True), Query(description="Of the document on which history rests.")]
DocumentDate = Annotated[Day | None, Query(description="The day of that document.")]
Evidence = Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the file on which it rests.")]
_ANY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A table of targets: Excel (.xlsx) or CSV, as the export writes it or as offices make it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


@router.post("/registration-files/trials", openapi_extra=_ANY)
@takes_up_to(MAX_BYTES)
@tells(may=PLEDGES, where=InQuery())
async def try_registrations_file(  # noqa: PLR0917
    asked: Asked,
    campaign_id: UUID,
    unit_id: UUID | None = None,
    happened_on: HappenedOn = None,
    document_number: Number = "",
    document_date: DocumentDate = None,
    evidence: Evidence = "",
) -> Started:
    """Have a file of targets tried: what its import would do, and every row that is wrong; nothing is stored.

    It may hold the unit (the root, where none is named) and all units below it. With `happened_on` it is history: what
    was registered on that day goes in with its evidence, and is official once a second person confirms it.
    """
    data = await asked.body()
    if not data:
        raise Problem(
            422, "empty-file", "Tệp trống; hãy chọn tệp Excel hoặc CSV có các chỉ tiêu đăng ký.",
            "The file is empty; choose an Excel or CSV file with targets.",
        )  # fmt: skip
    history = _history(happened_on, document_number, document_date, evidence)
    return await start(asked, TRIAL, request_of(Scope(campaign_id, unit_id or await asked.root(), history), data))


@router.post("/registration-files/trials/{id}/import")
@tells(may=PLEDGES, where=ANYWHERE)
async def import_tried_registrations(id: UUID, asked: Asked) -> Started:  # noqa: A002 - the path's name
    """Have all targets of the file of a trial pledged, or none where a row is wrong."""
    if (await own(asked, id)).kind != TRIAL:
        raise not_found()
    request = await jobs.request(asked.pool, id)
    scope, _ = asked_for(request)
    await asked.require(PLEDGES, scope.unit)
    return await start(asked, IMPORT, request)


@router.post("/registration-files/exports")
@tells(may=EVERY_ROLE, where=InQuery())
async def export_registrations(
    asked: Asked,
    campaign_id: UUID,
    unit_id: UUID | None = None,
    form: Annotated[Literal["xlsx", "csv"], Query(alias="as")] = "xlsx",
) -> Started:
    """Have the registrations of a campaign, of a unit and all below it, written as a table, which the import reads."""
    return await start(asked, EXPORT, request_of(Scope(campaign_id, unit_id or await asked.root()), form.encode()))


def _history(on: date | None, number: str, issued_on: date | None, evidence: str) -> EnterAsHistory | None:
    """What is entered as history; raises Rejected where it rests on nothing."""
    if on is None:
        return None
    if not evidence and not (number and issued_on):
        raise HISTORY_WITHOUT_EVIDENCE()
    paper = HistoryPaper(number=number, issued_on=issued_on) if number and issued_on else None
    return EnterAsHistory(happened_on=on, document=paper, evidence=evidence)
