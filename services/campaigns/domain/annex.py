"""Annexes: whether a row holds what its table asks, place by place. Source: A10, S003-14, S003-16."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from chassis.facts.decider import Rejected
from chassis.facts.folding import marked
from chassis.facts.kinds import PLACES
from chassis.facts.typed import grouped
from contracts.campaigns import AnnexCell, AnnexColumn, AnnexRow, AnnexTable, ColumnKind
from services.campaigns.domain import annex_refusals as refuse

NUMBERS: Final = frozenset({ColumnKind.COUNT, ColumnKind.MONEY})
"""Kinds of columns with one whole number in a cell."""

_GREATEST: Final = 15
"""Digits before the point that a figure has at most: far above the sector's money of a year in đồng."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place of an annex; without a column in the whole row."""

    table: str
    year: int
    column: str
    refused: Rejected


def table_of(tables: Iterable[AnnexTable], key: str) -> AnnexTable:
    """The annex of this key; refused where there is none."""
    found = next((each for each in tables if each.key == key), None)
    if found is None:
        raise refuse.TABLE_UNKNOWN(table=key)
    return found


def faults(table: AnnexTable, row: AnnexRow, *, sending: bool = False) -> tuple[Fault, ...]:
    """Everything that is wrong with a row, place by place: as a draft, or when the report is to be sent.

    A draft may leave open what sending asks for: the mode of houses, the measure of goods, until when a year counts.
    """
    return tuple(_faults(table, row, sending=sending))


def faults_of(tables: Sequence[AnnexTable], rows: Iterable[AnnexRow], *, sending: bool = True) -> tuple[Fault, ...]:
    """Everything that is wrong with the rows of a report; refused for a row of no table."""
    return tuple(each for row in rows for each in _faults(table_of(tables, row.table), row, sending=sending))


def check_row(tables: Iterable[AnnexTable], row: AnnexRow, *, sending: bool) -> None:
    """Go on where nothing is wrong with a row; refused for the first thing that is."""
    for fault in faults(table_of(tables, row.table), row, sending=sending):
        raise fault.refused


def _faults(table: AnnexTable, row: AnnexRow, *, sending: bool) -> Iterator[Fault]:
    known = {column.key: column for column in table.columns}

    def fault(column: str, refused: Rejected) -> Fault:
        return Fault(table.key, row.year, column, refused)

    if not table.first_year <= row.year <= table.last_year:
        yield fault("", refuse.YEAR_OUTSIDE(year=row.year, first=table.first_year, last=table.last_year))
    yield from (fault("", each) for each in _of_until(table, row, sending=sending))
    seen = set[str]()
    for cell in row.cells:
        column = known.get(cell.column)
        if column is None:
            yield fault(cell.column, refuse.COLUMN_UNKNOWN(column=cell.column))
            continue
        if cell.column in seen:
            yield fault(cell.column, refuse.COLUMN_TWICE(column=column.name))
        seen.add(cell.column)
        yield from (fault(cell.column, each) for each in _of_cell(column, cell, sending=sending))
        if sending and column.mode_unknown and cell.number:
            modes = ", ".join(
                each.name for each in table.columns if each.group == column.group and not each.mode_unknown
            )
            yield fault(
                cell.column,
                refuse.MODE_UNKNOWN(year=row.year, column=column.name, modes=modes, value=grouped(cell.number)),
            )


def _of_until(table: AnnexTable, row: AnnexRow, *, sending: bool) -> Iterator[Rejected]:
    open_year = table.partial and row.year == table.last_year
    if row.until is None:
        if open_year and sending:
            yield refuse.UNTIL_MISSING(year=row.year)
    elif not open_year:
        yield refuse.UNTIL_NOT_ASKED(year=row.year)
    elif row.until.year != row.year:
        yield refuse.UNTIL_OUTSIDE(day=f"{row.until:%d/%m/%Y}", year=row.year)


def _of_cell(column: AnnexColumn, cell: AnnexCell, *, sending: bool) -> Iterator[Rejected]:
    has = {"number": cell.number is not None, "items": cell.items, "sums": cell.sums, "text": cell.text}
    if column.kind in NUMBERS and cell.text:
        yield refuse.NOT_A_NUMBER(column=column.name, typed=cell.text[:100])
    elif any(present for name, present in has.items() if name != _PART[column.kind]):
        yield refuse.NOT_OF_THIS_KIND(column=column.name, wanted=_WANTED[column.kind])
    figures = [] if cell.number is None else [cell.number]
    whole_ones = [*figures, *(each.amount for each in cell.sums)]
    for value in (*whole_ones, *(each.quantity for each in cell.items)):
        if value < 0:
            yield refuse.NEGATIVE(column=column.name, value=_shown(value))
        if not _can_be_one(value):
            yield refuse.TOO_GREAT(column=column.name, value=_shown(value))
        elif value in whole_ones and value != value.to_integral_value():
            yield refuse.NOT_WHOLE(column=column.name, value=_shown(value))
    weighed = {marked(each) for each in column.weighed}
    for item in cell.items if sending else ():
        if not item.measure and marked(item.name) in weighed:
            yield refuse.MEASURE_MISSING(name=item.name, column=column.name)


_PART: Final = {
    ColumnKind.COUNT: "number",
    ColumnKind.MONEY: "number",
    ColumnKind.ITEMS: "items",
    ColumnKind.MONEY_BY_ACTIVITY: "sums",
    ColumnKind.TEXT: "text",
}
_WANTED: Final = {
    ColumnKind.COUNT: "một số đếm",
    ColumnKind.MONEY: "một số tiền",
    ColumnKind.ITEMS: "hiện vật kèm số lượng",
    ColumnKind.MONEY_BY_ACTIVITY: "số tiền theo hoạt động",
    ColumnKind.TEXT: "chữ",
}


def _can_be_one(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -PLACES and value.adjusted() < _GREATEST


def _shown(value: Decimal) -> str:
    return grouped(value) if _can_be_one(value) else f"{value:.3E}"
