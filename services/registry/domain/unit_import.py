"""The organisation as a table: read whole and parents first, or refused whole with every fault named.

Format: `services/registry/data/README.md`.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from chassis.facts.folding import folded
from chassis.facts.kinds import formula, hidden
from chassis.facts.tables import Head, Line, NoTable, lines, table
from chassis.facts.typed import NotADay, read_day
from contracts.values import UnitKind
from services.registry.domain.code_pages import suspected
from services.registry.domain.unit_import_faults import Fault, Faults, ImportRefused
from services.registry.domain.unit_kinds import CODE, LONGEST_CODE, LONGEST_NAME, MAY_STAND_BELOW

__all__ = [
    "CALLED",
    "COLUMNS",
    "KINDS",
    "MAX_BYTES",
    "MAX_ROWS",
    "PLAIN_FORM",
    "Fault",
    "ImportRefused",
    "UnitRow",
    "parse_units",
    "read_units",
]

CALLED: Final[Mapping[str, Sequence[str]]] = {
    "code": ("Mã đơn vị", "Mã", "Mã số"),
    "name": ("Tên đơn vị", "Tên", "Đơn vị"),
    "kind": ("Loại đơn vị", "Loại"),
    "parent": ("Mã đơn vị cấp trên", "Đơn vị cấp trên", "Cấp trên", "Trực thuộc"),
    "established_on": ("Ngày thành lập", "Thành lập ngày", "Từ ngày"),
}
"""Columns, and how offices call them; the order in which an export writes them."""

COLUMNS: Final = tuple(CALLED)
KINDS: Final[Mapping[UnitKind, str]] = {
    UnitKind.NATIONAL: "Trung ương",
    UnitKind.AGENCY_BLOC: "Khối cơ quan",
    UnitKind.CENTRAL_DEPARTMENT: "Đơn vị tham mưu ở trung ương",
    UnitKind.PUBLIC_SERVICE_UNIT: "Đơn vị sự nghiệp",
    UnitKind.REGIONAL: "Bảo hiểm xã hội khu vực",
    UnitKind.PROVINCIAL: "Bảo hiểm xã hội cấp tỉnh",
    UnitKind.PROVINCIAL_OFFICE_BLOC: "Khối văn phòng cấp tỉnh",
    UnitKind.DISTRICT: "Bảo hiểm xã hội cấp huyện",
    UnitKind.BASE_OFFICE: "Bảo hiểm xã hội cơ sở",
    UnitKind.TEAM: "Phòng, tổ",
    UnitKind.OUTSIDE_BODY: "Cơ quan ngoài ngành",
}
"""What kinds are called in a file, as the pages call them; their codes are read as well."""

_KIND: Final = {folded(name): kind for kind, called in KINDS.items() for name in (kind.value, called)}
MAX_ROWS: Final = 100_000
"""Units in one file: as many as the whole state has."""

MAX_BYTES: Final = 96 * 2**20
"""Bytes of one file: more than the most rows of the longest cells have."""

_PLAIN_KINDS: Final = "|".join(kind for kind, above in MAY_STAND_BELOW.items() if above)
_IN_UNIT_CODE: Final = "[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,9}){0,2}"
_NO_OLD_PAGE: Final = "0-9A-Za-zĂăĐđĨĩŨũƠơƯưẠ-ỹ"
_DAY: Final = (
    "(19[0-9]{2}|20[0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
PLAIN_FORM: Final = (
    rf"^{','.join(COLUMNS)}(\n{_IN_UNIT_CODE},[{_NO_OLD_PAGE}][ {_NO_OLD_PAGE}-]{{0,254}}"
    rf",(national,|({_PLAIN_KINDS}),{_IN_UNIT_CODE}),{_DAY})+\n?$"
)
"""A file of this form can be read for certain and without a question; others can be too, see `parse_units`.

