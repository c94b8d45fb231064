"""Tables as an office has them, pasted or as a file: a unit's code and one value in each row. Source: B15, A7."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from chassis.facts.tables import NoTable, lines, lines_of_text, table
from services.portal.shell.forms import Form
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

T = TypeVar("T")

MOST: Final = 2000
"""Rows that campaigns takes at once."""

_CODE: Final = ("mã", "mã đơn vị", "mã bhxh", "unit", "unit code")
_BY_CODE: Final = "select code, unit_id from organisation_units where code = any($1::text[])"


class Unreadable(Exception):
    """A cell holds no such value; the text is the sentence that says so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: its line from 1, and a sentence."""

    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """The column beside the unit's code: what it may be called, how a cell of a unit is read (raises Unreadable).

    `no_head` is the sentence for a table in which it is not found.
    """

    called: Sequence[str]
    read: Callable[[str, str], T]
    no_head: str


@dataclass(slots=True)
class UnitTable(Generic[T]):
    """What was read: values and lines by the units' codes, in the order of rows; or all that is wrong.

    `units` are the ids of the codes that are known.
    """

    values: dict[str, T] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    units: Mapping[str, str] = field(default_factory=dict)


async def unit_table(asked: Visit, form: Form, column: Column[T]) -> UnitTable[T]:
    """The table of a form, its file (`file`) before what was pasted (`rows`), held against the units that there are."""
    given: bytes | str = form.files.get("file") or form.get("rows", "")
    found = await asyncio.to_thread(read, given, column, asked.language)
    rows = await asked.pool.fetch(_BY_CODE, list(found.lines))
    found.units = {row["code"]: str(row["unit_id"]) for row in rows}
    found.faults = sorted([*found.faults, *unknown(found, asked.language)], key=lambda each: each.line)
    return found


def read(given: bytes | str, column: Column[T], language: str) -> UnitTable[T]:
    """The rows of a file, or of what was pasted."""
    found = UnitTable[T]()
    columns = {"code": _CODE, "value": tuple(column.called)}
    try:
        head, rows = table(lines_of_text(given) if isinstance(given, str) else lines(given), columns)
        if not columns.keys() <= set(head.columns):
            found.faults.append(Fault(head.line, column.no_head))
            return found
        for row in rows:
            if row.broken or len(found.lines) >= MOST:
                long = say(language, "unit_table.too_many", most=MOST)
                found.faults.append(Fault(row.number, say(language, "unit_table.broken") if row.broken else long))
                break
            _take(found, row.number, head.row(row), column, language)
    except NoTable as refused:
        found.faults.append(Fault(refused.line, say(language, "unit_table.no_table")))
    return found


def _take(found: UnitTable[T], line: int, cells: Mapping[str, str], column: Column[T], language: str) -> None:
    code, typed = cells["code"].upper(), cells["value"]
    if not code and not typed:
        return
    if not code:
        found.faults.append(Fault(line, say(language, "unit_table.code_missing")))
    elif code in found.lines:
        found.faults.append(Fault(line, say(language, "unit_table.twice", code=code, line=found.lines[code])))
    else:
        found.lines[code] = line
        try:
            found.values[code] = column.read(code, typed)
        except Unreadable as wrong:
            found.faults.append(Fault(line, str(wrong)))


def unknown(found: UnitTable[T], language: str) -> Sequence[Fault]:
    """Rows of which the code is no unit's."""
    return [
        Fault(line, say(language, "unit_table.no_such_code", code=code))
        for code, line in found.lines.items()
        if code not in found.units
    ]
