"""Endpoints of registry for persons as files: a table tried, then imported; all persons as a table. Each is a job."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query

from chassis.facts.problem import Problem, not_found
from chassis.store import jobs
from chassis.web.api import AT_ROOT, Asked, asked_router, takes_up_to, tells
from chassis.web.jobs import Started, own, start
from services.registry.api.roles import KEEPS
from services.registry.domain.people_import import MAX_BYTES
from services.registry.people_jobs import EXPORT, IMPORT, TRIAL

router = asked_router(tags=["people"])
_ANY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A table of persons: Excel (.xlsx) or CSV, with titles and merged heads as offices make it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


@router.post("/people/import/trials", openapi_extra=_ANY)
@takes_up_to(MAX_BYTES)
@tells(may=KEEPS, where=AT_ROOT)
async def try_people_file(asked: Asked) -> Started:
    """Have a file of persons tried: what its import would do, and every row that is wrong; nothing is stored."""
    data = await asked.body()
    if not data:
        raise Problem(
            422, "empty-file", "Tệp trống; hãy chọn tệp Excel hoặc CSV có danh sách người.",
            "The file is empty; choose an Excel or CSV file with persons.",
        )  # fmt: skip
    return await start(asked, TRIAL, data)


@router.post("/people/import/trials/{id}/import")
@tells(may=KEEPS, where=AT_ROOT)
async def import_tried_people(id: UUID, asked: Asked) -> Started:  # noqa: A002 - the path's name
    """Have all persons of the file of a trial made known, or nobody where a row is wrong."""
    if (await own(asked, id)).kind != TRIAL:
        raise not_found()
    return await start(asked, IMPORT, await jobs.request(asked.pool, id))


@router.post("/people/exports")
@tells(may=KEEPS, where=AT_ROOT)
async def export_people(asked: Asked, form: Annotated[Literal["xlsx", "csv"], Query(alias="as")] = "xlsx") -> Started:
    """Have all persons who work here today written into a table, which the import reads again; each is a look."""
    return await start(asked, EXPORT, form.encode())
