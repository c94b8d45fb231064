"""An annex in a file, as offices fill it in: a row for each year, read whole and held against what stands.

Nothing is stored and nothing guessed: every cell that does not read is named with what stands in it, a block that has
slipped by a column and a year that the annex does not have are said. Source: A10, S003-14.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from chassis.facts.decider import Rejected
from chassis.facts.folding import folded
from chassis.facts.tables import IGNORED, Head, Line, NoTable, lines, table
from chassis.facts.typed import NotADay, read_day
from contracts.campaigns import AnnexCell, AnnexColumn, AnnexRow, AnnexTable
from services.campaigns.domain import annex_refusals as refuse
from services.campaigns.domain.annex import faults
from services.campaigns.domain.annex_cells import read_cell, show_cell

MAX_BYTES: Final = 2 * 2**20
MAX_ROWS: Final = 200
YEAR: Final = "year"
UNTIL: Final = "until"
YEAR_NAME: Final = "Năm"
UNTIL_NAME: Final = "Tính đến ngày"
_TOTALS: Final = frozenset({"cong", "tong", "tong cong", "tong so"})
_CALLED: Final[Mapping[str, Sequence[str]]] = {YEAR: (YEAR_NAME,), UNTIL: (UNTIL_NAME, "Đến ngày", "Số liệu đến ngày")}


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a line of a file: in which column, with what stands there; line 0: in the whole file."""

    line: int
    year: int | None
    column: str
    typed: str
    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that the file says otherwise than it stands; both as they are shown."""

    year: int
    column: str
    stands: str
    read: str


@dataclass(slots=True)
class Reading:
    """A file read: its rows, what they would change, and everything that does not fit.

    `shifted`: by so many columns the block seems to have slipped to the right (or left, below nought).
    """

    rows: list[AnnexRow] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    shifted: int = 0


@dataclass(frozen=True, slots=True)
class _Typed:
    line: int
    year: int
    cells: Mapping[str, str]


def read_file(annex: AnnexTable, data: bytes, stand: Sequence[AnnexRow]) -> Reading:
    """Read the file of an annex (Excel or CSV), whose rows stand as given."""
    found = Reading()
    try:
        head, body = table(lines(data), {**_CALLED, **{each.key: (each.name,) for each in annex.columns}}, (YEAR,))
        if YEAR not in head.columns:
            found.faults.append(_fault(head.line, None, YEAR, "", refuse.FILE_WITHOUT_YEARS()))
            return found
        found.faults += _unknown(annex, head)
        typed = list(_typed(annex, head, body, found))
    except NoTable as broken:
        found.faults.append(_fault(broken.line, None, "", "", refuse.FILE_NOT_READ()))
        return found
    before = {row.year: row for row in stand if row.table == annex.key}
    for each in typed:
        _read(annex, each, before.get(each.year), found)
    found.shifted = _shift(annex, typed) if any(each.column for each in found.faults) else 0
    return found


def _unknown(annex: AnnexTable, head: Head) -> Iterator[FileFault]:
    known = {YEAR, UNTIL, IGNORED, "", *(each.key for each in annex.columns)}
    for name in head.columns:
        if name not in known:
            yield _fault(head.line, None, "", name, refuse.COLUMN_UNKNOWN(column=name))


def _typed(annex: AnnexTable, head: Head, body: Iterator[Line], found: Reading) -> Iterator[_Typed]:
    seen = set[int]()
    for count, line in enumerate(body, start=1):
        if count > MAX_ROWS:
            found.faults.append(_fault(line.number, None, "", "", refuse.FILE_TOO_LONG(most=MAX_ROWS)))
            return
        cells = head.row(line)
        said = cells.get(YEAR, "")
        if line.broken:
            found.faults.append(_fault(line.number, None, "", "", refuse.FILE_NOT_READ()))
        elif folded(said) in _TOTALS:
            continue
        elif not (said.isascii() and said.isdecimal()) or not annex.first_year <= int(said) <= annex.last_year:
            refused = refuse.YEAR_OUTSIDE(year=said or "?", first=annex.first_year, last=annex.last_year)
            found.faults.append(_fault(line.number, None, YEAR, said, refused))
        elif int(said) in seen:
            found.faults.append(_fault(line.number, int(said), YEAR, said, refuse.YEAR_TWICE(year=said)))
        else:
            seen.add(int(said))
            yield _Typed(line.number, int(said), cells)


def _read(annex: AnnexTable, typed: _Typed, before: AnnexRow | None, found: Reading) -> None:
    """Take a line: a column that the file does not have stays as it stands."""
    stand = {each.column: each for each in before.cells} if before else {}
    cells, wrong = list[AnnexCell](), False
    for column in annex.columns:
        cell = stand.get(column.key, AnnexCell(column=column.key))
        if (text := typed.cells.get(column.key)) is not None:
            try:
                read = read_cell(column, text)
            except Rejected as refused:
                found.faults.append(_fault(typed.line, typed.year, column.key, text, refused))
                wrong = True
                continue
            if read != cell:
                found.changes.append(CellChange(typed.year, column.key, show_cell(cell), show_cell(read)))
            cell = read
        if cell != AnnexCell(column=column.key):
            cells.append(cell)
    until = _until(typed, before, found)
    row = AnnexRow(table=annex.key, year=typed.year, cells=tuple(cells), until=until)
    for each in faults(annex, row):
        found.faults.append(_fault(typed.line, typed.year, each.column, typed.cells.get(each.column, ""), each.refused))
        wrong = True
    if not wrong:
        found.rows.append(row)


def _until(typed: _Typed, before: AnnexRow | None, found: Reading) -> date | None:
    stands = before.until if before else None
    said = typed.cells.get(UNTIL)
    if said is None or not said.strip():
        return stands if said is None else None
    try:
        day = read_day(said)
    except NotADay:
        found.faults.append(_fault(typed.line, typed.year, UNTIL, said, refuse.DAY_NOT_READ(typed=said)))
        return stands
    if day != stands:
        shown = "" if stands is None else f"{stands:%d/%m/%Y}"
        found.changes.append(CellChange(typed.year, UNTIL, shown, f"{day:%d/%m/%Y}"))
    return day


def _shift(annex: AnnexTable, typed: Sequence[_Typed]) -> int:
    """By how many columns the cells seem to have slipped: where they read better than as they stand, and whole."""
    columns = [each for each in annex.columns if any(each.key in line.cells for line in typed)]
    wrong = {by: _unread(columns, typed, by) for by in (0, 1, -1)}
    best = min((1, -1), key=lambda by: wrong[by])
    return best if not wrong[best] and wrong[0] else 0


def _unread(columns: Sequence[AnnexColumn], typed: Sequence[_Typed], by: int) -> int:
    """How many cells would not read, if each belonged into the column so many places before its own."""
    count = 0
    for line in typed:
        for place, column in enumerate(columns):
            text = line.cells.get(column.key, "")
            if not text:
                continue
            at = place - by
            if not 0 <= at < len(columns):
                count += 1
                continue
            try:
                read_cell(columns[at], text)
            except Rejected:
                count += 1
    return count


def _fault(line: int, year: int | None, column: str, typed: str, refused: Rejected) -> FileFault:
    return FileFault(line, year, column, typed, refused.code, refused.vi, refused.en)


def exported(annex: AnnexTable, rows: Sequence[AnnexRow]) -> Iterator[list[str]]:
    """The annex as a table that is read again: its heads, then a line for each year, filled in or not."""
    yield [YEAR_NAME, *(each.name for each in annex.columns), *([UNTIL_NAME] if annex.partial else [])]
    by_year = {row.year: row for row in rows if row.table == annex.key}
    for year in range(annex.first_year, annex.last_year + 1):
        row = by_year.get(year)
        cells = {each.column: show_cell(each) for each in row.cells} if row else {}
        until = f"{row.until:%d/%m/%Y}" if row and row.until else ""
        yield [str(year), *(cells.get(each.key, "") for each in annex.columns), *([until] if annex.partial else [])]
