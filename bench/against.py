"""Two checkouts in turns: each row is measured once in both, round after round, so that both see the same machine."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any, Final

from rich.console import Console
from rich.table import Table

ROUNDS: Final = 5
HERE: Final = Path(__file__).parents[1]
LOGS: Final = HERE / ".thidua-bench-turns"
BY_VALUE: Final = frozenset({"R2", "M1"})
"""Rows whose limit says nothing of how fast the machine is just now; of the others the ratio to the limit counts."""


class Visit:
    """A checkout at work: its own code, packages, servers and data folder."""

    def __init__(self, asked: IO[str], answers: IO[str], log: Path) -> None:
        self._asked, self._answers, self._log = asked, answers, log

    def row(self, name: str) -> dict[str, Any]:
        """One round of a row; raises RuntimeError when the checkout cannot do it."""
        with contextlib.suppress(BrokenPipeError):
            self._asked.write(f"{name}\n")
            self._asked.flush()
        if not (answer := self._answers.readline()):
            raise RuntimeError(f"{name} could not be measured, see {self._log}")
        found: dict[str, Any] = json.loads(answer)
        return found


@contextlib.contextmanager
def visiting(checkout: Path, log: Path) -> Iterator[Visit]:
    """Start a checkout's servers and keep them for the time of a block; its results.json stays as it is."""
    log.parent.mkdir(exist_ok=True)
    command = [str(path) for path in (checkout / ".venv/bin/python", "-P", HERE / "bench/visit.py")]
    env = os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1", "THIDUA_ENV": "local"}
    with (
        log.open("w") as said,
        subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=checkout, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        ) as running,
    ):
        if running.stdin and running.stdout:
            yield Visit(running.stdin, running.stdout, log)  # the end of the block closes the input: the visit ends


@dataclass(slots=True)
class Rounds:
    """What each round of one row gave in both checkouts; `most` when less is better."""

    most: bool = False
    unit: str = "ratio"
    old: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)

    def add(self, found: dict[str, Any], side: str) -> None:
        """Take in a round of the checkout `side`."""
        by_value = found["id"] in BY_VALUE
        self.most, self.unit = found["most"], found["unit"] if by_value else "ratio"
        getattr(self, side).append(found["value" if by_value else "ratio"])

    @property
    def met(self) -> bool:
        """Whether the new median is no worse than the old code's worst round."""
        new = median(self.new)
        return new <= max(self.old) if self.most else new >= min(self.old)


def table(rows: dict[str, Rounds]) -> Table:
    """The rows as a person reads them."""
    shown = Table(
        "id", "unit", "old: median (low..high)", "new: median (low..high)", "new / old", "not below old's worst"
    )
    for name, rounds in rows.items():
        old, new = (f"{median(them):,.3f} ({min(them):,.3f}..{max(them):,.3f})" for them in (rounds.old, rounds.new))
        verdict = "[green]✓[/green]" if rounds.met else "[red]✗[/red]"
        better = " (less is better)" if rounds.most else ""
        shown.add_row(name, rounds.unit + better, old, new, f"{median(rounds.new) / median(rounds.old):.2f}", verdict)
    return shown


def compared(wanted: Sequence[str], other: Path) -> int:
    """Measure the wanted rows here and in the other checkout; gives 1 when a median here is below its lowest round."""
    if not (other / ".venv/bin/python").exists():
        sys.exit(
            f"Không có {other}/.venv; hãy chạy `make setup` ở đó. / There is no {other}/.venv; run `make setup` there."
        )
    told, rows = Console(stderr=True), {name: Rounds() for name in wanted}
    with visiting(other.resolve(), LOGS / "old.log") as old, visiting(HERE, LOGS / "new.log") as new:
        for number in range(ROUNDS):
            for name, rounds in rows.items():
                turns = [("old", old), ("new", new)]
                for side, visit in turns if number % 2 == 0 else reversed(turns):
                    rounds.add(visit.row(name), side)
                told.print(f"{number + 1}/{ROUNDS} {name}: {rounds.old[-1]:.3f} → {rounds.new[-1]:.3f}")
    Console(width=max(Console().width, 120)).print(table(rows))
    return 0 if all(rounds.met for rounds in rows.values()) else 1
