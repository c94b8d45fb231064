"""Long work is done once, is found again under its key, and outlives the process that did it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from chassis.facts.problem import Problem
from chassis.facts.settings import Settings
from chassis.service.jobs import BEGUN_AT_MOST, Job, Result, Runner, kinds
from chassis.service.platform import Platform, running
from chassis.store import jobs
from chassis.store.jobs import UNFINISHED, State
from tests.chassis.long_work import JOBS
from tests.chassis.streams import until
from tests.conftest import Database

ALICE, BOB = uuid4(), uuid4()
SCRIPT = "import asyncio, sys; from tests.chassis.long_work import main; asyncio.run(main(*sys.argv[1:]))"
LEASE = 1.0


@pytest.fixture
async def platform(database: Database) -> AsyncIterator[Platform]:
    settings = Settings(database_url=database.url, database_role=database.role, kafka_bootstrap="127.0.0.1:1")
    async with running("registry", settings) as platform:
        yield platform


@contextlib.asynccontextmanager
async def at_work(platform: Platform, lease: float = LEASE) -> AsyncIterator[asyncio.Task[None]]:
    """A runner for the time of a block."""
    task = asyncio.create_task(Runner(platform, JOBS, lease).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def asked(platform: Platform, kind: str, request: bytes, key: UUID | None = None) -> UUID:
    return (await jobs.ask(platform.pool, key or uuid4(), kind, ALICE, request)).id


async def seen(platform: Platform, key: UUID) -> jobs.Job:
    found = await jobs.find(platform.pool, key, ALICE)
    assert found is not None
    return found


async def ended(platform: Platform, key: UUID) -> jobs.Job:
    async def over() -> bool:
        return (await seen(platform, key)).ended_at is not None

    await until(over)
    return await seen(platform, key)


def marks(folder: Path, mark: str) -> list[str]:
    return [path.name for path in folder.glob(f"{mark}-*")]


async def begun(folder: Path, count: int = 1) -> None:
    async def there() -> bool:
        return len(marks(folder, "begun")) >= count

    await until(there)


async def test_progress_is_seen_and_the_result_is_kept(platform: Platform, tmp_path: Path) -> None:
    key = await asked(platform, "word", str(tmp_path).encode())
    waiting = await seen(platform, key)
    assert (waiting.state, waiting.done, waiting.total) == (State.WAITING, 0, 0)
    async with at_work(platform):

        async def halfway() -> bool:
            found = await seen(platform, key)
            return (found.state, found.done, found.total) == (State.RUNNING, 1, 2)

        await until(halfway)
        (tmp_path / "word").write_text("xong", encoding="utf-8")
        done = await ended(platform, key)
    assert (done.state, done.done, done.total, done.name) == (State.DONE, 2, 2, "tệp.txt")
    assert await jobs.content(platform.pool, key) == b"xong"
    assert await jobs.find(platform.pool, key, BOB) is None


async def test_the_same_key_finds_the_job_again_and_is_refused_for_another(platform: Platform) -> None:
    key, folder = uuid4(), b"/tmp"
    first = await jobs.ask(platform.pool, key, "word", ALICE, folder)
    assert await jobs.ask(platform.pool, key, "word", ALICE, folder) == first
    for kind, person, request in (("word", ALICE, b"/"), ("refuse", ALICE, folder), ("word", BOB, folder)):
        with pytest.raises(Problem, match="idempotency-key-reused"):
            await jobs.ask(platform.pool, key, kind, person, request)
    assert await platform.pool.fetchval("select count(*) from chassis.jobs") == 1


async def test_a_person_does_not_pile_up_jobs(platform: Platform) -> None:
    keys = [await asked(platform, "word", b"/tmp") for _ in range(UNFINISHED)]
    with pytest.raises(Problem, match="too-many-jobs"):
        await asked(platform, "word", b"/tmp")
    assert (await jobs.ask(platform.pool, keys[0], "word", ALICE, b"/tmp")).id == keys[0]
    assert (await jobs.ask(platform.pool, uuid4(), "word", BOB, b"/tmp")).state == State.WAITING


async def test_two_runners_do_each_job_once(platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "word").write_text("xong", encoding="utf-8")
    keys = [await asked(platform, "word", str(tmp_path).encode()) for _ in range(UNFINISHED)]
    async with at_work(platform), at_work(platform):
        for key in keys:
            await ended(platform, key)
    assert len(marks(tmp_path, "ended")) == len(keys)


async def test_a_job_whose_process_is_killed_is_taken_up_again(
    platform: Platform, database: Database, tmp_path: Path
) -> None:
    arguments = ("-c", SCRIPT, database.url, database.role, str(LEASE))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    try:
        key = await asked(platform, "word", str(tmp_path).encode())
        await begun(tmp_path)
        async with at_work(platform):
            await asyncio.sleep(LEASE * 2)
            assert len(marks(tmp_path, "begun")) == 1  # it is held for as long as the other lives
            process.kill()
            await begun(tmp_path, 2)
            (tmp_path / "word").write_text("xong", encoding="utf-8")
            assert (await ended(platform, key)).state == State.DONE
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    assert await jobs.content(platform.pool, key) == b"xong"
    assert await platform.pool.fetchval("select begun from chassis.jobs") == 2


async def test_a_runner_that_is_told_to_end_gives_back_what_it_has_begun(platform: Platform, tmp_path: Path) -> None:
    key = await asked(platform, "word", str(tmp_path).encode())
    async with at_work(platform, 600):
        await begun(tmp_path)
    assert (await seen(platform, key)).state == State.WAITING
    assert marks(tmp_path, "begun") == []
    (tmp_path / "word").write_text("xong", encoding="utf-8")
    async with at_work(platform, 600):
        assert (await ended(platform, key)).state == State.DONE
    assert await platform.pool.fetchval("select begun from chassis.jobs") == 1


async def test_who_has_lost_a_job_stops_and_its_outcome_does_not_count(platform: Platform, tmp_path: Path) -> None:
    key, other = await asked(platform, "word", str(tmp_path).encode()), uuid4()
    async with at_work(platform):
        await begun(tmp_path)
        await platform.pool.execute("update chassis.jobs set holder = $1, free_at = now() + interval '1 hour'", other)

        async def stopped() -> bool:
            return bool(marks(tmp_path, "ended"))

        await until(stopped)
    assert not await jobs.end(platform.pool, key, uuid4(), jobs.Outcome(content=b"late"))
    assert await jobs.end(platform.pool, key, other, jobs.Outcome(content=b"theirs"))
    assert await jobs.content(platform.pool, key) == b"theirs"


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [(b"problem", 422, "not-so"), (b"rejected", 409, "rule"), (b"", 500, "job-broke-off")],
)
async def test_a_job_that_cannot_be_done_fails_with_its_problem(
    platform: Platform, request_: bytes, status: int, code: str
) -> None:
    key = await asked(platform, "refuse", request_)
    async with at_work(platform):
        failed = await ended(platform, key)
    assert failed.state == State.FAILED
    assert failed.problem is not None
    assert (failed.problem["status"], failed.problem["type"]) == (status, f"urn:thidua:problem:{code}")
    assert failed.problem["detail"] != failed.problem["title"] != ""


async def test_what_the_database_hinders_is_tried_again(platform: Platform) -> None:
    key, tries = await asked(platform, "away", b""), 0

    async def hindered(_: Platform, job: Job) -> Result:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionRefusedError
        return Result(job.request, "text/plain")

    runner = Runner(platform, {"away": hindered}, LEASE)
    while not (await seen(platform, key)).ended_at:
        await platform.pool.execute("update chassis.jobs set free_at = now() where ended_at is null")  # no pause
        assert await runner.one()
    assert tries == 3
    assert (await seen(platform, key)).state == State.DONE


async def test_a_job_that_never_ends_is_given_up_with_a_sentence(platform: Platform) -> None:
    key = await asked(platform, "refuse", b"away")
    runner = Runner(platform, JOBS, LEASE)
    for _ in range(BEGUN_AT_MOST + 1):
        assert (await seen(platform, key)).state == State.WAITING
        await platform.pool.execute("update chassis.jobs set free_at = now()")
        assert await runner.one()
    failed = await seen(platform, key)
    assert failed.problem is not None
    assert failed.problem["type"] == "urn:thidua:problem:job-given-up"
    assert "hãy chia nhỏ" in failed.problem["detail"]
    assert not await runner.one()


async def test_jobs_of_kinds_that_this_version_does_not_know_wait(platform: Platform) -> None:
    key = await asked(platform, "newer", b"")
    assert not await Runner(platform, JOBS, LEASE).one()
    assert (await seen(platform, key)).state == State.WAITING


async def test_a_day_after_its_end_a_job_is_deleted(platform: Platform) -> None:
    ages = ("23 hours", "25 hours", "6 days", "8 days")
    keys = {age: await asked(platform, "newer", b"") for age in ages}
    for age, column in zip(ages, ("ended_at", "ended_at", "free_at", "free_at"), strict=True):
        change = f"update chassis.jobs set {column} = now() - interval '{age}' where id = $1"  # noqa: S608
        await platform.pool.execute(change, keys[age])
    async with at_work(platform):

        async def swept() -> bool:
            return bool(await platform.pool.fetchval("select count(*) from chassis.jobs") == 2)

        await until(swept)
    assert [await jobs.find(platform.pool, key, ALICE) is None for key in keys.values()] == [False, True, False, True]


def test_a_service_names_the_modules_of_its_long_work() -> None:
    assert kinds(["tests.chassis.long_work"]) == JOBS
