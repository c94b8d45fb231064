"""A report as fields of one form: the texts of its outline, a cell for each year and column of its annexes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from services.portal.pages.reports.cells import show_cell, sum_of
from services.portal.shell.figures import show_day


@dataclass(slots=True)
class Cell:
    """One cell of an annex: what stands, what was typed, what is wrong with it, why it was sent back."""

    name: str
    column: Mapping[str, Any]
    stands: str = ""
    typed: str = ""
    error: str = ""
    theirs: str | None = None
    """What somebody else wrote while this was typed."""
    returned: str = ""


@dataclass(slots=True)
class Line:
    """A year of an annex; `until`: the field of the last day that its figures cover, where the year is not over."""

    year: int
    cells: dict[str, Cell] = field(default_factory=dict)
    until: Cell | None = None

    def all(self) -> Iterator[Cell]:
        """Its cells and, where it has one, its day."""
        yield from self.cells.values()
        if self.until is not None:
            yield self.until


@dataclass(slots=True)
class Table:
    """An annex with its rows and the sums of what is typed."""

    key: str
    title: str
    columns: list[Mapping[str, Any]]
    lines: list[Line] = field(default_factory=list)

    @property
    def sums(self) -> dict[str, str]:
        """The last row, by the keys of its columns."""
        return {
            column["key"]: sum_of(column, [line.cells[column["key"]].typed for line in self.lines])
            for column in self.columns
        }

    @property
    def groups(self) -> list[tuple[str, int]]:
        """What adjoining columns have in common before their colon, and how many they are; empty where none has."""
        names = [column["name"].rpartition(": ")[0] for column in self.columns]
        found = [(name, len(list(same))) for name, same in groupby(names)]
        return found if any(name for name, _ in found) else []

    def cells(self) -> Iterator[Cell]:
        """All cells, row by row."""
        for line in self.lines:
            yield from line.all()


_DAY: Mapping[str, Any] = {"key": "until", "kind": "day", "name": ""}


def tables(report: Mapping[str, Any], typed: Mapping[str, str]) -> list[Table]:
    """The annexes, each with a row for each of its years."""
    found = []
    for annex in report["annexes"]:
        rows = {row["year"]: row for row in annex["rows"]}
        table = Table(annex["key"], annex["title"], list(annex["columns"]))
        for year in range(annex["first_year"], annex["last_year"] + 1):
            row = rows.get(year)
            stand = {cell["column"]: cell for cell in row["cells"]} if row else {}
            line = Line(year)
            for column in annex["columns"]:
                name, stands = f"a-{annex['key']}-{year}-{column['key']}", show_cell(stand.get(column["key"]))
                line.cells[column["key"]] = Cell(name, column, stands, typed.get(name, stands))
            if annex["partial"] and year == annex["last_year"]:
                name, stands = f"u-{annex['key']}-{year}", show_day(row["until"]) if row else ""
                line.until = Cell(name, _DAY, stands, typed.get(name, stands))
            table.lines.append(line)
        found.append(table)
    return found


def stands(report: Mapping[str, Any]) -> dict[str, str]:
    """All fields of the form as they stand."""
    texts = {f"s-{section['key']}": section["text"] for section in report["outline"] if not section["heading"]}
    cells = {cell.name: cell.stands for table in tables(report, {}) for cell in table.cells()}
    return texts | cells | {"covers": report["covers"]}
