"""What a page shows becomes an Excel file, and every cell reads back as what it is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from markupsafe import escape
from openpyxl import load_workbook

from services.portal.shell.excel import workbook
from services.portal.shell.figures import show_day, show_figure, show_moment
from services.portal.shell.tables import Table, joined, read

PAGE = """<!doctype html><html><body><nav><table><tr><td>menu</td></tr></table></nav><main><h1>Danh sách</h1>
<h2>Kết quả</h2><table><caption class="out">Bảng: một/hai</caption><thead><tr><th>Đơn vị</th><th class="number">%</th>
<th>Ngày</th><th>Ghi chú</th></tr></thead><tbody>{rows}</tbody><tfoot><tr><th>Cộng</th></tr></tfoot></table>
<p><a class="button second" rel="next" href="?state=x&amp;after=7">Xem tiếp</a></p></main></body></html>"""


def page(*rows: str) -> str:
    return PAGE.format(rows="".join(f"<tr>{row}</tr>" for row in rows))


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def test_cells_are_read_as_they_are_shown() -> None:
    found = read(
        page(
            '<td class="lead"><a href="/x">BHXH tỉnh <b>Hà Giang</b></a></td><td class="number">1.234,5</td>'
            "<td>20/11/2024</td><td>–</td>",
            '<td>P01 <svg><text>94</text><title>hình</title></svg></td><td class="number"><input value="94,2 %"></td>'
            '<td>20/11/2024 09:05</td><td><span class="out">ẩn</span><button class="term">Đạt</button>'
            '<span class="tip">giải thích</span> <button class="button">Xóa</button></td>',
            '<td class="number">≥ 94,2</td><td class="number">–</td><td>31/02/2024</td><td>54/63</td>',
        )
    )
    assert (found.title, found.next) == ("Danh sách", "state=x&after=7")
    [table] = found.tables
    assert (table.title, table.heads) == ("Bảng: một/hai", ["Đơn vị", "%", "Ngày", "Ghi chú"])
    assert table.rows == [
        ["BHXH tỉnh Hà Giang", Decimal("1234.5"), date(2024, 11, 20), None],
        ["P01", Decimal("94.2"), datetime(2024, 11, 20, 9, 5), "Đạt"],  # noqa: DTZ001
        ["≥ 94,2", None, "31/02/2024", "54/63"],
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.vn", "0123", "1e5", "\t=1"]
)
def test_no_text_becomes_a_formula_a_number_or_a_link(text: str) -> None:
    content = workbook([Table("x", ["h"], [[text]])], [], "Về tệp này")
    book = load_workbook(BytesIO(content))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@for_all(
    some.lists(
        some.one_of(
            some.decimals(-(10**9), 10**9, places=2),
            some.dates(date(1990, 1, 1), date(2100, 1, 1)),
            some.text("aăâđễ Ữ=+-/:*'\"<>&0123456789,.", min_size=1)
            .map(lambda text: " ".join(text.split()))
            .filter(bool),
        ),
        min_size=1,
    )
)
def test_what_is_shown_reads_back_from_the_file(values: list[object]) -> None:
    def shown(value: object) -> str:
        if isinstance(value, Decimal):
            return f'<td class="number">{show_figure(value)}</td>'
        if isinstance(value, date):
            return f"<td>{show_day(value)}</td>"
        return f"<td>{escape(value)}</td>"

    [table] = read(page("".join(map(shown, values)))).tables
    [_, back] = cells(workbook([table], [], "Về tệp này"))
    for value, cell in zip(values, back, strict=False):
        if isinstance(value, Decimal):
            assert isinstance(cell, int | float)
            assert Decimal(str(round(cell, 2))) == value
        elif isinstance(value, date):
            assert isinstance(cell, datetime)
            assert cell.date() == value
        else:
            assert cell == (None if value == "–" else value)


def test_pages_of_a_list_are_one_sheet() -> None:
    """What stands beside the list on each of its pages stands in the file once."""
    beside = "<table><thead><tr><th>Kênh</th></tr></thead><tbody><tr><td>Zalo</td></tr></tbody></table><h2>"
    rows = [page(f'<td>Đơn vị {n}</td><td class="number">{n}</td>').replace("<h2>", beside, 1) for n in range(3)]
    rows[-1] = rows[-1].replace('rel="next"', "")
    content = workbook(joined([read(each) for each in rows]), [("Số dòng", "3")], "Về tệp này")
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Danh sách", "Bảng một hai", "Về tệp này"]
    assert cells(content) == [["Kênh"], ["Zalo"]]
    assert [row[:2] for row in cells(content, 1)[1:]] == [[f"Đơn vị {n}", n] for n in range(3)]
    assert book.worksheets[1].freeze_panes == "A2"
    assert book.worksheets[1].column_dimensions["A"].width >= len("Đơn vị 0")


def test_sheets_have_names_that_excel_takes() -> None:
    titles = ["a" * 40, "A" * 40, "History", "[]:*?/\\", "", "'x'"]
    content = workbook([Table(title, ["h"], [["1"]]) for title in titles], [], "Về tệp này")
    names = load_workbook(BytesIO(content)).sheetnames
    assert len({name.lower() for name in names}) == len(titles) + 1
    assert all(0 < len(name) <= 31 for name in names)


def test_a_moment_of_viet_nam_reads_back() -> None:
    moment = datetime(2024, 11, 20, 18, 30, tzinfo=UTC)
    [table] = read(page(f"<td>{show_moment(moment)}</td>")).tables
    assert table.rows == [[datetime(2024, 11, 21, 1, 30)]]  # noqa: DTZ001
