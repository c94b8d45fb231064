"""Fault runs themselves: what a seed draws, how a run is kept and goes on, what stands still and for how long."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.faults.__main__ import STATE, go_on
from tests.faults.fire import Fire
from tests.faults.plan import KAFKA, LONGEST_DATABASE_PAUSE, LONGEST_PAUSE, POSTGRES, Fault, plan
from tests.faults.record import Asked, Record, Result

ASKED = Asked(seeds=3, kills=4, pauses=2, provinces=5)
WHOLE = Result(whole=True, seconds=1, faults={"lost": 0})


def test_a_seed_draws_the_same_faults_again_and_another_seed_others() -> None:
    assert plan(7, 40, 24) == plan(7, 40, 24) != plan(8, 40, 24)


def test_kills_and_pauses_are_as_many_as_asked_and_reach_broker_database_and_services() -> None:
    faults = plan(7, 40, 24)
    kills, pauses = (Counter(f.target for f in faults if (f.pause is None) is killed) for killed in (True, False))
    assert (kills.total(), kills[KAFKA], kills[POSTGRES]) == (40, 2, 2)
    assert (pauses.total(), pauses[KAFKA], pauses[POSTGRES]) == (24, 3, 3)
    short = [(fault.target, fault.pause is None) for fault in plan(7, 12, 6)]
    assert {(KAFKA, True), (POSTGRES, True), (KAFKA, False), (POSTGRES, False)} <= set(short)


def test_pauses_are_as_long_as_promised() -> None:
    lengths = [(fault.pause, fault.target == POSTGRES) for fault in plan(7, 0, 600) if fault.pause is not None]
    for database, longest in ((False, LONGEST_PAUSE), (True, LONGEST_DATABASE_PAUSE)):
        found = [pause for pause, is_database in lengths if is_database is database]
        assert 0.5 <= min(found) < 1
        assert longest - 1 < max(found) <= longest


def test_an_interrupted_run_goes_on_with_the_seeds_that_are_not_done(tmp_path: Path) -> None:
    file, done = tmp_path / STATE, list[int]()

    def work(seed: int) -> Result:
        done.append(seed)
        if len(done) == 2:
            raise KeyboardInterrupt
        return WHOLE

    first = Record.new(ASKED)
    with pytest.raises(KeyboardInterrupt):
        go_on(first, file, work)
    second = Record.unfinished(file, ASKED)
    assert second is not None
    assert (second.seeds, second.results, second.whole) == (first.seeds, {first.seeds[0]: WHOLE}, False)
    go_on(second, file, work)
    one, other, last = first.seeds
    assert done == [one, other, other, last]
    assert second.whole
    assert Record.unfinished(file, ASKED) is None


@pytest.mark.parametrize("changed", ["seeds", "kills", "pauses", "provinces", "first"])
def test_with_another_parameter_it_begins_anew(tmp_path: Path, changed: str) -> None:
    Record.new(ASKED).keep(tmp_path / STATE, 0, WHOLE)
    assert Record.unfinished(tmp_path / STATE, ASKED) is not None
    assert Record.unfinished(tmp_path / STATE, ASKED.model_copy(update={changed: 9})) is None


def test_one_seed_that_is_not_whole_makes_the_run_so(tmp_path: Path) -> None:
    record = Record.new(ASKED)
    bad = record.seeds[1]
    go_on(record, tmp_path / STATE, lambda seed: Result(whole=seed != bad, seconds=1, faults={}))
    assert (record.left, record.whole) == ([], False)


def test_a_given_seed_is_the_first() -> None:
    assert Record.new(ASKED.model_copy(update={"first": 42})).seeds[0] == 42


class Family(Fire):
    """Fire on a process that is no platform's, and its child."""

    def __init__(self, it: psutil.Process, *faults: Fault) -> None:
        super().__init__(Path(), faults)
        self.members = [it, *it.children()]

    def _pid(self, _: str) -> int | None:
        return int(self.members[0].pid)

    def still(self) -> list[bool]:
        return [member.status() == psutil.STATUS_STOPPED for member in self.members]


@pytest.fixture
def it() -> Iterator[psutil.Process]:
    with subprocess.Popen(["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        family = [psutil.Process(shell.pid), *psutil.Process(shell.pid).children()]
        yield family[0]
        for member in family:
            member.kill()


async def stopped(fire: Family) -> asyncio.Task[None]:
    """The run of a fire that has just begun with a pause."""
    running = asyncio.create_task(fire.run())
    async with asyncio.timeout(10):
        while not all(fire.still()):  # noqa: ASYNC110 - the kernel does not tell
            await asyncio.sleep(0.01)
    return running


async def test_what_is_paused_stands_still_with_its_children_and_goes_on(it: psutil.Process) -> None:
    fire = Family(it, Fault(0, POSTGRES, 0.3))
    await (await stopped(fire))
    assert fire.still() == [False, False]


async def test_nothing_stands_still_after_a_run_that_was_interrupted(it: psutil.Process) -> None:
    fire = Family(it, Fault(0, KAFKA, 60))
    running = await stopped(fire)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert fire.still() == [False, False]


@pytest.mark.parametrize(("target", "frozen"), [(KAFKA, True), ("registry-relay", True), (POSTGRES, False)])
async def test_a_frozen_process_may_be_killed_but_never_the_database(
    it: psutil.Process,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    frozen: bool,  # noqa: FBT001 - a column of the table
) -> None:
    fire = Family(it, Fault(0, target, 0.5), Fault(0.2, target, None))
    at_death: list[list[bool]] = []
    kill = psutil.Process.kill

    def observed(process: psutil.Process) -> None:
        at_death.append(fire.still())
        kill(process)

    monkeypatch.setattr(psutil.Process, "kill", observed)
    await fire.run()
    assert at_death == [[frozen, frozen]]
