"""The door for results of earlier years as a file: tried with every bad row, then imported as history. Each is a job.

Whoever imports does not verify: another person finds the results right, as all results. Source: A1, B12
"""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.facts.kinds import Day, Line
from chassis.facts.problem import Problem, not_found
from chassis.store import jobs
from chassis.web.api import ANYWHERE, Asked, InQuery, asked_router, takes_up_to, tells
from chassis.web.jobs import Started, own, start
from services.campaigns.api.scorecards import OWN
from services.campaigns.domain.pack_parts import PackDocument
from services.campaigns.domain.result_import import MAX_BYTES
from services.campaigns.domain.scorecard_commands import History
from services.campaigns.domain.scorecard_refusals import HISTORY_WITHOUT_EVIDENCE
from services.campaigns.result_imports import Scope
from services.campaigns.result_jobs import IMPORT, TRIAL, asked_for, request_of

router = asked_router(tags=["campaigns"])
_ANY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A table of results by unit, indicator and year: Excel (.xlsx) or CSV.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}
HappenedOn = Annotated[Day, Query(description="The day on which the results were reached or told, before today.")]
Number = Annotated[str, Line(60, shortest=0, name=True), Query(description="Of the document on which they rest.")]
DocumentDate = Annotated[Day | None, Query(description="The day of that document.")]
Evidence = Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of the file on which they rest.")]


@router.post("/result-files/trials", openapi_extra=_ANY)
@takes_up_to(MAX_BYTES)
@tells(may=OWN, where=InQuery())
async def try_results_file(  # noqa: PLR0917
    asked: Asked,
    campaign_id: UUID,
    happened_on: HappenedOn,
    unit_id: UUID | None = None,
    document_number: Number = "",
    document_date: DocumentDate = None,
    evidence: Evidence = "",
) -> Started:
    """Have a file of results of earlier years tried: what its import would do, every bad row; nothing is stored.

    It may hold the unit (the root, where none is named) and all units below it.
    """
    data = await asked.body()
    if not data:
        raise Problem(
            422, "empty-file", "Tệp trống; hãy chọn tệp Excel hoặc CSV có kết quả các năm.",
            "The file is empty; choose an Excel or CSV file with results.",
        )  # fmt: skip
    history = _history(happened_on, document_number, document_date, evidence)
    return await start(asked, TRIAL, request_of(Scope(campaign_id, unit_id or await asked.root(), history), data))


@router.post("/result-files/trials/{id}/import")
@tells(may=OWN, where=ANYWHERE)
async def import_tried_results(id: UUID, asked: Asked) -> Started:  # noqa: A002 - the path's name
    """Have all results of the file of a trial reported as history, or none where a row is bad."""
    if (await own(asked, id)).kind != TRIAL:
        raise not_found()
    request = await jobs.request(asked.pool, id)
    scope, _ = asked_for(request)
    await asked.require(OWN, scope.unit)
    return await start(asked, IMPORT, request)


def _history(on: date, number: str, issued_on: date | None, evidence: str) -> History:
    """The papers; raises Rejected where the results rest on nothing."""
    if not evidence and not (number and issued_on):
        raise HISTORY_WITHOUT_EVIDENCE()
    paper = PackDocument(number=number, issued_on=issued_on) if number and issued_on else None
    return History(happened_on=on, document=paper, evidence=evidence)
