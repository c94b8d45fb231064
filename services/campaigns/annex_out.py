"""Annexes as Excel files: a unit's own, to be filled in and read again; the sums of a review. Source: A10, S003-16."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final

import xlsxwriter

from contracts.campaigns import AnnexRow, AnnexSum, AnnexTable
from services.campaigns.domain.annex import NUMBERS
from services.campaigns.domain.annex_file import exported

_A4: Final = 9
_WIDTH: Final = 24
_SHEET: Final = "Phụ lục"
_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number: a greater one is written as text."""
_HEADS: Final = (
    "Năm",
    "Nội dung",
    "Hiện vật, hoạt động",
    "Đơn vị tính",
    "Tổng số",
    "Số đơn vị đã báo cáo",
    "Số đơn vị",
)


def filled_in(annex: AnnexTable, rows: Sequence[AnnexRow]) -> bytes:
    """The annex of a report, line by line; its columns of one number as numbers, all else as text, never a formula."""
    numbers = {place for place, each in enumerate(annex.columns, start=1) if each.kind in NUMBERS} | {0}
    by_year = {row.year: row for row in rows if row.table == annex.key}
    table = list[Sequence[str | Decimal | int | date]]()
    for line in exported(annex, rows):
        cells: list[str | Decimal | int | date] = list(line)
        if table:
            cells[0] = int(line[0])
            row = by_year.get(int(line[0]))
            said = {cell.column: cell.number for cell in row.cells} if row else {}
            for place in numbers - {0}:
                cells[place] = _number(said.get(annex.columns[place - 1].key))
        table.append(cells)
    return _book(table)


def summed(tables: Iterable[AnnexTable], sums: Sequence[AnnexSum]) -> bytes:
    """The sums of a review, a line for each, with how many of the units that were asked have reported."""
    names = {(table.key, column.key): column.name for table in tables for column in table.columns}
    lines = [_HEADS, *(_line(each, names) for each in sums)]
    return _book(lines)


def _line(each: AnnexSum, names: Mapping[tuple[str, str], str]) -> Sequence[str | Decimal | int]:
    name = names.get((each.table, each.column), each.column)
    return each.year, name, each.label, each.measure, _number(each.amount), each.reported, each.asked


def _number(value: Decimal | None) -> str | Decimal:
    if value is None:
        return ""
    return value if abs(value) < _EXACT else f"{value:f}"


def _book(lines: Sequence[Sequence[str | Decimal | int | date]]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text, figure = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"valign": "top"})
    sheet = book.add_worksheet(_SHEET)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if isinstance(cell, Decimal | int):
                sheet.write_number(number, place, float(cell) if isinstance(cell, Decimal) else cell, figure)
            elif cell:
                sheet.write_string(number, place, str(cell), text if number else head)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, max(map(len, lines)), _WIDTH)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()
