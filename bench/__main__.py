"""`python -m bench [ROW ...] [--short | --full]`: every figure of the performance table, as ratios in one run.

With `--against CHECKOUT` each row is measured in turns here and in another checkout.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]
import structlog
import uvloop
from rich.console import Console
from rich.table import Table

from bench import against, annexes, appends, commands, crowds, desk, letters, memory, portal, reads, starts, streams
from bench.figures import Row, Scale
from bench.ground import DATA
from deploy.local.embedded import Embedded

RESULTS: Final = Path(__file__).with_name("results.json")
GROUPS: Final[dict[tuple[str, ...], Callable[[Embedded, Scale, set[str]], AsyncIterator[Row]]]] = {
    ("A1", "A2", "A3"): appends.measured,
    ("C1",): commands.measured,
    ("H1",): crowds.measured,
    ("L1", "R1", "R2"): reads.measured,
    ("K1", "K2", "K3", "E1"): streams.measured,
    ("S1",): starts.measured,
    ("N1",): letters.measured,
    ("P1", "P2", "P3", "P4", "P5", "P6", "P7"): portal.measured,
    ("Q1", "Q8", "I1"): desk.measured,
    ("V1", "V2", "V3"): annexes.measured,
}
ALL: Final = (*(name for group in GROUPS for name in group), "M1")
_QUICK: Final = Scale(rounds=3, seconds=1.0, events=60_000, samples=40)
_FULL: Final = Scale(events=1_000_000)


async def measure(scale: Scale, wanted: set[str], servers: Embedded, told: Console) -> list[Row]:
    """Measure the wanted rows on running servers, one group after the other."""
    rows: list[Row] = []
    for names, measured in GROUPS.items():
        if wanted & set(names):
            async for row in measured(servers, scale, wanted):
                rows.append(row)
                told.print(f"{row.id}: {row.value:.0f} {row.unit} / {row.limit:.0f} = {row.ratio:.2f}")
    return rows


def table(rows: list[dict[str, Any]]) -> Table:
    """The rows as a person reads them."""
    shown = Table(show_lines=True)
    for name in ("id", "what", "value", "limit", "ratio", "spread", "must", "aim", "met"):
        shown.add_column(name, overflow="fold", no_wrap=name in ("id", "value", "limit", "ratio", "spread"))
    for row in rows:
        more = "".join(f"\n{name}: {value:,.2f}" for name, value in row["more"].items())
        low, high = row["spread"]
        shown.add_row(
            row["id"], row["what"] + more, f"{row['value']:,.1f} {row['unit']}", f"{row['limit']:,.1f}",
            f"{row['ratio']:.2f}", f"{low:.2f}..{high:.2f}", row["must"], row["aim"],
            "[green]✓[/green]" if row["met"] else "[red]✗[/red]",
        )  # fmt: skip
    return shown


def keep(rows: list[dict[str, Any]]) -> None:
    """Write results.json."""
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30),
            "python": platform.python_version(),
        },
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print, write; gives 1 when a row is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ALL], metavar="ROW", help=", ".join(ALL))
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", action="store_true", help="fewer rounds and events: a trial, not a result")
    size.add_argument("--full", action="store_true", help="a store of a million events")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="compare in turns with another checkout")
    asked = parser.parse_args()
    if asked.against:
        return against.compared(asked.rows or ALL, asked.against)
    scale = _QUICK if asked.short else _FULL if asked.full else Scale()
    wanted = set(asked.rows or ALL)
    told = Console(stderr=True)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # new topics have no leaders for a moment
    os.environ["THIDUA_ENV"] = "local"  # unset it is production, where the local issuer refuses
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows: list[Row] = []
    if wanted - {"M1"}:
        with Embedded(DATA, shared_buffers="1GB") as servers:
            rows += uvloop.run(measure(scale, wanted, servers, told))
    if "M1" in wanted:
        rows.append(asyncio.run(memory.measured()))
    described = [row.described() for row in rows]
    Console(width=max(Console().width, 160)).print(table(described))
    if wanted == set(ALL) and not asked.short:  # figures of several runs do not belong under one date
        keep(described)
    return 0 if all(row["met"] for row in described) else 1


if __name__ == "__main__":
    sys.exit(main())
