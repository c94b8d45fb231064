"""An annex as a table in Word: a row for each year, the sum last. Source: S003-14, A10."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.shared import Mm
from docx.table import Table

from chassis.facts.typed import grouped
from chassis.facts.typed_goods import Typed, show_items
from contracts.campaigns import AnnexColumn, AnnexRow, AnnexTable, ColumnKind
from services.campaigns.domain.annex import NUMBERS
from services.campaigns.domain.annex_cells import show_cell
from services.campaigns.domain.annex_sums import totals
from services.campaigns.word.layout import CENTRE, LEFT, RIGHT, fixed, line, page, repeated
from services.campaigns.word.paper import AnnexPage

WIDE_FROM: Final = 5
"""Columns from which an annex stands on a page across."""

SUM: Final = "Cộng"
_EMPTY: Final = "-"
_ACROSS, _UPRIGHT = 257, 165
_YEAR: Final = 25
_WEIGHTS: Final = {
    ColumnKind.COUNT: 3, ColumnKind.MONEY: 4, ColumnKind.ITEMS: 5, ColumnKind.MONEY_BY_ACTIVITY: 5, ColumnKind.TEXT: 5
}  # fmt: skip
_SIZE: Final = 11


def columns_of(page: AnnexPage) -> tuple[AnnexColumn, ...]:
    """The columns that a paper shows: one for figures without their mode only where there is such a figure."""
    used = {cell.column for row in page.rows for cell in row.cells if cell.number is not None}
    return tuple(each for each in page.table.columns if not each.mode_unknown or each.key in used)


def _sums(table: AnnexTable, rows: Iterable[AnnexRow]) -> dict[str, str]:
    """What each column adds up to, as it stands in the last row: goods by name and measure, money as one sum."""
    found: dict[str, list[Typed]] = defaultdict(list)
    kinds = {column.key: column.kind for column in table.columns}
    for each in totals(table, rows):
        if kinds[each.column] is not ColumnKind.MONEY_BY_ACTIVITY or not each.label:
            found[each.column].append(Typed(each.amount, each.measure, each.label))
    return {
        key: show_items(sums) if kinds[key] is ColumnKind.ITEMS else grouped(sums[0].quantity)
        for key, sums in found.items()
    }


def year_of(row: AnnexRow) -> str:
    """How a row is called: its year, and until when where the year was not over."""
    return str(row.year) if row.until is None else f"{row.year} (đến {row.until:%d/%m/%Y})"


def annex(document: Document, said: AnnexPage, head: str, number: str) -> None:
    """An annex on pages of its own, counted from 1."""
    columns = columns_of(said)
    wide = len(columns) >= WIDE_FROM
    page(document.add_section(WD_SECTION.NEW_PAGE), wide=wide, anew=True)
    line(document.add_paragraph(), f"Phụ lục {number}".strip(), bold=True, align=CENTRE)
    line(document.add_paragraph(), said.table.title.upper(), bold=True, align=CENTRE)
    line(document.add_paragraph(), head, italic=True, align=CENTRE)
    years = range(said.table.first_year, said.table.last_year + 1)
    rows = {row.year: row for row in said.rows}
    grid = document.add_table(rows=len(years) + 3, cols=len(columns) + 1, style="Table Grid")
    _head(grid, columns)
    for place, year in enumerate(years, start=2):
        row = rows.get(year)
        cells = {cell.column: cell for cell in row.cells} if row else {}
        texts = [show_cell(cells[column.key]) if column.key in cells else "" for column in columns]
        _row(grid, place, year_of(row) if row else str(year), columns, texts)
    sums = _sums(said.table, said.rows)
    _row(grid, len(years) + 2, SUM, columns, [sums.get(column.key, "") for column in columns], bold=True)
    room = (_ACROSS if wide else _UPRIGHT) - _YEAR
    share = room / sum(_WEIGHTS[column.kind] for column in columns) if columns else 0
    fixed(grid, (Mm(_YEAR), *(Mm(_WEIGHTS[column.kind] * share) for column in columns)))
    repeated(grid, 2)


def _head(grid: Table, columns: tuple[AnnexColumn, ...]) -> None:
    for place, (name, number) in enumerate([("Năm", 1), *((each.name, each.original) for each in columns)]):
        line(grid.cell(0, place).paragraphs[0], name, _SIZE, bold=True, align=CENTRE)
        said = f"({number})" if number is not None else ""
        line(grid.cell(1, place).paragraphs[0], said, _SIZE, italic=True, align=CENTRE)


def _row(
    grid: Table,
    place: int, year: str, columns: tuple[AnnexColumn, ...], texts: list[str], *, bold: bool = False,
) -> None:  # fmt: skip
    line(grid.cell(place, 0).paragraphs[0], year, _SIZE, bold=True, align=CENTRE)
    for at, (column, text) in enumerate(zip(columns, texts, strict=True), start=1):
        align = RIGHT if column.kind in NUMBERS else LEFT
        for number, part in enumerate((text or _EMPTY).split("\n")):
            cell = grid.cell(place, at)
            line(cell.add_paragraph() if number else cell.paragraphs[0], part, _SIZE, bold=bold, align=align)
