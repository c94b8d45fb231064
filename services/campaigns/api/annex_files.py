"""The door for annexes as files: taken along as Excel, read from one before anything is stored. S003-14, A10."""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, EVERY_ROLE, Asked, asked_router, asks, takes_up_to, tells
from chassis.web.files import DOWNLOAD
from contracts.campaigns import AnnexRow, AnnexTable
from services.campaigns.annex_out import filled_in, summed
from services.campaigns.api.annexes import annex_of
from services.campaigns.api.report_known import REPORTS, REVIEWS
from services.campaigns.api.report_steps import WRITES
from services.campaigns.domain.annex import table_of
from services.campaigns.domain.annex_file import MAX_BYTES, CellChange, FileFault, read_file
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_commands import Key
from services.campaigns.domain.report_state import Report
from services.campaigns.domain.review import REVIEW
from services.campaigns.views import annexes, reports

router = asked_router(tags=["campaigns"])
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "An annex: Excel (.xlsx) or CSV, with a head and a row for each year.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}
Table = Annotated[Key, Query(description="The annex, by its key.")]


class AnnexRead(BaseModel):
    """What a file says: whole rows that may be filled in as they are, what they would change, what does not fit.

    `shifted`: by so many columns the block seems to have slipped to the right, or to the left where it is below nought.
    """

    rows: list[AnnexRow]
    changes: list[CellChange]
    faults: list[FileFault]
    shifted: int


@router.get(REPORTS / "annex-file", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=REPORTS, reads=())
async def read_annex_file(asked: Asked, id: UUID, table: Table) -> Response:  # noqa: A002 - the path's name
    """A report's annex as an Excel file: a row for each year, as it stands, to be filled in and read again."""
    state, annex = await _annex(asked, id, table)
    return _file(await asyncio.to_thread(filled_in, annex, list(state.rows.values())), f"phu-luc-{annex.key}")


@router.post(REPORTS / "annex-readings", openapi_extra=_ANY)
@takes_up_to(MAX_BYTES)
@tells(may=WRITES, where=ANYWHERE)
async def try_annex_file(asked: Asked, id: UUID, table: Table) -> AnnexRead:  # noqa: A002
    """Have a file read: what each cell would become, and every one that does not read; nothing is stored.

    Its rows are then filled in one by one, by who has looked at what they change.
    """
    state, annex = await _annex(asked, id, table)
    unit = state.asked_of_it().unit_id
    await asked.require(REPORTS.seen_by, unit, hidden=True)
    await asked.require(WRITES, unit)
    found = await asyncio.to_thread(read_file, annex, await asked.body(), list(state.rows.values()))
    return AnnexRead(rows=found.rows, changes=found.changes, faults=found.faults, shifted=found.shifted)


@router.get(REVIEWS / "annex-file", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(reports.REPORTS, annexes.FIGURES))
async def read_summed_annex_file(
    asked: Asked,
    id: UUID,  # noqa: A002
    version: Annotated[int, Query(ge=0, le=100_000, description="0: as it stands now.")] = 0,
) -> Response:
    """The sums of a review as an Excel file: now, or in one version."""
    found = await annex_of(asked, id, version)
    _, review = await asked.platform.executor.state(REVIEW, id)
    tables = review.opened.annexes if review.opened else ()
    return _file(await asyncio.to_thread(summed, tables, found.sums), f"tong-hop-{version or 'hien-tai'}")


async def _annex(asked: Asked, key: UUID, table: str) -> tuple[Report, AnnexTable]:
    _, state = await asked.platform.executor.state(REPORT, key)
    if state.opened is None:
        raise not_found()
    _, review = await asked.platform.executor.state(REVIEW, state.opened.review_id)
    return state, table_of(review.opened.annexes if review.opened else (), table)


def _file(content: bytes, name: str) -> Response:
    return Response(content, 200, {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}, _XLSX)
