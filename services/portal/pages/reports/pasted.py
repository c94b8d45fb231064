"""A block copied from a spreadsheet, laid on an annex: by its years and heads; where it seems shifted, it is asked."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.portal.pages.reports.cells import read_cell
from services.portal.pages.reports.grid import Cell, Table
from services.portal.shell.figures import NotAFigure, read_figure

_ROWS: Final = 200
_COLUMNS: Final = 50
_YEAR: Final = re.compile(r"(?:năm\s*)?((?:19|20)[0-9]{2})(?:\s*[(*].*)?")
_TOTALS: Final = frozenset({"cộng", "tổng", "tổng cộng", "tổng số", "cộng chung"})
_NEAR: Final = 3
"""So many columns a block may have slipped."""
_OUTSIDE, _UNREADABLE, _ODD = 2, 3, 1
_MOST_COUNTED: Final = 1_000_000
_LEAST_MONEY: Final = 1_000
"""A count beyond the one, or money in whole đồng below the other, is more likely of another column."""


@dataclass(slots=True)
class Fit:
    """A block on an annex from one column on: what goes into which cell, what does not fit there.

    `start` is the column under which the block's first one comes, `by_name` where its own heads say so.
    """

    start: int = 0
    by_name: bool = False
    values: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    """Cells in which the value is not of the column's kind."""
    outside: list[str] = field(default_factory=list)
    """Values for which the annex has no column."""
    years: list[str] = field(default_factory=list)
    """Years that the annex does not have."""
    fault: int = 0


@dataclass(slots=True)
class _Block:
    heads: list[str]
    lines: Sequence[tuple[int | None, list[str]]]
    """The year that a line names, and what follows."""


def fits(block: str, table: Table, at: str = "") -> list[Fit]:
    """How the block may lie on the annex; more than one, that as it was pasted first, where it seems to have slipped.

    `at` is the cell into which it was pasted; the first one where that is not known. Years and heads that the block
    brings along say where its lines and columns belong; empty cells, and a last row of sums, are left out.
    """
    read = _read(block, table)
    if not read.lines:
        return []
    if (named := _by_heads(read, table)) is not None:
        return [_lay(read, table, at, 0, named)]
    dated = read.lines[0][0] is not None
    start = 0 if dated else _column(table, at)
    asked = _lay(read, table, at, start)
    others = [
        _lay(read, table, at, other)
        for other in range(max(start - _NEAR, 1 - _width(read)), min(start + _NEAR, len(table.columns) - 1) + 1)
        if other != start
    ]
    best = min(others, key=lambda fit: (fit.fault, abs(fit.start - start)), default=asked)
    return [asked, best] if best.fault < asked.fault and not best.wrong else [asked]


def _read(block: str, table: Table) -> _Block:
    lines = [
        [each.strip() for each in line[:_COLUMNS]]
        for line in csv.reader(io.StringIO(block.replace("\r\n", "\n").strip("\n")), delimiter="\t")
    ][:_ROWS]
    lines = [line for line in lines if any(line)]
    lines = [line for line in lines if _folded(next(filter(None, line))) not in _TOTALS]
    known = _heads(table)
    heads: list[str] = []
    if lines and sum(_folded(each) in known for each in lines[0]) > 1:
        heads, *lines = lines
    dated = bool(lines) and all(_YEAR.fullmatch(line[0].casefold()) for line in lines)
    if not dated:
        return _Block(heads, [(None, line) for line in lines])
    found = [(int(_YEAR.fullmatch(line[0].casefold())[1]), line[1:]) for line in lines]  # type: ignore[index]
    return _Block(heads[1:], found)


def _by_heads(block: _Block, table: Table) -> Mapping[int, int] | None:
    """Which of the block's columns is which of the annex's, where its heads say so."""
    places = _heads(table)
    return {n: places[_folded(head)] for n, head in enumerate(block.heads) if _folded(head) in places} or None


def _heads(table: Table) -> Mapping[str, int]:
    """What the columns may be called in a spreadsheet: by the name, or what follows its colon; with the measure."""
    places, twice = dict[str, int](), set[str]()
    for place, column in enumerate(table.columns):
        for name in {column["name"], column["name"].rpartition(": ")[2]}:
            for head in {_folded(name), _folded(f"{name} ({column.get('measure', '')})")}:
                if places.setdefault(head, place) != place:
                    twice.add(head)
    return {head: place for head, place in places.items() if head not in twice}


def _width(block: _Block) -> int:
    return max(len(line) for _, line in block.lines)


def _column(table: Table, at: str) -> int:
    for line in table.lines:
        for place, cell in enumerate(line.cells.values()):
            if cell.name == at:
                return place
    return 0


def _lay(block: _Block, table: Table, at: str, start: int, named: Mapping[int, int] | None = None) -> Fit:
    fit = Fit(start, by_name=named is not None)
    first = next((n for n, line in enumerate(table.lines) if any(cell.name == at for cell in line.cells.values())), 0)
    years = {line.year: list(line.cells.values()) for line in table.lines}
    rows = [list(line.cells.values()) for line in table.lines]
    for number, (year, texts) in enumerate(block.lines):
        if year is not None and year not in years:
            fit.years.append(str(year))
            continue
        row = years[year] if year is not None else rows[first + number] if first + number < len(rows) else []
        for place, text in enumerate(texts):
            if not text:
                continue
            target = named.get(place, -1) if named is not None else start + place
            if not 0 <= target < len(row):
                fit.outside.append(text)
                fit.fault += _OUTSIDE
            else:
                _put(fit, row[target], text)
    return fit


def _put(fit: Fit, cell: Cell, text: str) -> None:
    fit.values[cell.name] = text
    if not _of_kind(cell.column, text):
        fit.wrong.add(cell.name)
        fit.fault += _UNREADABLE
    elif _odd(cell.column, text):
        fit.fault += _ODD


def _of_kind(column: Mapping[str, Any], text: str) -> bool:
    try:
        read_cell(column, text)
    except NotAFigure:
        return False
    return True


def _odd(column: Mapping[str, Any], text: str) -> bool:
    """Whether it could stand there, and yet looks as if of another column."""
    try:
        figure = read_figure(text)
    except NotAFigure:
        return False
    match column["kind"]:
        case "count":
            return figure >= _MOST_COUNTED
        case "money" | "money_by_activity":
            return 0 < figure < _LEAST_MONEY
        case "text":
            return True
        case _:
            return False


def differences(table: Table, choices: Sequence[Fit]) -> Iterator[tuple[Cell, list[str]]]:
    """The cells of the first row that the choices fill differently, and what each puts there."""
    for line in table.lines:
        rows = [(cell, [fit.values.get(cell.name, "") for fit in choices]) for cell in line.cells.values()]
        if any(len(set(values)) > 1 for _, values in rows):
            yield from ((cell, values) for cell, values in rows if any(values))
            return


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
