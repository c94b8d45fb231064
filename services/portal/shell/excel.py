"""Tables as an Excel file: figures, days and moments with their types, everything else text and never a formula."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from re import sub
from typing import Any, Final

import xlsxwriter

from services.portal.shell.tables import Cell, Table

_LONGEST_SHEET: Final = 31
_LONGEST_CELL: Final = 32_767
_WIDEST: Final = 60
_PLACES: Final = 6
_A4: Final = 9


class _Book:
    """A workbook with the few forms in which cells are shown."""

    def __init__(self, target: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(target, {"in_memory": True})
        self._head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self._day, self._moment = (
            self.book.add_format({"num_format": form, "valign": "top"}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")
        )
        self._figures = [
            self.book.add_format({"num_format": "0." + "0" * places if places else "0", "valign": "top"})
            for places in range(_PLACES + 1)
        ]
        self._names = set[str]()

    def sheet(self, title: str) -> Any:
        """A new sheet, under a name that Excel takes and that no other one has."""
        plain = sub(r"[\[\]:*?/\\\s]+", " ", title).strip(" '")[:_LONGEST_SHEET].strip(" '") or "1"
        name, number = plain, 1
        while name.lower() in {*self._names, "history"}:
            number += 1
            name = f"{plain[: _LONGEST_SHEET - 3]} {number}"
        self._names.add(name.lower())
        return self.book.add_worksheet(name)

    def heads(self, sheet: Any, texts: Sequence[str]) -> None:
        """The first row."""
        for column, text in enumerate(texts):
            sheet.write_string(0, column, text, self._head)

    def cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        """One cell in its type."""
        match cell:
            case Decimal():
                sheet.write_number(row, column, float(cell), self._figures[min(_PLACES, _places(cell))])
            case datetime():
                sheet.write_datetime(row, column, cell, self._moment)
            case date():
                sheet.write_datetime(row, column, cell, self._day)
            case str():
                sheet.write_string(row, column, cell[:_LONGEST_CELL], self._text)
            case None:
                pass


def workbook(tables: Sequence[Table], about: Sequence[tuple[str, str]], about_title: str) -> bytes:
    """An Excel file: a sheet for each table, and one that says `about` the file what people ask of it later."""
    target = BytesIO()
    made = _Book(target)
    for table in tables:
        _fill(made, made.sheet(table.title), table)
    last = made.sheet(about_title)
    last.set_column(0, 0, 24)
    last.set_column(1, 1, _WIDEST)
    for number, pair in enumerate(about):
        for column, text in enumerate(pair):
            made.cell(last, number, column, text)
    made.book.close()
    return target.getvalue()


def _fill(made: _Book, sheet: Any, table: Table) -> None:
    made.heads(sheet, table.heads)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            made.cell(sheet, number, column, cell)
    lines: list[Sequence[Cell]] = [table.heads, *table.rows]
    for column in range(max(map(len, lines))):
        written = [len(_written(line[column])) for line in lines if column < len(line)]
        sheet.set_column(column, column, min(_WIDEST, 2 + max(written)))
    sheet.freeze_panes(1, 0)
    if table.heads and table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.heads) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _places(figure: Decimal) -> int:
    exponent = figure.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _written(cell: Cell) -> str:
    return "" if cell is None else f"{cell:%d/%m/%Y %H:%M}" if isinstance(cell, date) else str(cell)
