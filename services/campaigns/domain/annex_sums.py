"""What the rows of annexes add up to, of one unit, with those below it, and over many.

Nothing is converted and nothing guessed: goods are added up by their name and unit of measure. Source: A10, S003-14,
S003-16, E20, E21.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from chassis.facts.folding import marked
from chassis.facts.kinds import nfc
from contracts.campaigns import (
    ActivitySum,
    AnnexCell,
    AnnexColumn,
    AnnexRow,
    AnnexSum,
    AnnexTable,
    ColumnKind,
    Covers,
    Item,
)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum: of a column; with a label of goods in one measure, or of the money for one activity among it."""

    column: str
    label: str
    measure: str
    amount: Decimal


def totals(table: AnnexTable, rows: Iterable[AnnexRow]) -> tuple[Total, ...]:
    """What the rows of one table add up to over their years, as a page shows it below them."""
    return _added(table, (each for row in rows if row.table == table.key for each in row.cells))


def whole(own: Iterable[AnnexRow], below: Iterable[Iterable[AnnexRow]], covers: Covers) -> tuple[AnnexRow, ...]:
    """The figures that count for a unit and all below it.

    Figures that cover the WHOLE hold those below already; to its OWN ones those of the reports `below` are added, year
    by year, column by column. Texts stay the unit's own. A year that is not over counts until the earliest day. E21.
    """
    rows = {(row.table, row.year): row for row in own}
    if covers is Covers.OWN:
        for row in (row for rows_below in below for row in rows_below):
            place = row.table, row.year
            rows[place] = _plus(rows.get(place) or AnnexRow(table=row.table, year=row.year, cells=()), row)
    return tuple(rows[place] for place in sorted(rows))


def sums(tables: Iterable[AnnexTable], reports: Sequence[Iterable[AnnexRow]], asked: int) -> tuple[AnnexSum, ...]:
    """The sums of accepted reports, `asked` for from so many units: for each table, year and column of figures.

    Of money by activity the sum without a label is the column's, those with one are its parts.
    """
    cells: dict[tuple[str, int], list[AnnexCell]] = defaultdict(list)
    for row in (row for rows in reports for row in rows):
        cells[row.table, row.year] += row.cells
    return tuple(
        AnnexSum(
            table=table.key,
            year=year,
            column=each.column,
            label=each.label,
            measure=each.measure,
            amount=each.amount,
            reported=len(reports),
            asked=asked,
        )
        for table in tables
        for year in range(table.first_year, table.last_year + 1)
        for each in _added(table, cells.get((table.key, year), ()))
    )


def _plus(one: AnnexRow, other: AnnexRow) -> AnnexRow:
    cells = {cell.column: cell for cell in one.cells}
    for cell in other.cells:
        own = cells.get(cell.column)
        cells[cell.column] = cell.model_copy(update={"text": ""}) if own is None else _cells_plus(own, cell)
    days = [day for day in (one.until, other.until) if day is not None]
    kept = tuple(cell for cell in cells.values() if cell.number is not None or cell.items or cell.sums or cell.text)
    return one.model_copy(update={"cells": kept, "until": min(days, default=None)})


def _cells_plus(one: AnnexCell, other: AnnexCell) -> AnnexCell:
    numbers = [each for each in (one.number, other.number) if each is not None]
    items = _by_name((each.name, each.measure, each.quantity) for each in (*one.items, *other.items))
    by_activity = _by_name((each.activity, "", each.amount) for each in (*one.sums, *other.sums))
    return one.model_copy(
        update={
            "number": sum(numbers, start=Decimal(0)) if numbers else None,
            "items": tuple(Item(name=name, measure=measure, quantity=value) for name, measure, value in items),
            "sums": tuple(ActivitySum(activity=name, amount=value) for name, _, value in by_activity),
        }
    )


def _added(table: AnnexTable, cells: Iterable[AnnexCell]) -> tuple[Total, ...]:
    by_column: dict[str, list[AnnexCell]] = defaultdict(list)
    for cell in cells:
        by_column[cell.column].append(cell)
    return tuple(each for column in table.columns for each in _of_column(column, by_column.get(column.key, ())))


def _of_column(column: AnnexColumn, cells: Sequence[AnnexCell]) -> Iterator[Total]:
    match column.kind:
        case ColumnKind.COUNT | ColumnKind.MONEY:
            numbers = [cell.number for cell in cells if cell.number is not None]
            if numbers:
                yield Total(column.key, "", "", sum(numbers, start=Decimal(0)))
        case ColumnKind.ITEMS:
            items = ((each.name, each.measure, each.quantity) for cell in cells for each in cell.items)
            yield from (Total(column.key, *each) for each in _by_name(items))
        case ColumnKind.MONEY_BY_ACTIVITY:
            money = [each for cell in cells for each in cell.sums]
            if money:
                yield Total(column.key, "", "", sum((each.amount for each in money), start=Decimal(0)))
            named = ((each.activity, "", each.amount) for each in money if each.activity)
            yield from (Total(column.key, *each) for each in _by_name(named))
        case ColumnKind.TEXT:
            return


@lru_cache(maxsize=20_000)
def _known_as(name: str, measure: str) -> tuple[tuple[str, str], str]:
    """By what goods are told apart, and how they are spelled; a sector spells the same few again and again."""
    return (marked(name), marked(measure)), nfc(name).strip()


def _by_name(amounts: Iterable[tuple[str, str, Decimal]]) -> list[tuple[str, str, Decimal]]:
    """Amounts of one name and measure as one, in the order of names; case, spaces and points in them don't matter.

    Marks do: `gao` is not `gạo`. Of several spellings the first in the order of code points stands.
    """
    found: dict[tuple[str, str], tuple[str, str, Decimal]] = {}
    for name, measure, amount in amounts:
        key, spelled = _known_as(name, measure)
        before = found.get(key)
        found[key] = (
            (spelled, key[1], amount) if before is None else (min(before[0], spelled), key[1], before[2] + amount)
        )
    return [found[key] for key in sorted(found)]
