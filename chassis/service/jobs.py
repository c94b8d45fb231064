"""Doing long work: a worker takes jobs up, says how far they are, and notes what came of each.

A job that was under way when its process died is begun again, by whoever is there, once its lease has ended: so what a
job changes it changes under its own id as the command's, where a second time changes nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Self
from uuid import UUID, uuid4

import structlog
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.decider import Context, Rejected
from chassis.facts.problem import Problem, key_reused, rejected
from chassis.service.platform import Platform
from chassis.store import jobs
from chassis.store.database import is_outage
from chassis.store.execute import CommandIdReused, Contended
from chassis.store.patience import at_all_costs, patiently

LEASE_SECONDS: Final = 15.0
"""After how long a job is taken up again whose process has died."""

BEGUN_AT_MOST: Final = 5
"""How many times a job is begun that never ends."""

AT_ONCE: Final = 2
"""Jobs of one process: a long one does not keep a short one waiting."""

_POLL_SECONDS: Final = 0.5
_TELL_SECONDS: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_SWEEP_SECONDS: Final = 600.0

log = structlog.get_logger()


@dataclass(slots=True)
class Progress:
    """How far a job is; may be told from any thread, as often as one likes."""

    done: int = 0
    total: int = 0

    def __call__(self, done: int, total: int) -> None:
        """So many parts are done, of so many."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done for whom. What takes long without waiting runs in a thread (`asyncio.to_thread`)."""

    id: UUID
    person: UUID
    request: bytes
    progress: Progress = field(default_factory=Progress)

    def context(self, platform: Platform) -> Context:
        """Context of the command that the job is."""
        return Context(occurred_on=business_date(platform.clock()), actor=self.person, command_id=self.id)


@dataclass(frozen=True, slots=True)
class Result:
    """What comes of a job: bytes of a media type, under a file's name if it is a file."""

    content: bytes
    media_type: str
    name: str = ""

    @classmethod
    def of(cls, told: BaseModel) -> Self:
        """A result as JSON."""
        return cls(told.model_dump_json().encode(), "application/json")


Work = Callable[[Platform, Job], Coroutine[Any, Any, Result]]
"""Long work. Raises Problem or Rejected where it cannot be done; what the drivers raise is tried again."""


def kinds(modules: Sequence[str]) -> dict[str, Work]:
    """Long work by its kind, as the `JOBS` of these modules have it."""
    return {kind: work for module in modules for kind, work in import_module(module).JOBS.items()}


class Runner:
    """Takes up one service's jobs, wherever they were asked for."""

    def __init__(self, platform: Platform, known: Mapping[str, Work], lease: float = LEASE_SECONDS) -> None:
        self._platform, self._known, self._lease = platform, known, lease

    async def run(self) -> None:
        """Go on until cancelled; what is under way then is given back."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._one_after_another())
            group.create_task(self._sweep())

    async def _one_after_another(self) -> None:
        while True:
            if not await at_all_costs(self.one, "jobs"):
                await asyncio.sleep(_POLL_SECONDS)

    async def _sweep(self) -> None:
        while True:
            await at_all_costs(lambda: jobs.sweep(self._platform.pool), "jobs")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def one(self) -> bool:
        """Take up and do one job; False when none waits. Raises what the drivers raise."""
        holder = uuid4()
        claimed = await jobs.claim(self._platform.pool, holder, list(self._known), self._lease)
        if claimed is None:
            return False
        if claimed.begun > BEGUN_AT_MOST:
            await self._end(claimed, holder, jobs.Outcome(problem=_given_up().body()))
            return True
        job = Job(claimed.id, claimed.person, claimed.request)
        log.info("job_begun", job=str(job.id), kind=claimed.kind, begun=claimed.begun)
        work = asyncio.create_task(self._known[claimed.kind](self._platform, job))
        holding = asyncio.create_task(self._hold(job, holder))
        try:
            await asyncio.wait((work, holding), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await _stop(work, holding)
            with suppress(Exception):  # the database may be what is away: then the lease ends
                await jobs.give_back(self._platform.pool, job.id, holder, 0, uncounted=True)
            raise
        if not work.done():
            await _stop(work, holding)
            log.warning("job_lost", job=str(job.id), kind=claimed.kind)
            return True
        await _stop(holding)
        outcome = _outcome(work, claimed)
        if outcome is None:
            pause = min(2.0 ** (claimed.begun - 1), _LONGEST_PAUSE)
            await jobs.give_back(self._platform.pool, job.id, holder, pause, uncounted=False)
        else:
            await self._end(claimed, holder, outcome)
        return True

    async def _hold(self, job: Job, holder: UUID) -> None:
        """Renew the lease and say how far the job is; returns when it is not to be held any longer."""
        loop = asyncio.get_running_loop()
        renewed, told = loop.time(), (0, 0)
        while loop.time() < renewed + self._lease * 2 / 3:
            await asyncio.sleep(min(_TELL_SECONDS, self._lease / 10))
            now, progress = loop.time(), (job.progress.done, job.progress.total)
            if progress == told and now < renewed + self._lease / 4:
                continue
            try:
                async with asyncio.timeout(self._lease / 3):
                    if not await jobs.renew(self._platform.pool, job.id, holder, self._lease, progress):
                        return
            except Exception as error:
                if not is_outage(error):
                    raise
            else:
                renewed, told = now, progress

    async def _end(self, claimed: jobs.Claimed, holder: UUID, outcome: jobs.Outcome) -> None:
        ended = await patiently(lambda: jobs.end(self._platform.pool, claimed.id, holder, outcome), "jobs")
        code = "" if outcome.problem is None else outcome.problem["type"].rpartition(":")[2]
        log.info("job_ended", job=str(claimed.id), kind=claimed.kind, counts=ended, problem=code)


async def _stop(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _outcome(work: "asyncio.Task[Result]", claimed: jobs.Claimed) -> jobs.Outcome | None:
    """What came of it; None when it is to be tried again."""
    try:
        result = work.result()
    except Problem as problem:
        return jobs.Outcome(problem=problem.body())
    except Rejected as error:
        return jobs.Outcome(problem=rejected(error).body())
    except CommandIdReused:
        return jobs.Outcome(problem=key_reused().body())
    except (Exception, asyncio.CancelledError) as error:
        if is_outage(error) or isinstance(error, Contended):
            log.warning("job_again", job=str(claimed.id), kind=claimed.kind, error=type(error).__name__)
            return None
        log.exception("job_broke_off", job=str(claimed.id), kind=claimed.kind)
        return jobs.Outcome(problem=_broke_off().body())
    return jobs.Outcome(content=result.content, media_type=result.media_type, name=result.name)


def _given_up() -> Problem:
    return Problem(
        500,
        "job-given-up",
        f"Việc này đã bắt đầu {BEGUN_AT_MOST} lần mà không xong; hãy chia nhỏ nội dung rồi làm lại, nếu "
        "vẫn không được thì báo bộ phận vận hành.",
        f"This was begun {BEGUN_AT_MOST} times and never ended; try again with less at once, and tell operations if "
        "that does not help.",
    )


def _broke_off() -> Problem:
    return Problem(
        500,
        "job-broke-off",
        "Việc này gặp lỗi ngoài dự kiến và đã dừng; hãy làm lại sau ít phút, nếu vẫn không được "
        "thì báo bộ phận vận hành.",
        "Something unexpected went wrong and this has stopped; try again in a few minutes, and tell operations if that "
        "does not help.",
    )
