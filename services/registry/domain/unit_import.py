"""The organisation as a CSV file: read whole and parents first, or refused whole with every fault named.

Format: `services/registry/data/README.md`.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from chassis.facts.kinds import day, formula, hidden, nfc
from contracts.values import UnitKind
from services.registry.domain.code_pages import suspected
from services.registry.domain.unit_import_faults import Fault, Faults, ImportRefused
from services.registry.domain.unit_kinds import CODE, LONGEST_CODE, LONGEST_NAME, MAY_STAND_BELOW

__all__ = [
    "COLUMNS",
    "MAX_BYTES",
    "MAX_ROWS",
    "PLAIN_FORM",
    "Fault",
    "ImportRefused",
    "UnitRow",
    "parse_units",
    "parse_units_bytes",
]

COLUMNS: Final = ("code", "name", "kind", "parent", "established_on")
MAX_ROWS: Final = 100_000
"""Units in one file: as many as the whole state has."""

MAX_BYTES: Final = 96 * 2**20
"""Bytes of one file: more than the most rows of the longest cells have."""

_KINDS: Final = "|".join(kind for kind, above in MAY_STAND_BELOW.items() if above)
_IN_UNIT_CODE: Final = "[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,9}){0,2}"
_NO_OLD_PAGE: Final = "0-9A-Za-zĂăĐđĨĩŨũƠơƯưẠ-ỹ"
_DAY: Final = (
    "(19[0-9]{2}|20[0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
PLAIN_FORM: Final = (
    rf"^{','.join(COLUMNS)}(\n{_IN_UNIT_CODE},[{_NO_OLD_PAGE}][ {_NO_OLD_PAGE}-]{{0,254}}"
    rf",(national,|({_KINDS}),{_IN_UNIT_CODE}),{_DAY})+\n?$"
)
"""A file of this form can be read for certain and without a question; others can be too, see `parse_units`.

Its letters are those that no older code page has, so that no name can look as if it had gone through one.
"""

_RANK: Final = {kind: rank for rank, kind in enumerate(MAY_STAND_BELOW)}  # parents come first
_CODE: Final = re.compile(CODE)
_SEPARATORS: Final = ",;\t"
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the file; `parent` is a code of the same file, None for the root alone; `line` is where it stands."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    established_on: date
    line: int = field(default=0, compare=False)


def parse_units_bytes(data: bytes, *, names_are_meant: bool = False) -> tuple[UnitRow, ...]:
    """Units of a UTF-8 file as `parse_units` gives them; bytes that are not UTF-8 are refused with their line."""
    faults = Faults()
    text = ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.add("bad-utf8", len((data[: error.start] + b".").splitlines()))
    faults.refuse_if_any()
    return parse_units(text, names_are_meant=names_are_meant)


def parse_units(text: str, *, names_are_meant: bool = False) -> tuple[UnitRow, ...]:
    """Units of a CSV file, each after its parent and otherwise as the file has them; names are NFC.

    Separators are commas, semicolons or tabs, as the header has them. A byte order mark, any line end, rows and columns
    of nothing but separators, spaces around a cell and any order of columns are accepted. Names that look like a wrong
    code page are refused unless they are meant. Raises ImportRefused with every fault.
    """
    faults = Faults()
    records = _records(text.removeprefix("\ufeff"), faults)
    line, header = next(records, (1, []))
    _check_header(header, line, faults)
    reading = _Reading(header, faults, names_are_meant=names_are_meant)
    for number, (line, cells) in enumerate(records):
        if number == MAX_ROWS:
            faults.add("too-many-rows", line, limit=MAX_ROWS)
            faults.refuse_if_any()
        reading.take(line, cells)
    reading.check_parents()
    if not (reading.rows or faults.found):
        faults.add("empty-file", line)
    faults.refuse_if_any()
    return tuple(sorted(reading.rows.values(), key=lambda row: _RANK[row.kind]))


def _records(text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, strict=True, delimiter=_separator(text))
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            faults.add("bad-csv", line)
        else:
            cells = [nfc(cell).strip(" ") for cell in cells]
            if any(cells):
                yield line, cells


def _separator(text: str) -> str:
    """What separates the cells of the header: offices' spreadsheets write a semicolon where commas mark decimals."""
    header = text.lstrip("\r\n,;\t ").partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def _check_header(header: Sequence[str], line: int, faults: Faults) -> None:
    faults.refuse_if_any()
    if not header:
        faults.add("empty-file", line)
    else:
        for column in COLUMNS:
            if column not in header:
                faults.add("missing-column", line, column, value=column)
    for column, times in Counter(filter(None, header)).items():
        shown = _shown(column)
        if column not in COLUMNS:
            faults.add("extra-column", line, shown, value=shown, columns=", ".join(COLUMNS))
        elif times > 1:
            faults.add("duplicate-column", line, shown, value=shown)
    faults.refuse_if_any()


