"""What is typed into one cell of an annex: goods with their measures, money by activity."""

from decimal import Decimal

import pytest

from chassis.facts.typed import NotAFigure
from chassis.facts.typed_goods import Typed, read_items, read_sums, show_items, show_sums


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("50 chăn; 200 kg gạo", [("50", "", "chăn"), ("200", "kg", "gạo")]),
        ("200kg gạo\n2 tấn gạo", [("200", "kg", "gạo"), ("2", "tấn", "gạo")]),
        ("1.150 suất quà, 2,5 tấn gạo nếp", [("1150", "suất", "quà"), ("2.5", "tấn", "gạo nếp")]),
        ("gạo: 200 kg; Chăn 50", [("200", "kg", "gạo"), ("50", "", "Chăn")]),
        ("10 xe đạp", [("10", "", "xe đạp")]),
        ("2 000 kg gạo ST25", [("2000", "kg", "gạo ST25")]),
        ("50 chăn và 20 kg gạo", [("50", "", "chăn"), ("20", "kg", "gạo")]),
        ("5 bộ", [("5", "", "bộ")]),
        (" - ", []),
        ("Không", []),
        ("0", []),
        ("", []),
    ],
)
def test_goods_are_read_with_their_measures(typed: str, read: list[tuple[str, str, str]]) -> None:
    assert read_items(typed) == [(Decimal(quantity), measure, name) for quantity, measure, name in read]


@pytest.mark.requirement("S003-14")
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("45.000.000", [("45000000", "")]),
        ("45.000.000 đồng", [("45000000", "")]),
        ("45.000.000 đ Tết; 20.000.000 xây nhà", [("45000000", "Tết"), ("20000000", "xây nhà")]),
        ("Tết: 45.000.000; xây nhà 20.000.000 đồng", [("45000000", "Tết"), ("20000000", "xây nhà")]),
        ("45 triệu đồng; Tết 2019: 1,5 tỷ", [("45000000", ""), ("1500000000", "Tết 2019")]),
        ("45.000.000đ; 2 000 000 đồng Tết", [("45000000", ""), ("2000000", "Tết")]),
        ("0", []),
    ],
)  # fmt: skip
def test_money_is_read_with_its_activities(typed: str, read: list[tuple[str, str]]) -> None:
    assert [(each.quantity, each.name) for each in read_sums(typed)] == [(Decimal(sum_), name) for sum_, name in read]


@pytest.mark.parametrize("typed", ["chăn", "50", "nhiều chăn; 5 kg gạo", "1.2.3 chăn", "12", "500 kg", "50 60 chăn"])
def test_goods_without_a_quantity_or_a_name_are_not_guessed(typed: str) -> None:
    with pytest.raises(NotAFigure):
        read_items(typed)


@pytest.mark.parametrize("typed", ["nhiều", "Tết: nhiều", "ngày 20/11/2019 xây nhà"])
def test_money_that_is_no_figure_is_not_guessed(typed: str) -> None:
    with pytest.raises(NotAFigure):
        read_sums(typed)


def test_what_was_read_is_shown_in_one_form_and_reads_the_same() -> None:
    items = [*read_items("Chăn 50; 2000kg gạo"), Typed(Decimal(3), "", "bộ quần áo")]
    assert show_items(items) == "50 Chăn; 2.000 kg gạo; bộ quần áo: 3"
    assert read_items(show_items(items)) == items
    sums = read_sums("45 triệu Tết; 5000000")
    assert show_sums(sums) == "Tết: 45.000.000; 5.000.000"
    assert read_sums(show_sums(sums)) == sums
