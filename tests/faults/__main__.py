"""The main job under fire, seed after seed: `python -m tests.faults [--seeds N] [--kills N] [--pauses N] ...`.

With `--scene NAME` a named harm is done to it instead; `all` plays all of them.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from deploy.local.process import Process
from tests.faults.fire import DONE
from tests.faults.record import Asked, Record, Result
from tests.faults.scene import FILE
from tests.faults.scenes import SCENES

DATA: Final = Path(".thidua-faults")
STATE: Final = "state.json"
FEW: Final = 12
"""Provinces when there are many seeds: an edition of the job takes seconds then, and each seed sees several."""

_TOLD: Final = ("lost", "doubled", "altered", "out_of_order", "stuck", "broken_chains", "different")
_say = Console(width=max(Console().width, 130), highlight=False).print


def run(seed: int, asked: Asked, data: Path, step: Callable[[], None]) -> Result:
    """One seed, in a process of its own; what it says goes to a log beside its folder, which stays if it went wrong."""
    numbers = map(str, (seed, asked.kills, asked.pauses, asked.provinces))
    return _run(f"seed-{seed}", "one", data, step, *numbers)


def play(scene: str, provinces: int, data: Path) -> tuple[Result, Mapping[str, Any]]:
    """One scene, as `run`; and what it tells of itself."""
    name, told = f"scene-{scene}", dict[str, Any]()

    def keep(folder: Path) -> None:
        with suppress(FileNotFoundError):
            told.update(json.loads((folder / FILE).read_text(encoding="utf-8")))

    return _run(name, "scene", data, lambda: None, scene, str(provinces), before_it_goes=keep), told


def _run(
    name: str,
    module: str,
    data: Path,
    step: Callable[[], None],
    *arguments: str,
    before_it_goes: Callable[[Path], None] = lambda _: None,
) -> Result:
    folder, log = data / name, data / f"{name}.log"
    shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    argv = (sys.executable, "-m", f"tests.faults.{module}", str(folder), *arguments)
    process = Process(name, argv, death_signal=signal.SIGINT)
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
                last = line.strip(" |+-\n") or last  # an exception group ends with a frame
                if line.startswith(DONE):
                    step()
        except KeyboardInterrupt:
            running.wait()  # it was told too, and stops its platform
            raise
        finally:
            process.mark(data).unlink(missing_ok=True)
    before_it_goes(folder)
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


def played(names: Sequence[str], provinces: int, data: Path) -> int:
    """Play scenes one after the other and show a row for each; gives 0 when each left the ledger whole."""
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o711)  # as in `main`
    shown = Table(box=box.SIMPLE_HEAD)
    for name in ("cảnh\nscene", "sổ cái\nledger", *_TOLD, "nêu tên\nnamed", "yên sau (s)\nsettled after"):
        shown.add_column(name.replace("_", " "), justify="left" if "scene" in name else "right", no_wrap=True)
    whole, lines = True, list[str]()
    for name in names:
        _say(f"Cảnh {name} / scene {name}")
        result, told = play(name, provinces, data)
        whole = whole and result.whole
        verdict = "[green]toàn vẹn / whole[/green]" if result.whole else "[red]có lỗi / faults[/red]"
        counts = (str(result.faults.get(each, "?")) for each in _TOLD)
        numbers = (str(told.get(each, "?")) for each in ("named", "settled"))
        shown.add_row(name, verdict, *counts, *numbers)
        lines.append(f"{name}: {'; '.join([*told.get('done', ()), *filter(None, [result.why])])}")
    _say(shown)
    _say(Text("\n".join(lines)))
    return 0 if whole else 1


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
    parser.add_argument("--scene", choices=[*SCENES, "all"], help="a named harm instead of seeds")
    given = parser.parse_args()
    if given.scene:
        names = list(SCENES) if given.scene == "all" else [given.scene]
        try:
            return played(names, given.provinces or FEW, given.data.resolve())
        except KeyboardInterrupt:
            _say("Đã ngắt. / Interrupted.")
            return 130
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
