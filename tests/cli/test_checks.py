"""What the demo holds against the paper: one difference is seen, and fails it."""

from decimal import Decimal
from io import StringIO

from rich.console import Console

from cli.checks import Check, day, figure, percent, table_of
from cli.demo import exit_code

SAME = Check("E8", "in time", "0", "0")
OTHER = Check("E12", "2,5899", "đạt", "không đạt")


def test_a_ledger_that_is_whole_is_not_enough_where_the_platform_says_something_else() -> None:
    assert exit_code(True, [SAME]) == 0
    assert exit_code(True, [SAME, OTHER]) == 1
    assert exit_code(False, [SAME]) == 1


def test_each_line_says_its_id_and_whether_it_holds() -> None:
    console = Console(width=160, file=StringIO(), record=True)
    console.print(table_of([SAME, OTHER]))
    told = console.export_text()
    assert "1/2 khớp" in told
    assert ["✓" in line for line in told.splitlines() if "E8" in line] == [True]
    assert ["✗" in line for line in told.splitlines() if "E12" in line] == [True]


def test_figures_are_cut_as_one_does_it_by_hand() -> None:
    assert figure(percent(Decimal(45_099_999), Decimal(100_000_000))) == "45,099999"
    assert figure(percent(Decimal(32), Decimal(1_100))) == "2,90909"
    assert (figure(None), day(None), day("2025-03-01")) == ("–", "–", "01/03/2025")