class _Reading:
    """Good rows by code; `lines` has the codes of faulty rows too, `excused` whatever may have been such a code."""

    def __init__(self, header: Sequence[str], faults: Faults, *, names_are_meant: bool) -> None:
        self._header, self._faults, self._names_are_meant = header, faults, names_are_meant
        self.rows: dict[str, UnitRow] = {}
        self._lines: dict[str, int] = {}
        self._excused: set[str] = set()

    def take(self, line: int, cells: Sequence[str]) -> None:
        if len(cells) < len(self._header) or any(cells[len(self._header) :]):
            self._faults.add("wrong-cell-count", line, expected=len(self._header), found=len(cells))
            self._excused.update(cells)
            return
        if any(value for column, value in zip(self._header, cells, strict=False) if not column):
            self._faults.add("nameless-column", line)
        cell = dict(zip(self._header, cells, strict=False))
        code = cell["code"]
        complaints = {column: self._complaint(column, cell[column]) for column in COLUMNS}
        if not complaints["code"] and code in self._lines:
            complaints["code"] = "duplicate-code", {"first": self._lines[code]}
        for column, complaint in complaints.items():
            if complaint:
                fault, said = complaint
                self._faults.add(fault, line, column, **{"value": _shown(cell[column])} | said)
        self._lines.setdefault(code, line)
        if not any(complaints.values()):
            day = date.fromisoformat(cell["established_on"])
            self.rows[code] = UnitRow(code, cell["name"], UnitKind(cell["kind"]), cell["parent"] or None, day, line)

    def _complaint(self, column: str, value: str) -> tuple[str, dict[str, object]] | None:
        if column == "name" and not self._names_are_meant and (reading := suspected(value)) is not None:
            if reading == value:
                return "lost-letters", {}
            return "wrong-code-page", {"reading": _shown(reading)}
        return _unreadable(value) or _complaint(column, value)

    def check_parents(self) -> None:
        root = 0
        for row in self.rows.values():
            line, above = self._lines[row.code], MAY_STAND_BELOW[row.kind]
            fault, column = None, "parent"
            if row.parent is None and above:
                fault = "missing-parent"
            elif row.parent is None and root:
                fault, column = "second-root", "kind"
            elif row.parent is None:
                root = line
            elif not above:
                fault = "root-with-parent"
            elif row.parent in self.rows:
                if self.rows[row.parent].kind not in above:
                    fault = "cycle" if self._stands_above_itself(row) else "wrong-parent-kind"
            elif row.parent not in self._lines and row.parent not in self._excused:
                fault = "unknown-parent"
            if fault:
                said = {"value": _shown(row.parent or ""), "kind": row.kind, "kinds": ", ".join(above), "first": root}
                self._faults.add(fault, line, column, **said)

    def _stands_above_itself(self, row: UnitRow) -> bool:
        passed: set[str] = set()
        above = row.parent
        while above and above in self.rows and above not in passed:
            if above == row.code:
                return True
            passed.add(above)
            above = self.rows[above].parent
        return False


def _unreadable(value: str) -> tuple[str, dict[str, object]] | None:
    if found := hidden(value):
        return "invisible-character", {"place": found[0], "character": found[1]}
    return ("formula", {"character": character}) if (character := formula(value)) else None


def _complaint(column: str, value: str) -> tuple[str, dict[str, object]] | None:
    match column:
        case "code" if len(value) > LONGEST_CODE or not _CODE.fullmatch(value):
            return "bad-code", {}
        case "name" if not value:
            return "empty-name", {}
        case "name" if len(value) > LONGEST_NAME:
            return "long-name", {"limit": LONGEST_NAME, "found": len(value)}
        case "kind" if value not in _RANK:
            return "unknown-kind", {"kinds": ", ".join(_RANK)}
        case "established_on" if day(value) is None:
            return "bad-date", {}
    return None


def _shown(value: str) -> str:
    visible = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in value[:_SHOWN])
    return visible if len(value) <= _SHOWN else visible + "…"
