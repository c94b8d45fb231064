"""A consolidated annex as it is shown: a cell for each year and column, sums apart by measure, what was before."""

from decimal import Decimal
from typing import Any

import pytest

from services.portal.pages.reviews.sums import Shown, grids

TABLE: dict[str, Any] = {
    "key": "support",
    "title": "Kết quả",
    "first_year": 2019,
    "last_year": 2020,
    "columns": [{"key": "cards", "name": "Thẻ", "kind": "count"}, {"key": "goods", "name": "Hiện vật", "kind": "items"},
                {"key": "note", "name": "Ghi chú", "kind": "text"}],
}  # fmt: skip


def summed(year: int, column: str, amount: str, label: str = "", measure: str = "") -> dict[str, Any]:
    return {
        "table": "support", "year": year, "column": column, "label": label, "measure": measure, "amount": amount,
        "reported": 3, "asked": 4,
    }  # fmt: skip


ANNEX: dict[str, Any] = {
    "sums": [
        summed(2019, "cards", "1500"),
        summed(2019, "goods", "500", "gạo", "kg"),
        summed(2019, "goods", "2", "gạo", "tấn"),
        summed(2020, "cards", "700"),
        summed(2020, "goods", "1.5", "gạo", "tấn"),
    ],
    "texts": [{"table": "support", "year": 2020, "column": "note", "unit_id": "u", "text": "Đến hết tháng 7"}],
}


@pytest.mark.requirement("S003-16")
def test_goods_of_two_measures_are_two_sums_and_years_add_up_each_by_itself() -> None:
    [grid] = grids([TABLE], ANNEX)
    assert grid.years[2019]["goods"].sums == [Shown("gạo", "kg", Decimal(500)), Shown("gạo", "tấn", Decimal(2))]
    assert grid.totals["cards"].sums == [Shown("", "", Decimal(2200))]
    assert grid.totals["goods"].sums == [Shown("gạo", "kg", Decimal(500)), Shown("gạo", "tấn", Decimal("3.5"))]
    assert grid.said == [("Ghi chú", 2020, ANNEX["texts"])]


def test_a_sum_that_differs_stands_beside_what_it_was_also_where_it_is_gone() -> None:
    about = {"table": "support", "label": "", "measure": ""}
    changed: list[dict[str, Any]] = [
        {**about, "year": 2019, "column": "cards", "before": "1400", "after": "1500"},
        {**about, "year": 2020, "column": "goods", "label": "chăn", "before": "80", "after": None},
        {**about, "year": 2020, "column": "cards", "before": None, "after": "700"},
    ]
    [grid] = grids([TABLE], ANNEX, changed)
    assert grid.years[2019]["cards"].sums == [Shown("", "", Decimal(1500), changed=True, before=Decimal(1400))]
    assert Shown("chăn", "", None, changed=True, before=Decimal(80)) in grid.years[2020]["goods"].sums
    assert grid.years[2020]["cards"].sums == [Shown("", "", Decimal(700), changed=True)]
    assert not grid.years[2019]["goods"].sums[0].changed


def test_another_tables_sums_are_left_out() -> None:
    [grid] = grids([{**TABLE, "key": "other"}], ANNEX)
    assert all(not cell.sums for cells in grid.years.values() for cell in cells.values())
