"""The main job under fire, seed after seed: `python -m tests.faults [--seeds N] [--kills N] [--pauses N] ...`."""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.local.process import Process
from tests.faults.fire import DONE
from tests.faults.record import Asked, Record, Result

DATA: Final = Path(".thidua-faults")
STATE: Final = "state.json"
FEW: Final = 12
"""Provinces when there are many seeds: an edition of the job takes seconds then, and each seed sees several."""

_TOLD: Final = ("lost", "doubled", "altered", "out_of_order", "stuck", "broken_chains", "different")
_say = Console(width=max(Console().width, 130), highlight=False).print


def run(seed: int, asked: Asked, data: Path, step: Callable[[], None]) -> Result:
    """One seed, in a process of its own; what it says goes to a log beside its folder, which stays if it went wrong."""
    folder, log = data / f"seed-{seed}", data / f"seed-{seed}.log"
    shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    numbers = map(str, (seed, asked.kills, asked.pauses, asked.provinces))
    argv = (sys.executable, "-m", "tests.faults.one", str(folder), *numbers)
    process = Process(f"seed-{seed}", argv, death_signal=signal.SIGINT)
    last = ""
    with (
        log.open("w", buffering=1, encoding="utf-8") as into,
        subprocess.Popen(
            process.launch(data), env=process.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace",
        ) as running,
    ):  # fmt: skip
        assert running.stdout is not None
        try:
            for line in running.stdout:
                into.write(line)
                last = line.strip() or last
                if line.startswith(DONE):
                    step()
        except KeyboardInterrupt:
            running.wait()  # it was told too, and stops its platform
            raise
        finally:
            process.mark(data).unlink(missing_ok=True)
    return _result(folder, running.returncode, time.monotonic() - began, last)


def _result(folder: Path, code: int, seconds: float, last: str) -> Result:
    try:
        ledger = json.loads((folder / "demo.json").read_text(encoding="utf-8"))["ledger"]
    except FileNotFoundError:
        return Result(whole=False, seconds=seconds, faults={}, why=f"{code}: {last}")
    whole = code == 0 and ledger["ok"]
    if whole:
        shutil.rmtree(folder)
    faults = {name: ledger[name] for name in _TOLD}
    return Result(
        whole=whole, seconds=seconds, faults=faults, why="; ".join(ledger["notes"][:3]) or ("" if whole else last)
    )


def go_on(record: Record, file: Path, work: Callable[[int], Result]) -> None:
    """Do the seeds that are left, one after the other, and keep what each gave."""
    for seed in record.left:
        number = f"{len(record.results) + 1}/{len(record.seeds)}"
        _say(f"Hạt giống {seed} ({number}) / seed {seed} ({number})")
        record.keep(file, seed, work(seed))


def table(record: Record) -> Table:
    """The seeds and what became of them."""
    shown = Table(box=box.SIMPLE_HEAD)
    for name in ("hạt giống\nseed", "sổ cái\nledger", *_TOLD, "giây\nseconds", "vì sao\nwhy"):
        shown.add_column(name.replace("_", " "), justify="left" if "why" in name else "right")
    for seed, result in record.results.items():
        whole = "[green]toàn vẹn / whole[/green]" if result.whole else "[red]có lỗi / faults[/red]"
        counts = (str(result.faults.get(name, "?")) for name in _TOLD)
        shown.add_row(str(seed), whole, *counts, f"{result.seconds:.0f}", result.why)
    return shown


def main() -> int:
    """Run what is asked, or what is left of it; gives 0 when each seed's ledger is whole."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="runs, each with a seed of its own")
    parser.add_argument("--kills", type=int, default=200, help="SIGKILLs in each run")
    parser.add_argument("--pauses", type=int, default=40, help="SIGSTOPs in each run")
    parser.add_argument("--provinces", type=int, help=f"in the job; all for one seed, {FEW} for more")
    parser.add_argument("--seed", type=int, help="the first seed, instead of a drawn one")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    provinces = given.provinces or (63 if given.seeds == 1 else FEW)
    asked = Asked(seeds=given.seeds, kills=given.kills, pauses=given.pauses, provinces=provinces, first=given.seed)
    data: Path = given.data.resolve()
    record = None if given.fresh else Record.unfinished(data / STATE, asked)
    if record is None:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        data.chmod(0o711)  # as root, PostgreSQL's own user goes through it to the platforms' folders
        record = Record.new(asked)
    elif record.results:
        _say(f"Làm tiếp, đã xong {len(record.results)} / Going on, {len(record.results)} are done")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

    def work(seed: int) -> Result:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Sự cố / faults", total=asked.kills + asked.pauses)
            return run(seed, asked, data, lambda: progress.advance(task))

    try:
        go_on(record, data / STATE, work)
    except KeyboardInterrupt:
        _say("Đã ngắt; gõ lại lệnh này để làm tiếp. / Interrupted; the same command goes on.")
        return 130
    finally:
        _say(table(record))
    if not record.whole:
        _say(f"Dữ liệu và nhật ký nằm ở {data}. / Data and logs are in {data}.")
    return 0 if record.whole else 1


if __name__ == "__main__":
    sys.exit(main())
