"""A unit's report as a form: what stands in its cells, their sums, and a pasted block that may have slipped."""

from typing import Any

import pytest

from services.portal.pages.reports.cells import read_cell, show_cell, sum_of
from services.portal.pages.reports.grid import Table, stands, tables
from services.portal.pages.reports.pasted import differences, fits
from services.portal.shell.figures import NotAFigure

YEARS = range(2016, 2021)
NAMES = {
    "cards": ("Số thẻ", "count"),
    "card_money": ("Tiền mua thẻ", "money"),
    "goods": ("Hiện vật", "items"),
    "houses": ("Nhà trực tiếp", "count"),
    "cash": ("Tiền mặt", "money_by_activity"),
    "note": ("Ghi chú", "text"),
}
COLUMNS: list[dict[str, Any]] = [{"key": key, "name": name, "kind": kind} for key, (name, kind) in NAMES.items()]


def cell(column: str, **given: Any) -> dict[str, Any]:
    return {"column": column, "number": None, "items": [], "sums": [], "text": "", **given}


REPORT: dict[str, Any] = {
    "covers": "own",
    "outline": [
        {"key": "I", "title": "Đặc điểm", "heading": True, "text": ""},
        {"key": "I.1", "title": "Thuận lợi", "heading": False, "text": "Có."},
    ],
    "annexes": [
        {
            "key": "poor", "title": "Phụ lục", "columns": COLUMNS, "first_year": 2016, "last_year": 2020,
            "partial": True,
            "rows": [
                {"year": 2016, "until": None, "cells": [
                    cell("cards", number="1150"),
                    cell("goods", items=[{"name": "chăn", "measure": "", "quantity": "50"}]),
                    cell("cash", sums=[{"activity": "Tết", "amount": "45000000"}]),
                ]},
                {"year": 2020, "until": "2020-07-31", "cells": [cell("note", text="Đến tháng 7")]},
            ],
        }
    ],
}  # fmt: skip


def table(typed: dict[str, str] | None = None) -> Table:
    return tables(REPORT, typed or {})[0]


def block(*lines: str) -> str:
    return "\n".join(line.replace("|", "\t") for line in lines)


def test_a_form_shows_what_stands_and_what_was_typed() -> None:
    found = table({"a-poor-2016-cards": "1.200"})
    first = found.lines[0].cells
    assert [each.stands for each in first.values()] == ["1.150", "", "50 chăn", "", "Tết: 45.000.000", ""]
    assert first["cards"].typed == "1.200"
    assert [line.until.stands for line in found.lines if line.until] == ["31/07/2020"]
    fields = stands(REPORT)
    assert (fields["s-I.1"], fields["covers"], fields["u-poor-2020"]) == ("Có.", "own", "31/07/2020")
    assert "s-I" not in fields


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("column", "typed", "shown"),
    [
        ("cards", "1150", "1.150"),
        ("card_money", "12,5", "12,5"),
        ("goods", "200kg gạo;50 chăn", "200 kg gạo; 50 chăn"),
        ("cash", "45 triệu Tết", "Tết: 45.000.000"),
        ("card_money", "1,5 triệu đồng", "1.500.000"),
        ("cash", "0", "0"),
        ("note", "-", "-"),
    ],
)
def test_what_is_typed_comes_back_as_it_is_written_in_viet_nam(column: str, typed: str, shown: str) -> None:
    read = read_cell(next(each for each in COLUMNS if each["key"] == column), typed)
    assert read is not None
    assert show_cell(cell(**read)) == shown


def test_a_dash_and_an_empty_cell_say_nothing_and_a_word_is_no_figure() -> None:
    assert [read_cell(COLUMNS[0], typed) for typed in ("", " - ", "–")] == [None] * 3
    with pytest.raises(NotAFigure):
        read_cell(COLUMNS[0], "nhiều")


def test_each_kind_of_column_has_its_sum() -> None:
    goods, cash = COLUMNS[2], COLUMNS[4]
    assert sum_of(COLUMNS[0], ["1.150", "", "50", "nhiều"]) == "1.200"
    assert sum_of(goods, ["50 chăn", "40 chăn; 200 kg gạo", "2 tấn gạo", "-"]) == "90 chăn; 200 kg gạo; 2 tấn gạo"
    assert sum_of(cash, ["1.000 Tết; 2.000", "3.000"]) == "6.000"
    assert sum_of(COLUMNS[5], ["a"]) == sum_of(COLUMNS[0], ["", ""]) == ""


FIRST = "1.150|12.000.000|50 chăn|2|45.000.000|Ghi chú"
SECOND = "1.240|13.000.000|40 chăn|1|52.500.000|"


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    "pasted",
    [
        block(FIRST, SECOND),
        block("2016|" + FIRST, "2017|" + SECOND, "Cộng|2.390|25.000.000|90 chăn|3|97.500.000|"),
        block("Năm|Tiền mua thẻ|Số thẻ|Hiện vật|Nhà trực tiếp|Tiền mặt|Ghi chú",
              "Năm 2017|13.000.000|1.240|40 chăn|1|52.500.000|", "2016|12.000.000|1.150|50 chăn|2|45.000.000|Ghi chú"),
    ],
    ids=["by its shape", "with years and sums", "with heads in another order"],
)  # fmt: skip
def test_a_block_finds_its_cells(pasted: str) -> None:
    [fit] = fits(pasted, table())
    assert fit.values == {
        **dict(zip([f"a-poor-2016-{key}" for key in NAMES], FIRST.split("|"), strict=True)),
        **dict(zip([f"a-poor-2017-{key}" for key in [*NAMES][:5]], SECOND.split("|")[:5], strict=True)),
    }
    assert (fit.wrong, fit.outside, fit.years) == (set(), [], [])


def test_a_block_begins_at_the_cell_into_which_it_was_pasted() -> None:
    [fit] = fits("5\n7", table(), "a-poor-2018-houses")
    assert fit.values == {"a-poor-2018-houses": "5", "a-poor-2019-houses": "7"}


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("pasted", "at", "start"),
    [
        (block(FIRST, SECOND), "a-poor-2016-card_money", 0),
        (block("12.000.000|50 chăn|2", "13.000.000|40 chăn|1"), "a-poor-2016-cards", 1),
        (block("12.000.000|", "13.000.000|"), "a-poor-2016-cards", 1),
        (block("1|" + FIRST, "2|" + SECOND), "a-poor-2016-cards", -1),
    ],
    ids=["one to the right", "one to the left", "money among cards", "with a column of numbers"],
)
def test_a_block_that_seems_to_have_slipped_is_asked_about(pasted: str, at: str, start: int) -> None:
    asked, other = fits(pasted, table(), at)
    assert other.start == start
    assert asked.start != start
    assert other.fault < asked.fault
    assert [len(values) for _, values in differences(table(), [asked, other])] != []


def test_years_that_the_annex_does_not_have_are_said_and_words_stay_as_they_were_pasted() -> None:
    [fit] = fits(block("2015|5", "2016|nhiều"), table())
    assert fit.years == ["2015"]
    assert (fit.values, fit.wrong) == ({"a-poor-2016-cards": "nhiều"}, {"a-poor-2016-cards"})


def test_a_block_far_too_large_is_cut_and_nothing_is_nothing() -> None:
    large = "\n".join("\t".join("1" for _ in range(90)) for _ in range(400))
    assert len(fits(large, table())[0].values) == 30
    assert fits("", table()) == fits("\n\t\n", table()) == []
