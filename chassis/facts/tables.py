"""Tables as offices make them, read into rows: CSV or Excel, told apart by their bytes; nothing here knows what of.

A CSV file is UTF-8, or UTF-16 as a spreadsheet's "Unicode text"; separators are commas, semicolons or tabs. Of an Excel
workbook (.xlsx) the first sheet that shows is read; its figures come out as they are written in Viet Nam (`95,1`), its
days as 2024-11-10. Text is NFC, no-break spaces are plain ones. What is typed in a cell, `chassis.facts.typed` reads.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from openpyxl import load_workbook

from chassis.facts.folding import folded
from chassis.facts.kinds import nfc

LOOKED_AT: Final = 30
"""Lines among which the head of the table is sought: above it stand the office, a title, a date."""

BROKEN: Final = "bad-csv"
_SEPARATORS: Final = ",;\t"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_MOST_UNPACKED: Final = 400 * 2**20
_NUMBERED: Final = frozenset({"stt", "tt", "so tt", "so thu tu"})
IGNORED: Final = "#"
"""In a head, a column of running numbers."""


class NoTable(Exception):
    """The bytes are no table. `code` says why: `bad-utf8`, `old-excel`, `bad-excel`; `line` where, from 1."""

    def __init__(self, code: str, line: int = 1) -> None:
        super().__init__(f"{code} in line {line}")
        self.code, self.line = code, line


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something: its number from 1, as an editor or Excel counts; `broken` could not be split."""

    number: int
    cells: Sequence[str]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table: the line it ends on, and of each column its name, or what stands there in its own words.

    A column of running numbers (STT) is called `#`; `found` says whether any known name was there at all.
    """

    line: int
    columns: Sequence[str]
    found: bool = True

    def row(self, line: Line) -> dict[str, str]:
        """The cells of a line by the names of their columns; those that are missing are empty."""
        cells = [*line.cells, *[""] * (len(self.columns) - len(line.cells))]
        return {name: cell for name, cell in zip(self.columns, cells, strict=False) if name not in {"", IGNORED}}


def lines(data: bytes) -> Iterator[Line]:
    """The lines of a file that hold something, one by one; raises NoTable."""
    if data.startswith(_OLD_EXCEL):
        raise NoTable("old-excel")
    return _of_excel(data) if data.startswith(_ZIP) else lines_of_text(_text(data))


def table(
    found: Iterator[Line], names: Mapping[str, Sequence[str]], needed: Sequence[str] | None = None
) -> tuple[Head, Iterator[Line]]:
    """The head of a table, and the lines below it.

    `names` says of each column how offices call it; case, marks and what is no letter or digit don't matter. The head
    is the first line, or two with merged cells, in which all `needed` columns stand (default: all), else that with most
    of them. Titles above are passed over, and a line that only numbers the columns (1, 2, 3 or A, B, C) below it.
    """
    known = {folded(each): name for name, called in names.items() for each in (name, *called)}
    wanted = set(names if needed is None else needed)
    first = list(islice(found, LOOKED_AT))
    best, best_score = Head(first[0].number if first else 1, first[0].cells if first else (), found=False), 0
    below, complete = 1, False
    for place in range(len(first)):
        for rows in (1, 2):
            columns = _columns(first[place : place + rows], known) if place + rows <= len(first) else []
            score = len(set(columns) & set(names))
            if score > best_score:
                best, best_score, below = Head(first[place + rows - 1].number, columns), score, place + rows
        if complete:
            break
        complete = wanted <= set(best.columns)  # the line below may say more of merged cells
    rest = first[below:]
    if rest and _numbers_columns(rest[0].cells):
        rest = rest[1:]
    return best, chain(rest, found)


def lines_of_text(text: str) -> Iterator[Line]:
    """The lines of a CSV file that hold something."""
    text = text.removeprefix("\ufeff")
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, strict=True, delimiter=_separator(text))
    while True:
        number = reader.line_num + 1
        try:
            cells = [nfc(cell).strip(" ") for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield Line(number, (), broken=True)
        else:
            if any(cells):
                yield Line(number, cells)


def _text(data: bytes) -> str:
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise NoTable("bad-utf8") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoTable("bad-utf8", len((data[: error.start] + b".").splitlines())) from None


def _separator(text: str) -> str:
    """What separates cells, by the first line that has any: where commas mark decimals, semicolons separate."""
    for line in islice(io.StringIO(text), LOOKED_AT):
        best = max(_SEPARATORS, key=line.lstrip(_SEPARATORS).count)
        if best in line.strip():
            return best
    return ","


def _of_excel(data: bytes) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                raise NoTable("bad-excel")
        with catch_warnings():
            simplefilter("ignore")  # openpyxl warns of styles that it does not know
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
        sheet.reset_dimensions()  # what other programs say of them is often wrong
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_shown(cell.value, cell.number_format or "") for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield Line(number, cells)
    except NoTable:
        raise
    except Exception:  # noqa: BLE001 - whatever a damaged workbook makes of its reader
        raise NoTable("bad-excel") from None


def _shown(value: Any, form: str) -> str:
    """A cell of Excel as text; one in the form of per cent as per cent, as whoever typed it sees it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | float():
            number = Decimal(f"{value:.15g}" if isinstance(value, float) else value)  # Excel keeps 15 digits
            percent = "%" in form
            text = f"{number.scaleb(2) if percent else number:f}"
            text = (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
            return f"{text}%" if percent else text
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case _:
            return nfc(str(value)).strip(" ")


def _columns(rows: Sequence[Line], known: Mapping[str, str]) -> list[str]:
    """What each column of a head is called: its own cell, the one above it, or both where cells are merged."""
    width = max(len(row.cells) for row in rows)
    cells = [[*row.cells, *[""] * (width - len(row.cells))] for row in rows]
    columns: list[str] = []
    above = ""
    for place in range(width):
        own = cells[-1][place]
        if len(rows) > 1:
            above = cells[0][place] or (above if own else "")
        said = [each for each in (f"{above} {own}" if above and own else "", own, above if not own else "") if each]
        name = next((known[folded(each)] for each in said if folded(each) in known), None)
        if name is None and any(folded(each) in _NUMBERED for each in said):
            name = IGNORED
        columns.append(name if name is not None else own or above)
    return columns


def _numbers_columns(cells: Sequence[str]) -> bool:
    said = [each.strip("()[] .") for each in cells if each]
    digits = [each for each in said if each.isdecimal()]
    letters = [each for each in said if not each.isdecimal()]
    in_order = [str(number) for number in range(1, len(digits) + 1)], list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(letters)])
    return len(said) > 1 and (digits, letters) == in_order
