"""Tables as offices make them come out as rows with the numbers of their lines, whatever program wrote them."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import Workbook

from chassis.facts.tables import IGNORED, Head, Line, NoTable, lines, table
from chassis.facts.typed import read_day, read_figure

AT_HALF_PAST_EIGHT = datetime(2024, 11, 10, 8, 30)  # noqa: DTZ001 - Excel knows of no time zone
NAMES = {"code": ("Mã đơn vị", "Mã"), "name": ("Tên đơn vị", "Đơn vị"), "share": ("Tỷ lệ (%)",)}


def workbook(*rows: Sequence[Any], merged: Sequence[str] = ()) -> bytes:
    book, target = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for each in merged:
        sheet.merge_cells(each)
    book.save(target)
    return target.getvalue()


def read(data: bytes) -> tuple[Head, list[tuple[int, dict[str, str]]]]:
    head, found = table(lines(data), NAMES)
    return head, [(line.number, head.row(line)) for line in found]


ROWS = [(2, {"code": "P01", "name": "Hà Nội", "share": "95,1"})]


@pytest.mark.parametrize(
    "data",
    [
        'Mã,Tên đơn vị,Tỷ lệ (%)\nP01,Hà Nội,"95,1"\n'.encode(),
        "\ufeffMã;Tên đơn vị;Tỷ lệ (%)\r\nP01;Hà Nội;95,1\r\n".encode(),
        "Mã\tTên đơn vị\tTỷ lệ (%)\nP01\tHà Nội\t95,1\n".encode("utf-16"),
        normalize("NFD", "MÃ;TÊN ĐƠN VỊ;TỶ LỆ\nP01;Hà\u00a0Nội;95,1").replace("LỆ", "LỆ %").encode(),
        workbook(("Mã", "Tên đơn vị", "Tỷ lệ (%)"), ("P01", "Hà\u00a0Nội", 95.1)),
    ],
    ids=["commas", "byte order mark and semicolons", "unicode text", "decomposed and no-break", "excel"],
)
def test_every_program_s_file_gives_the_same_rows(data: bytes) -> None:
    assert read(data)[1] == ROWS


def test_a_title_above_running_numbers_and_numbered_columns_are_passed_over() -> None:
    title = [("BẢO HIỂM XÃ HỘI VIỆT NAM",), ("DANH SÁCH ĐƠN VỊ",), ("(Kèm theo Công văn số 12)",), ()]
    head = ("STT", "Mã đơn vị", "Đơn vị", "Tỷ lệ (%)")
    file = workbook(*title, head, ("A", "1", "2", "3"), (1, "P01", "Hà Nội", 95.1), merged=("A1:D1", "A2:D2"))
    found, rows = read(file)
    assert (found.line, found.columns) == (5, [IGNORED, "code", "name", "share"])
    assert rows == [(7, ROWS[0][1])]
    text = "BẢO HIỂM XÃ HỘI VIỆT NAM;;;\n;;;\nSTT;Mã đơn vị;Đơn vị;Tỷ lệ (%)\n(1);(2);(3);(4)\n1;P01;Hà Nội;95,1\n"
    assert read(text.encode())[1] == [(5, ROWS[0][1])]


def test_a_head_of_two_lines_with_merged_cells_is_one() -> None:
    names = {"code": ("Mã",), "due": ("Chỉ tiêu năm 2024",), "more": ("Chỉ tiêu năm 2025",)}
    rows = [("Mã", "Chỉ tiêu", None), (None, "Năm 2024", "Năm 2025"), ("P01", 95.1, 95.2)]
    head, found = table(lines(workbook(*rows, merged=("A1:A2", "B1:C1"))), names)
    assert [head.row(line) for line in found] == [{"code": "P01", "due": "95,1", "more": "95,2"}]


def test_cells_of_excel_are_written_as_in_viet_nam() -> None:
    [line] = lines(workbook((1234, 0.1 + 0.2, 1e-7, date(2024, 11, 10), AT_HALF_PAST_EIGHT, True, "  x ")))
    assert line.cells == ["1234", "0,3", "0,0000001", "2024-11-10", "2024-11-10 08:30", "True", "x"]
    assert read_figure(line.cells[0]) == 1234
    assert read_day(line.cells[3]) == date(2024, 11, 10)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old-excel", 1),
        (b"PK\x03\x04rest", "bad-excel", 1),
        ("Mã\nHà Nội".encode("cp1258", "replace"), "bad-utf8", 2),
        (b"\xff\xfea", "bad-utf8", 1),
    ],
)
def test_what_is_no_table_says_why(data: bytes, code: str, line: int) -> None:
    with pytest.raises(NoTable) as refused:
        list(lines(data))
    assert (refused.value.code, refused.value.line) == (code, line)


def test_a_line_that_cannot_be_split_is_told_and_the_next_is_read() -> None:
    found = list(lines(b'a,b\n"x" y,1\nc,d\n'))
    assert [(line.number, line.broken) for line in found] == [(1, False), (2, True), (3, False)]


def test_a_file_without_any_known_name_has_its_first_line_as_head() -> None:
    head, found = table(iter([Line(1, ["x", "y"]), Line(2, ["1", "z"])]), NAMES)
    assert (head.found, head.columns, len(list(found))) == (False, ["x", "y"], 1)


@given(data=some.binary() | some.binary().map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_are_lines_or_no_table(data: bytes) -> None:
    try:
        head, found = table(lines(data), NAMES)
        [head.row(line) for line in found]
    except NoTable:
        pass


@pytest.mark.parametrize(
    ("kept", "form", "seen"), [(0.951, "0.00%", 95.1), (1.02, "0%", 102), (0.951, "General", 0.951)]
)
def test_a_cell_in_the_form_of_per_cent_says_what_is_seen_in_it(kept: float, form: str, seen: float) -> None:
    book, target = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã", "Tên đơn vị", "Tỷ lệ (%)"])
    sheet.append(["P01", "Hà Nội", kept])
    sheet["C2"].number_format = form
    book.save(target)
    (_, row), *_ = read(target.getvalue())[1]
    assert float(read_figure(row["share"])) == seen
