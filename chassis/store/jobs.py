"""Long work as rows: who asked for it, how far it is, what came of it. Who works at one holds it under a lease."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel

from chassis.facts.problem import Problem, key_reused

KEPT_HOURS: Final = 24
"""How long a job is to be found after its end, with its result."""

UNFINISHED: Final = 10
"""How many jobs of one person may wait or run at once."""


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(BaseModel):
    """A job as the person sees it who asked for it: `done` parts of `total`, 0 of 0 while that is not known yet.

    `problem` says why it failed, as RFC 9457 has it.
    """

    id: UUID
    kind: str
    state: State
    asked_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    name: str
    media_type: str
    problem: dict[str, Any] | None


class Claimed(BaseModel):
    """A job that a process has taken up, for the `begun`th time; it is held until its lease ends."""

    id: UUID
    kind: str
    person: UUID
    request: bytes
    begun: int


class Outcome(BaseModel):
    """The result of a job that was done, or the problem of one that failed."""

    content: bytes | None = None
    media_type: str = ""
    name: str = ""
    problem: dict[str, Any] | None = None


_SHOWN: Final = "id, kind, state, asked_at, ended_at, done, total, name, media_type, problem"
_ASK: Final = """
    insert into chassis.jobs (id, kind, person, fingerprint, request)
    select $1::uuid, $2::text, $3::uuid, $4::bytea, $5::bytea
    where (select count(*) from chassis.jobs where person = $3::uuid and ended_at is null) < $6
    on conflict (id) do nothing
"""
_CLAIM: Final = """
    update chassis.jobs
    set state = 'running', holder = $1, begun = begun + 1, free_at = now() + $2 * interval '1 second'
    where id = (
        select id from chassis.jobs where ended_at is null and free_at <= now() and kind = any($3::text[])
        order by asked_at limit 1 for update skip locked
    )
    returning id, kind, person, request, begun
"""
_RENEW: Final = """
    update chassis.jobs set free_at = now() + $3 * interval '1 second', done = $4, total = $5
    where id = $1 and holder = $2 and ended_at is null returning true
"""
_GIVE_BACK: Final = """
    update chassis.jobs
    set state = 'waiting', holder = null, begun = begun - $4, free_at = now() + $3 * interval '1 second'
    where id = $1 and holder = $2 and ended_at is null
"""
_END: Final = """
    update chassis.jobs set state = case when $6::jsonb is null then 'done' else 'failed' end, ended_at = now(),
        done = case when $6::jsonb is null then total else done end, result = $3, media_type = $4, name = $5,
        problem = $6::jsonb, holder = null
    where id = $1 and holder = $2 and ended_at is null returning true
"""
_SWEEP: Final = """
    delete from chassis.jobs where coalesce(ended_at, free_at + interval '6 days') < now() - $1 * interval '1 hour'
"""


async def ask(pool: asyncpg.Pool, key: UUID, kind: str, person: UUID, request: bytes) -> Job:
    """The job under this key, new or from before; raises Problem 422 for another request, 429 when too many wait."""
    fingerprint = sha256(f"{kind}\n{person}\n".encode() + request).digest()
    await pool.execute(_ASK, key, kind, person, fingerprint, request, UNFINISHED)
    row = await pool.fetchrow(f"select {_SHOWN}, fingerprint from chassis.jobs where id = $1", key)  # noqa: S608
    if row is None:
        raise Problem(
            429,
            "too-many-jobs",
            f"Bạn đang có {UNFINISHED} việc chưa xong; hãy chờ một việc xong rồi gửi lại.",
            f"You have {UNFINISHED} jobs under way; wait for one to end, then send it again.",
            headers={"Retry-After": "5"},
        )
    if row["fingerprint"] != fingerprint:
        raise key_reused()
    return _job(row)


async def find(pool: asyncpg.Pool, key: UUID, person: UUID) -> Job | None:
    """A job of this person; None where there is none, or none any more."""
    row = await pool.fetchrow(f"select {_SHOWN} from chassis.jobs where id = $1 and person = $2", key, person)  # noqa: S608
    return None if row is None else _job(row)


async def content(pool: asyncpg.Pool, key: UUID) -> bytes:
    """What came of a job that is done."""
    found: bytes = await pool.fetchval("select result from chassis.jobs where id = $1", key)
    return found


async def request(pool: asyncpg.Pool, key: UUID) -> bytes:
    """What a job was asked with."""
    found: bytes = await pool.fetchval("select request from chassis.jobs where id = $1", key)
    return found


async def claim(pool: asyncpg.Pool, holder: UUID, kinds: list[str], seconds: float) -> Claimed | None:
    """Take up the job of these kinds that has waited longest, for so many seconds; None when none waits."""
    row = await pool.fetchrow(_CLAIM, holder, seconds, kinds)
    return None if row is None else Claimed(**row)


async def renew(pool: asyncpg.Pool, key: UUID, holder: UUID, seconds: float, progress: tuple[int, int]) -> bool:
    """Hold a job for so many seconds more, and say what is done of what; False where another holds it by now."""
    return bool(await pool.fetchval(_RENEW, key, holder, seconds, *progress))


async def give_back(pool: asyncpg.Pool, key: UUID, holder: UUID, seconds: float, *, uncounted: bool) -> None:
    """Let others take a job up after some seconds; `uncounted`: as if it had not been begun."""
    await pool.execute(_GIVE_BACK, key, holder, seconds, int(uncounted))


async def end(pool: asyncpg.Pool, key: UUID, holder: UUID, outcome: Outcome) -> bool:
    """Note what came of a job; False where another holds it by now, whose outcome counts."""
    problem = None if outcome.problem is None else orjson.dumps(outcome.problem, default=str).decode()
    about = (outcome.content, outcome.media_type, outcome.name)
    return bool(await pool.fetchval(_END, key, holder, *about, problem))


async def sweep(pool: asyncpg.Pool) -> None:
    """Delete what ended a day ago, and what nobody has known how to do for a week."""
    await pool.execute(_SWEEP, KEPT_HOURS)


def _job(row: asyncpg.Record) -> Job:
    known = {name: row[name] for name in Job.model_fields}
    return Job(**known | {"problem": row["problem"] and orjson.loads(row["problem"])})
