"""A table of official figures as an office has it, pasted or as a file: a unit's code and its figure in each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from chassis.facts.tables import NoTable, lines, lines_of_text, table
from chassis.facts.typed import NotAFigure, read_figure
from services.portal.shell.words import say

MOST: Final = 2000
"""Rows that campaigns takes at once."""

_COLUMNS: Final = {
    "code": ("mã", "mã đơn vị", "mã bhxh", "unit", "unit code"),
    "figure": (
        *("số liệu", "số liệu gốc", "mẫu số", "chỉ tiêu", "chỉ tiêu giao", "chỉ tiêu được giao", "số giao", "kế hoạch"),
        *("dân số", "lực lượng lao động", "số phải thu", "giá trị", "plan", "base figure"),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: its line from 1, and a sentence."""

    line: int
    says: str


@dataclass(slots=True)
class Read:
    """What was read: figures by the units' codes, in the order of rows; or all that is wrong."""

    figures: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(given: bytes | str, language: str) -> Read:
    """The rows of a file, or of what was pasted."""
    found = Read()
    try:
        head, rows = table(lines_of_text(given) if isinstance(given, str) else lines(given), _COLUMNS)
        if not _COLUMNS.keys() <= set(head.columns):
            found.faults.append(Fault(head.line, say(language, "official.no_head")))
            return found
        for row in rows:
            cells = {} if row.broken else head.row(row)
            if row.broken or len(found.lines) >= MOST:
                says = say(language, "official.broken") if row.broken else say(language, "official.too_many", most=MOST)
                found.faults.append(Fault(row.number, says))
                break
            _take(found, row.number, cells, language)
    except NoTable as refused:
        found.faults.append(Fault(refused.line, say(language, "official.no_table")))
    return found


def _take(found: Read, line: int, cells: Mapping[str, str], language: str) -> None:
    code, typed = cells["code"].upper(), cells["figure"]
    if not code and not typed:
        return
    if not code:
        found.faults.append(Fault(line, say(language, "official.code_missing")))
        return
    if code in found.lines:
        found.faults.append(Fault(line, say(language, "official.twice", code=code, line=found.lines[code])))
        return
    found.lines[code] = line
    try:
        figure = read_figure(typed)
    except NotAFigure:
        found.faults.append(Fault(line, say(language, "official.no_figure", code=code)))
        return
    if figure <= 0:
        found.faults.append(Fault(line, say(language, "official.not_above_zero", code=code)))
    found.figures[code] = figure


def unknown(found: Read, known: Mapping[str, object], language: str) -> Sequence[Fault]:
    """Rows of which the code is no unit's."""
    return [
        Fault(line, say(language, "official.no_such_code", code=code))
        for code, line in found.lines.items()
        if code not in known
    ]
