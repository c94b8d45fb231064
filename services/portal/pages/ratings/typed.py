"""Ratings of a year as an office has them, pasted or as a file: a unit's code and its rating in each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chassis.facts.folding import folded
from chassis.facts.tables import NoTable, lines, lines_of_text, table
from services.portal.shell.words import say

MOST: Final = 2000
"""Rows that campaigns takes at once."""

_COLUMNS: Final = {
    "code": ("mã", "mã đơn vị", "mã bhxh", "unit", "unit code"),
    "rating": ("xếp loại", "mức xếp loại", "mức", "kết quả xếp loại", "rating"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: its line from 1, and a sentence."""

    line: int
    says: str


@dataclass(slots=True)
class Read:
    """What was read: codes of ratings by the units' codes, in the order of rows; or all that is wrong."""

    ratings: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(given: bytes | str, choices: Sequence[Mapping[str, Any]], language: str) -> Read:
    """The rows of a file, or of what was pasted; ratings by code, short form or name."""
    found = Read()
    called = {folded(each[name]): each["code"] for each in choices for name in ("code", "short", "vi", "en")}
    names = ", ".join(f"{each['short']} ({each[language]})" for each in choices)
    try:
        head, rows = table(lines_of_text(given) if isinstance(given, str) else lines(given), _COLUMNS)
        if not _COLUMNS.keys() <= set(head.columns):
            found.faults.append(Fault(head.line, say(language, "ratings.no_head")))
            return found
        for row in rows:
            cells = {} if row.broken else head.row(row)
            if row.broken or len(found.lines) >= MOST:
                says = say(language, "official.broken") if row.broken else say(language, "official.too_many", most=MOST)
                found.faults.append(Fault(row.number, says))
                break
            _take(found, row.number, cells, (called, names), language)
    except NoTable as refused:
        found.faults.append(Fault(refused.line, say(language, "official.no_table")))
    return found


def _take(
    found: Read, line: int, cells: Mapping[str, str], known: tuple[Mapping[str, str], str], language: str
) -> None:
    code, typed = cells["code"].upper(), cells["rating"]
    called, names = known
    if not code and not typed:
        return
    if not code:
        found.faults.append(Fault(line, say(language, "official.code_missing")))
    elif code in found.lines:
        found.faults.append(Fault(line, say(language, "official.twice", code=code, line=found.lines[code])))
    else:
        found.lines[code] = line
        if (rating := called.get(folded(typed))) is None:
            found.faults.append(Fault(line, say(language, "ratings.no_such", code=code, names=names)))
        else:
            found.ratings[code] = rating


def unknown(found: Read, known: Mapping[str, object], language: str) -> Sequence[Fault]:
    """Rows of which the code is no unit's."""
    return [
        Fault(line, say(language, "official.no_such_code", code=code))
        for code, line in found.lines.items()
        if code not in known
    ]
