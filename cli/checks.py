"""What the demo holds against the paper: by requirement id, what the paper says and what the platform says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from rich import box
from rich.table import Table

from chassis.facts.kinds import shown
from cli.connect import cell


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a person can hold against the paper, or work out by hand; it holds where both say the same."""

    ids: str
    what: str
    paper: str
    platform: str

    @property
    def ok(self) -> bool:
        """Whether the platform says what the paper says."""
        return self.paper == self.platform


def table_of(checks: Sequence[Check]) -> Table:
    """All of them, each with its sign."""
    right = sum(check.ok for check in checks)
    table = Table(
        "mã / id", "việc / what", "văn bản, tính tay / paper, by hand", "nền tảng / platform", "",
        title=f"4575/KH-BHXH, 4225/BHXH-TĐKT: {right}/{len(checks)} khớp / agree",
        header_style="bold", box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for check in checks:
        sign = cell("✓", "green") if check.ok else cell("✗", "red")
        table.add_row(cell(check.ids), cell(check.what), cell(check.paper), cell(check.platform), sign)
    return table


def day(said: object) -> str:
    """A day as papers write it; `–` for none."""
    return f"{date.fromisoformat(str(said)):%d/%m/%Y}" if said else "–"


def figure(value: object) -> str:
    """A figure as papers write it: 45,1; `–` for none."""
    return "–" if value is None else shown(Decimal(str(value)))


def percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A ratio in per cent, cut to six places, as one does it by hand."""
    return (100 * numerator / denominator).quantize(Decimal("0.000001"), ROUND_DOWN)
