"""Persons from tables as offices make them: read, or every wrong row named; what is told repeats no details."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from contracts.registry import StaffCategory
from services.registry.domain.people_import import parse_people

UNITS = {"P01": 1, "P01-D1": 2}
HEAD = "STT;Mã cán bộ;Họ và tên;Ngày sinh;Điện thoại;Email;Mã đơn vị;Loại lao động;Trực tiếp;Từ ngày"
GOOD = "1;CB001;Nguyễn Thị Thử;02/01/1990;0912345678;thu@example.vn;P01;Viên chức;x;01/01/2024"


def text(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def codes(data: bytes) -> list[tuple[int, str | None, str]]:
    _, faults = parse_people(data, UNITS)
    return [(each.line, each.column, each.code) for each in faults]


def test_a_file_of_an_office_is_read_with_its_title_its_mark_and_its_letters_in_pieces() -> None:
    title = "BẢO HIỂM XÃ HỘI TỈNH MỘT\nDANH SÁCH CÁN BỘ\n\n"
    decomposed = GOOD.replace("ễ", "e\u0302\u0303").replace("Nguyễn Thị", "Nguyễn\u00a0Thị")
    [row], faults = parse_people(b"\xef\xbb\xbf" + f"{title}{HEAD}\n{decomposed}".encode(), UNITS)
    assert faults == []
    assert row.details.full_name == "Nguyễn Thị Thử"
    assert (row.details.phone, row.details.birth_date) == ("84912345678", date(1990, 1, 2))
    assert (row.unit, row.category, row.works_directly) == ("P01", StaffCategory.PUBLIC_EMPLOYEE, True)
    assert (row.since, row.line) == (date(2024, 1, 1), 5)


def test_an_excel_file_with_merged_heads_and_real_days_is_read() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH NGƯỜI LAO ĐỘNG"])
    sheet.append(["STT", "Mã cán bộ", "Họ và tên", "Liên hệ", None, "Mã đơn vị", "Loại lao động", "Từ ngày"])
    sheet.append([None, None, None, "Điện thoại", "Email", None, None, None])
    sheet.merge_cells("D2:E2")
    sheet.append([1, "CB001", "Nguyễn Thị Thử", 912345678, None, "p01", "Công chức", date(2024, 1, 1)])
    out = BytesIO()
    book.save(out)
    [row], faults = parse_people(out.getvalue(), UNITS)
    assert faults == []
    assert (row.details.phone, row.unit, row.works_directly) == ("84912345678", "P01", False)


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        (GOOD.replace("CB001", ""), "staff_code", "staff_code"),
        (GOOD.replace("Nguyễn Thị Thử", "=HYPERLINK(1)"), "full_name", "full_name"),
        (GOOD.replace("02/01/1990", "31/02/1990"), "birth_date", "birth_date"),
        (GOOD.replace("0912345678", "12345"), "phone", "phone"),
        (GOOD.replace("thu@example.vn", "thu@"), "email", "email"),
        (GOOD.replace(";P01;", ";P99;"), "unit", "unit-unknown"),
        (GOOD.replace("Viên chức", "Bạn bè"), "category", "category"),
        (GOOD.replace(";x;", ";có lẽ;"), "works_directly", "works_directly"),
        (GOOD.replace("01/01/2024", "đầu năm"), "since", "since"),
    ],
)
def test_each_wrong_cell_is_named_and_repeats_nothing_of_the_person(wrong: str, column: str, code: str) -> None:
    assert codes(text(GOOD.replace("CB001", "CB000"), wrong)) == [(3, column, code)]
    _, [fault] = parse_people(text(wrong), UNITS)
    assert not any(each in fault.vi for each in ("Thử", "0912", "thu@", "CB001"))
    assert fault.vi.count(";") or fault.vi.count(",")  # it says what to do


def test_every_wrong_row_is_listed_also_the_last_of_many() -> None:
    bad = [GOOD.replace("CB001", f"CB{number}").replace("P01", "P99") for number in range(300)]
    assert len(codes(text(*bad))) == 300
    assert codes(text(GOOD, GOOD)) == [(3, "staff_code", "code-twice")]
    assert codes(text(head="Mã cán bộ;Họ và tên")) == [
        (1, name, "missing-column") for name in ("unit", "category", "since")
    ]
    assert codes(text()) == [(1, None, "empty-file")]
    assert codes(b"\xd0\xcf\x11\xe0") == [(1, None, "no-table")]
