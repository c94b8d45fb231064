"""An annex in a file is held against what stands; what does not fit is said, nothing is guessed. A10, S003-14."""

from datetime import date

import pytest

from chassis.facts.refusal import REFUSALS
from services.campaigns.domain.annex_file import MAX_ROWS, Reading, exported, read_file
from tests.campaigns.test_annex import TABLE, row

HEAD = "Năm;Số thẻ BHYT;Tiền mua thẻ;Hiện vật;Nhà trực tiếp;Nhà phối hợp;Nhà chưa rõ;Tiền mặt theo hoạt động;Ghi chú"


def read(*lines: str, head: str = HEAD) -> Reading:
    """What is read of a CSV file, where a row of 2019 stands."""
    text = "\n".join([head, *lines])
    return read_file(TABLE, text.encode(), [row(cards="1.200", goods="50 chăn")])


def faults(found: Reading) -> list[tuple[int | None, str, str, str]]:
    """What is wrong, where, with what stands there."""
    assert all(each.code in REFUSALS and each.vi and each.en for each in found.faults)
    return [(each.year, each.column, each.typed, each.code) for each in found.faults]


@pytest.mark.requirement("S003-14")
def test_a_file_says_what_it_would_change() -> None:
    found = read("2019;1.300;;50 chăn", "2018;7;2 triệu;;1;0;;Tết: 5.000;ghi chú")
    assert (faults(found), found.shifted) == ([], 0)
    assert [each.year for each in found.rows] == [2019, 2018]
    assert [(each.year, each.column, each.stands, each.read) for each in found.changes] == [
        (2019, "cards", "1.200", "1.300"), (2018, "cards", "", "7"), (2018, "card_money", "", "2.000.000"),
        (2018, "houses_direct", "", "1"), (2018, "houses_joint", "", "0"), (2018, "cash", "", "Tết: 5.000"),
        (2018, "note", "", "ghi chú"),
    ]  # fmt: skip


@pytest.mark.requirement("S003-14")
def test_a_column_that_the_file_lacks_stays_as_it_stands() -> None:
    found = read("2019;2.000", head="Năm;Số thẻ BHYT")
    assert found.rows == [row(cards="2.000", goods="50 chăn")]
    emptied = read("2019;;;", head="Năm;Số thẻ BHYT;Tiền mua thẻ;Hiện vật")
    assert [(each.column, each.read) for each in emptied.changes] == [("cards", ""), ("goods", "")]


@pytest.mark.requirement("S003-14", "S003-16")
@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2019;nhiều", (2019, "cards", "nhiều", "annex-text-in-number-column")),
        ("2019;-5", (2019, "cards", "-5", "annex-negative")),
        ("2019;1,5", (2019, "cards", "1,5", "annex-not-whole")),
        ("2019;;;500 kg", (2019, "goods", "500 kg", "annex-goods-not-read")),
        ("2015;1", (None, "year", "2015", "annex-year-outside")),
        ("năm nay;1", (None, "year", "năm nay", "annex-year-outside")),
    ],
)
def test_what_does_not_fit_is_named_and_its_row_left_out(line: str, fault: tuple[int | None, str, str, str]) -> None:
    found = read(line, "2018;1")
    assert faults(found) == [fault]
    assert [each.year for each in found.rows] == [2018]


@pytest.mark.requirement("S003-14")
def test_a_block_that_has_slipped_by_a_column_is_said_and_not_moved() -> None:
    right = read("2018;;7;2000;50 chăn;1;0;;Tết: 5.000", "2019;;8;3000;2 tấn gạo;1;0;;Tết: 1.000")
    assert right.shifted == 1
    assert ("goods", "2000") in {(column, typed) for _, column, typed, _ in faults(right)}
    assert right.rows == []
    left = read("2018;2000;50 chăn;1;0;;Tết: 5.000;ghi chú;")
    assert left.shifted == -1
    assert read("2018;nhiều").shifted == 0


@pytest.mark.requirement("S003-14")
def test_years_stand_once_and_sums_below_them_are_passed_over() -> None:
    found = read("2018;1", "2018;2", "Cộng;3")
    assert faults(found) == [(2018, "year", "2018", "annex-year-twice")]
    assert [each.year for each in found.rows] == [2018]


@pytest.mark.requirement("S003-14")
def test_a_file_that_is_none_of_this_annex_is_refused() -> None:
    assert faults(read("7;5", head="Số thẻ BHYT;Tiền mua thẻ")) == [(None, "year", "", "annex-file-without-years")]
    assert faults(read("2018;7;5", head="Năm;Số thẻ BHYT;Xã")) == [(None, "", "Xã", "annex-column-unknown")]
    assert [code for *_, code in faults(read_file(TABLE, b"\xff\xfe\x00", []))] == ["annex-file-not-read"]
    long = read(*(f"{year};1" for year in [2018, *[2015] * (MAX_ROWS + 1)]))
    assert faults(long)[-1][-1] == "annex-file-too-long"


@pytest.mark.requirement("A10")
def test_the_year_that_is_not_over_says_until_when_and_what_is_taken_along_reads_the_same() -> None:
    head = f"{HEAD};Tính đến ngày"
    found = read("2020;1;;;;;;;;31/7/2020", "2018;1;;;;;;;;", head=head)
    assert [(each.year, each.until) for each in found.rows] == [(2020, date(2020, 7, 31)), (2018, None)]
    assert faults(read("2020;1;;;;;;;;hết tháng 7", head=head)) == [
        (2020, "until", "hết tháng 7", "annex-day-not-read"),
    ]
    stand = [
        row(2019, cards="1.200", goods="50 chăn; 2 tấn gạo", note="x"),
        row(2020, date(2020, 7, 31), cash="Tết: 5"),
    ]
    text = "\n".join("\t".join(line) for line in exported(TABLE, stand))
    again = read_file(TABLE, text.encode(), stand)
    assert (again.changes, again.faults) == ([], [])
    assert [each for each in again.rows if each.cells] == stand
