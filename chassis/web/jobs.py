"""Long work over HTTP: 202 with an address where it is asked for; there, how far it is, and what came of it."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.problem import Problem, not_found
from chassis.store import jobs
from chassis.store.execute import WrongVersion
from chassis.web.asked import Asked
from chassis.web.problems import ProblemBody
from chassis.web.rights import ANYWHERE, EVERY_ROLE, asks
from chassis.web.routes import ANSWERS, asked_router

router = asked_router(tags=["jobs"])
_BYTES: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "What came of it.", "content": {"*/*": {}}}}


class JobBody(BaseModel):
    """A job: `done` parts of `total`, 0 of 0 while that is not known yet.

    `result` is where to get what came of it, once it is `done`; `problem` says why it `failed`. A day after its end it
    is deleted.
    """

    id: UUID
    kind: str
    state: jobs.State
    asked_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    name: str
    media_type: str
    result: str | None
    problem: ProblemBody | None


class Started(Response):
    """The answer 202: the job, and its address; as an endpoint's return type it shows as JobBody in OpenAPI."""

    def __init__(self, job: jobs.Job, key: UUID) -> None:
        headers = {"Location": _address(job.id), "Idempotency-Key": str(key)}
        super().__init__(_body(job).model_dump_json(), 202, headers, "application/json")


ANSWERS[Started] = JobBody, 202


async def start(asked: Asked, kind: str, request: bytes) -> Started:
    """Have long work done, under the request's key; the same key finds it again.

    Raises Problem 422 for a key that was used for another request, 429 when too many of this person's jobs wait.
    """
    if asked.expected is not None and not asked.expected.holds(0):
        raise WrongVersion(0)
    return Started(await jobs.ask(asked.pool, asked.command_id, kind, asked.person, request), asked.key)


async def own(asked: Asked, key: UUID) -> jobs.Job:
    """A job that this person asked for; raises Problem 404 for any other."""
    if (found := await jobs.find(asked.pool, key, asked.person)) is None:
        raise not_found()
    return found


async def result(asked: Asked, key: UUID) -> Response:
    """What came of a job of this person, as a file where it has a name; raises Problem 404, or 409 when not done."""
    job = await own(asked, key)
    if job.state != jobs.State.DONE:
        raise Problem(
            409,
            "job-not-done",
            "Việc này chưa có kết quả; hãy xem tiến độ của việc rồi thử lại.",
            "There is no result of this yet; see how far it is and try again.",
        )
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(job.name)}"} if job.name else None
    return Response(await jobs.content(asked.pool, key), 200, named, job.media_type)


@router.get("/jobs/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_job(id: UUID, asked: Asked) -> JobBody:  # noqa: A002 - the path's name
    """Long work that one has asked for: how far it is."""
    return _body(await own(asked, id))


@router.get("/jobs/{id}/result", response_class=Response, responses=_BYTES)
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_result(id: UUID, asked: Asked) -> Response:  # noqa: A002
    """What came of long work that one has asked for."""
    return await result(asked, id)


def _address(key: UUID) -> str:
    return f"/api/v1/jobs/{key}"


def _body(job: jobs.Job) -> JobBody:
    done = job.state == jobs.State.DONE
    return JobBody(**job.model_dump(), result=f"{_address(job.id)}/result" if done else None)
