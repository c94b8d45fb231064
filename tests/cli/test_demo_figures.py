"""The figures that the demo types and adds up itself: sums by year, column, name and measure."""

from decimal import Decimal

from cli.scenes.figures import UNTIL, YEARS, amounts, body, shown_cells, summed
from contracts.campaigns import AnnexTable
from services.campaigns.domain.annex import faults_of
from services.campaigns.domain.pack import load_pack
from services.campaigns.domain.report_commands import FillAnnex
from tests.campaigns.annexes import TEXT


def test_sums_are_those_that_a_person_makes() -> None:
    rice = ("goods", "gạo", "kg")
    rows = [(2019, {("cards", "", ""): 100, rice: 5}), (2019, {("cards", "", ""): 60}), (2020, {rice: 7})]
    assert summed(rows) == {(2019, "cards", "", ""): 160, (2019, *rice): 5, (2020, *rice): 7}
    money = [(2016, {("cash", "Quỹ", ""): 3}), (2016, {("cash", "Nhà", ""): 4})]
    assert summed(money)[2016, "cash", "", ""] == Decimal(7)
    assert summed(money)[2016, "cash", "Quỹ", ""] == Decimal(3)


def test_every_row_may_be_sent() -> None:
    tables = [AnnexTable.model_validate(each.model_dump()) for each in load_pack(TEXT).reviews[0].annexes]
    rows = [FillAnnex.model_validate(body(year, amounts(place, year))) for place in (0, 62, 100) for year in YEARS]
    assert faults_of(tables, [row.fact() for row in rows]) == ()
    assert [f"{row.until}" for row in rows if row.year == YEARS[-1]] == [UNTIL] * 3


def test_a_row_reads_as_it_was_typed_whoever_tells_it() -> None:
    typed = body(2017, amounts(1, 2017))["cells"]
    told = [{"number": None, "items": [], "sums": [], "text": "", **cell} for cell in typed]
    assert shown_cells(told) == shown_cells(typed)
    assert shown_cells(typed).startswith("cards 22; card_money 4")