Its letters are those that no older code page has, so that no name can look as if it had gone through one.
"""

_RANK: Final = {kind: rank for rank, kind in enumerate(MAY_STAND_BELOW)}  # parents come first
_CODE: Final = re.compile(CODE)
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the file; `parent` is a unit's code, None for the root alone; `line` is where it stands."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    established_on: date
    line: int = field(default=0, compare=False)


def parse_units(data: bytes, *, names_are_meant: bool = False) -> tuple[UnitRow, ...]:
    """Units of a file that holds them all; raises ImportRefused with every fault."""
    return read_units(data, names_are_meant=names_are_meant).units({})


def read_units(data: bytes, *, names_are_meant: bool = False) -> "Reading":
    """What stands in an Excel or CSV file; names are NFC. Raises ImportRefused where it is no table of units.

    Titles above the table, merged heads, columns of another kind beside ours and their order do not matter
    (`chassis.facts.tables`). Names that look like a wrong code page are refused unless they are meant.
    """
    faults = Faults()
    try:
        head, body = table(lines(data), CALLED)
        _check_head(head, faults)
        reading = Reading(head, faults, names_are_meant=names_are_meant)
        for number, line in enumerate(body):
            if number == MAX_ROWS:
                faults.add("too-many-rows", line.number, limit=MAX_ROWS)
                break
            reading.take(line)
    except NoTable as broken:
        faults.add(broken.code, broken.line)
        raise ImportRefused(faults.found) from None
    return reading


def _check_head(head: Head, faults: Faults) -> None:
    if not head.columns:
        faults.add("empty-file", head.line)
    for column in COLUMNS if head.columns else ():
        if column not in head.columns:
            faults.add("missing-column", head.line, column, value=CALLED[column][0])
    for column, times in Counter(head.columns).items():
        if times > 1 and column in COLUMNS:
            faults.add("duplicate-column", head.line, column, value=CALLED[column][0])
    faults.refuse_if_any()


class Reading:
    """Good rows by code; `lines` has the codes of faulty rows too, `excused` whatever may have been such a code."""

    def __init__(self, head: Head, faults: Faults, *, names_are_meant: bool) -> None:
        self._head, self._faults, self._names_are_meant = head, faults, names_are_meant
        self.rows: dict[str, UnitRow] = {}
        self._lines: dict[str, int] = {}
        self._excused: set[str] = set()

    def take(self, line: Line) -> None:
        """Read a line of the table, or say what is wrong with it."""
        width = len(self._head.columns)
        if line.broken:
            self._faults.add("bad-csv", line.number)
            return
        if any(line.cells[width:]):
            self._faults.add("wrong-cell-count", line.number, expected=width, found=len(line.cells))
            self._excused.update(line.cells)
            return
        cell = self._head.row(line)
        code = cell["code"]
        complaints = {column: self._complaint(column, cell[column]) for column in COLUMNS}
        if not complaints["code"] and code in self._lines:
            complaints["code"] = "duplicate-code", {"first": self._lines[code]}
        for column, complaint in complaints.items():
            if complaint:
                fault, said = complaint
                self._faults.add(fault, line.number, column, **{"value": _shown(cell[column])} | said)
        self._lines.setdefault(code, line.number)
        if not any(complaints.values()):
            kind, day = _KIND[folded(cell["kind"])], read_day(cell["established_on"])
            self.rows[code] = UnitRow(code, cell["name"], kind, cell["parent"] or None, day, line.number)

    def _complaint(self, column: str, value: str) -> tuple[str, dict[str, object]] | None:
        if column == "name" and not self._names_are_meant and (reading := suspected(value)) is not None:
            if reading == value:
                return "lost-letters", {}
            return "wrong-code-page", {"reading": _shown(reading)}
        return _unreadable(value) or _complaint(column, value)

    @property
    def outside(self) -> frozenset[str]:
        """Codes of units above those of the file that are not in it."""
        return frozenset(row.parent for row in self.rows.values() if row.parent) - self._lines.keys()

    def units(self, there: Mapping[str, UnitKind]) -> tuple[UnitRow, ...]:
        """The units, each after its parent and otherwise as the file has them; raises ImportRefused with every fault.

        A parent stands in the file, or is one of the units that are `there` already, by their codes.
        """
        self._check_parents(there)
        if not (self.rows or self._faults.found):
            self._faults.add("empty-file", self._head.line)
        self._faults.refuse_if_any()
        return tuple(sorted(self.rows.values(), key=lambda row: _RANK[row.kind]))

    def _check_parents(self, there: Mapping[str, UnitKind]) -> None:
        root = 0
        for row in self.rows.values():
            line, above = self._lines[row.code], MAY_STAND_BELOW[row.kind]
            fault, column = self._parent_fault(row, there), "parent"
            if row.parent is None and not fault:
                fault, column = ("second-root", "kind") if root else (None, "kind")
                root = root or line
            if fault:
                said = {
                    "value": _shown(row.parent or ""),
                    "kind": KINDS[row.kind],
                    "kinds": "; ".join(KINDS[each] for each in above),
                    "first": root,
                }
                self._faults.add(fault, line, column, **said)

    def _parent_fault(self, row: UnitRow, there: Mapping[str, UnitKind]) -> str | None:
        above = MAY_STAND_BELOW[row.kind]
        if row.parent is None:
            return "missing-parent" if above else None
        if not above:
            return "root-with-parent"
        if row.parent in self.rows and self.rows[row.parent].kind not in above:
            return "cycle" if self._stands_above_itself(row) else "wrong-parent-kind"
        if row.parent in self._lines or row.parent in self._excused:
            return None
        kind = there.get(row.parent)
        return "unknown-parent" if kind is None else "wrong-parent-kind" if kind not in above else None

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
        case "kind" if folded(value) not in _KIND:
            return "unknown-kind", {"kinds": "; ".join(KINDS.values())}
        case "established_on" if not _is_day(value):
            return "bad-date", {}
    return None


def _is_day(value: str) -> bool:
    try:
        read_day(value)
    except NotADay:
        return False
    return True


def _shown(value: str) -> str:
    visible = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in value[:_SHOWN])
    return visible if len(value) <= _SHOWN else visible + "…"
