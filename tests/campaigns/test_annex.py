"""Annexes: what each cell may hold, what cells add up to, what is typed into them. A10, S003-14, S003-16, E20, E21."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.facts.decider import Rejected
from contracts.campaigns import (
    ActivitySum,
    AnnexCell,
    AnnexColumn,
    AnnexRow,
    AnnexTable,
    ColumnKind,
    Covers,
    Item,
)
from services.campaigns.domain.annex import Fault, faults, faults_of, table_of
from services.campaigns.domain.annex_cells import read_cell, show_cell
from services.campaigns.domain.annex_sums import Total, sums, totals, whole

_COLUMNS = {
    "cards": ("Số thẻ BHYT", ColumnKind.COUNT),
    "card_money": ("Tiền mua thẻ", ColumnKind.MONEY),
    "goods": ("Hiện vật", ColumnKind.ITEMS),
    "houses_direct": ("Nhà trực tiếp", ColumnKind.COUNT),
    "houses_joint": ("Nhà phối hợp", ColumnKind.COUNT),
    "houses_unknown": ("Nhà chưa rõ", ColumnKind.COUNT),
    "cash": ("Tiền mặt theo hoạt động", ColumnKind.MONEY_BY_ACTIVITY),
    "note": ("Ghi chú", ColumnKind.TEXT),
}
TABLE = AnnexTable(
    key="support",
    title="Kết quả hỗ trợ",
    columns=tuple(
        AnnexColumn(
            key=key,
            name=name,
            kind=kind,
            group="houses" if key.startswith("houses") else "",
            mode_unknown=key == "houses_unknown",
            measure="thẻ" if key == "cards" else "",
            weighed=("gạo",) if key == "goods" else (),
        )
        for key, (name, kind) in _COLUMNS.items()
    ),
    first_year=2016,
    last_year=2020,
    partial=True,
)
_BY_KEY = {column.key: column for column in TABLE.columns}


def row(year: int = 2019, until: date | None = None, **typed: str) -> AnnexRow:
    """A row of what is typed into its columns."""
    cells = tuple(read_cell(_BY_KEY[key], text) for key, text in typed.items())
    return AnnexRow(table="support", year=year, cells=cells, until=until)


A = row(cards="1.200", goods="50 chăn", houses_direct="2", houses_joint="3", cash="45.000.000")
B = row(card_money="80.500.000", goods="30 chăn; 500 kg gạo", houses_direct="0", houses_joint="4", cash="12,5 triệu")
C = row(cards="300", card_money="20.000.000", goods="2 tấn gạo")
D = row(houses_unknown="5")


def codes(found: tuple[Fault, ...]) -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    return [(each.column, each.refused.code) for each in found]


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (AnnexCell(column="ward", number=Decimal(1)), "annex-column-unknown"),
        (AnnexCell(column="cards", text="nhiều"), "annex-text-in-number-column"),
        (AnnexCell(column="cards", number=Decimal(1), text="thẻ"), "annex-text-in-number-column"),
        (AnnexCell(column="cards", items=(Item(name="chăn", quantity=Decimal(1)),)), "annex-cell-of-another-kind"),
        (AnnexCell(column="goods", number=Decimal(1)), "annex-cell-of-another-kind"),
        (AnnexCell(column="cash", number=Decimal(1)), "annex-cell-of-another-kind"),
        (AnnexCell(column="note", number=Decimal(1)), "annex-cell-of-another-kind"),
        (AnnexCell(column="card_money", number=Decimal(-1)), "annex-negative"),
        (AnnexCell(column="cash", sums=(ActivitySum(amount=Decimal(-5)),)), "annex-negative"),
        (AnnexCell(column="goods", items=(Item(name="chăn", quantity=Decimal(-1)),)), "annex-negative"),
        (AnnexCell(column="cards", number=Decimal("1.5")), "annex-not-whole"),
        (AnnexCell(column="cash", sums=(ActivitySum(amount=Decimal("0.5")),)), "annex-not-whole"),
        (AnnexCell(column="card_money", number=Decimal(10) ** 15), "annex-too-great"),
        (AnnexCell(column="card_money", number=Decimal("1E+99")), "annex-too-great"),
        (
            AnnexCell(column="goods", items=(Item(name="gạo", quantity=Decimal("1E-7")),)),
            "annex-too-great",
        ),
    ],
)
def test_a_cell_that_no_column_asks_for_is_refused_in_a_draft_too(cell: AnnexCell, code: str) -> None:
    found = faults(TABLE, AnnexRow(table="support", year=2019, cells=(cell,)))
    assert codes(found) == [(cell.column, code)]


@pytest.mark.requirement("S003-14")
def test_a_column_stands_once_in_a_year() -> None:
    twice = AnnexRow(table="support", year=2019, cells=(*row(cards="1").cells, *row(cards="2").cells))
    assert codes(faults(TABLE, twice)) == [("cards", "annex-column-twice")]


@pytest.mark.requirement("S003-14")
def test_houses_without_their_mode_stay_a_draft() -> None:
    assert faults(TABLE, D) == ()
    found = faults(TABLE, D, sending=True)
    assert codes(found) == [("houses_unknown", "annex-mode-unknown")]
    assert "Nhà trực tiếp, Nhà phối hợp" in found[0].refused.vi
    assert faults(TABLE, row(houses_unknown="0"), sending=True) == ()


@pytest.mark.requirement("S003-14")
def test_goods_that_are_weighed_are_sent_with_their_measure() -> None:
    rice = row(goods="500 gạo; 50 chăn")
    assert faults(TABLE, rice) == ()
    assert codes(faults(TABLE, rice, sending=True)) == [("goods", "annex-goods-without-measure")]
    counted = TABLE.model_copy(
        update={"columns": tuple(each.model_copy(update={"weighed": ()}) for each in TABLE.columns)}
    )
    assert faults(counted, rice, sending=True) == ()  # which goods are weighed the pack says, no rule
    assert faults(TABLE, row(goods="1,5 tấn gạo"), sending=True) == ()


@pytest.mark.requirement("S003-16")
@pytest.mark.parametrize("year", [2015, 2021])
def test_a_year_outside_the_period_is_refused(year: int) -> None:
    assert codes(faults(TABLE, row(year, cards="1"))) == [("", "annex-year-outside")]


@pytest.mark.requirement("S003-14")
def test_the_year_that_is_not_over_says_until_when() -> None:
    assert faults(TABLE, row(2020, cards="1")) == ()
    assert codes(faults(TABLE, row(2020, cards="1"), sending=True)) == [("", "annex-until-missing")]
    assert faults(TABLE, row(2020, date(2020, 7, 31), cards="1"), sending=True) == ()
    assert codes(faults(TABLE, row(2020, date(2019, 7, 31), cards="1"))) == [("", "annex-until-outside")]
    assert codes(faults(TABLE, row(2019, date(2019, 7, 31), cards="1"))) == [("", "annex-until-not-asked")]


def test_every_fault_of_all_rows_is_named_and_a_row_of_no_table_refused() -> None:
    assert codes(faults_of([TABLE], [D, row(2020, cards="1")])) == [
        ("houses_unknown", "annex-mode-unknown"),
        ("", "annex-until-missing"),
    ]
    with pytest.raises(Rejected, match="annex-table-unknown"):
        table_of([TABLE], "other")


def amounts(*reports: AnnexRow) -> dict[tuple[str, str, str], str]:
    """The sums over reports of one row each, asked of four units."""
    found = sums([TABLE], [(each,) for each in reports], 4)
    assert all((each.year, each.reported, each.asked) == (2019, len(reports), 4) for each in found)
    return {(each.column, each.label, each.measure): f"{each.amount:f}" for each in found}


@pytest.mark.requirement("S003-14", "S003-16", "E20")
def test_e20_sums_of_three_reports_of_four_units() -> None:
    assert amounts(A, B, C) == {
        ("cards", "", ""): "1500",
        ("card_money", "", ""): "100500000",
        ("goods", "chăn", ""): "80",
        ("goods", "gạo", "kg"): "500",
        ("goods", "gạo", "tấn"): "2",
        ("houses_direct", "", ""): "2",
        ("houses_joint", "", ""): "7",
        ("cash", "", ""): "57500000",
    }


@pytest.mark.requirement("S003-16")
def test_goods_of_one_name_are_added_however_they_are_spelled_but_marks_matter() -> None:
    assert amounts(row(goods="1 Chăn"), row(goods="2 chăn"), row(goods="4 chan"), row(goods="8 KG gạo")) == {
        ("goods", "chan", ""): "4",
        ("goods", "Chăn", ""): "3",
        ("goods", "gạo", "kg"): "8",
    }


@pytest.mark.requirement("S003-16")
def test_money_by_activity_is_one_sum_whose_parts_stay_named() -> None:
    assert amounts(row(cash="Tết: 45.000.000; 5.000.000"), row(cash="TẾT: 1.000")) == {
        ("cash", "", ""): "50001000",
        ("cash", "TẾT", ""): "45001000",
    }


@pytest.mark.requirement("S003-16")
def test_e21_districts_are_added_to_a_provinces_own_figures_and_not_to_its_whole() -> None:
    districts = [[row(cards="40")], [row(cards="60")]]
    own = whole([row(cards="100")], districts, Covers.OWN)
    typed = whole([row(cards="200")], districts, Covers.WHOLE)
    assert own == typed == (row(cards="200"),)
    assert amounts(*own) == {("cards", "", ""): "200"}


@pytest.mark.requirement("S003-16")
def test_what_districts_give_is_merged_column_by_column_and_words_stay_the_units_own() -> None:
    districts = [
        [row(goods="5 kg gạo; 3 chăn", cash="Tết: 2", note="riêng"), row(2020, date(2020, 6, 30), cards="7")],
        [row(goods="2 tấn gạo", houses_joint="1")],
    ]
    merged = whole(
        [row(goods="10 kg Gạo", cash="tết: 1", note="tỉnh"), row(2020, date(2020, 7, 31))], districts, Covers.OWN
    )
    assert [{cell.column: show_cell(cell) for cell in each.cells} for each in merged] == [
        {"goods": "3 chăn; 15 kg Gạo; 2 tấn gạo", "cash": "Tết: 3", "note": "tỉnh", "houses_joint": "1"},
        {"cards": "7"},
    ]
    assert [each.until for each in merged] == [None, date(2020, 6, 30)]
    assert whole([], [[row(note="huyện")]], Covers.OWN) == (row(),)


@pytest.mark.requirement("S003-14")
def test_totals_of_a_units_years() -> None:
    rows = [row(2016, cards="1.200", goods="50 chăn"), row(2019, cards="300", goods="100 chăn; 2 tấn gạo")]
    assert totals(TABLE, rows) == (
        Total("cards", "", "", Decimal(1500)),
        Total("goods", "chăn", "", Decimal(150)),
        Total("goods", "gạo", "tấn", Decimal(2)),
    )


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("key", "typed", "shown"),
    [
        ("cards", "1.200 thẻ", "1.200"),
        ("cards", "", ""),
        ("cards", "Không", ""),
        ("cards", "0", "0"),
        ("card_money", "80,5 triệu đồng", "80.500.000"),
        ("goods", "chăn 50;200kg gạo", "50 chăn; 200 kg gạo"),
        ("cash", "Tết vì dân: 4 triệu đ\nxây nhà: 2 tỷ", "Tết vì dân: 4.000.000; xây nhà: 2.000.000.000"),
        ("note", " cùng Đoàn Thanh niên ", "cùng Đoàn Thanh niên"),
    ],
)  # fmt: skip
def test_what_is_typed_is_shown_in_one_form(key: str, typed: str, shown: str) -> None:
    cell = read_cell(_BY_KEY[key], typed)
    assert show_cell(cell) == shown
    assert read_cell(_BY_KEY[key], shown) == cell


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        ("cards", "nhiều", "annex-text-in-number-column"),
        ("cards", "2 trực tiếp", "annex-text-in-number-column"),
        ("card_money", "Tết: 5", "annex-text-in-number-column"),
        ("goods", "500 kg", "annex-goods-not-read"),
        ("cash", "45.000.000 Tết: 3", "annex-sums-not-read"),
    ],
)
def test_what_does_not_read_is_said_with_what_was_typed(key: str, typed: str, code: str) -> None:
    with pytest.raises(Rejected, match=code) as refused:
        read_cell(_BY_KEY[key], typed)
    assert typed in refused.value.vi
