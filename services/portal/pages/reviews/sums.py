"""A consolidated annex as a page shows it: for each year and column its sums, and what they were before. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Name = tuple[str, str]
"""What a sum is of, and its unit of measure; both empty for the column's own."""


@dataclass(slots=True)
class Shown:
    """One sum; where it is another one than in the version before, that one's `before`, None where it had none."""

    label: str
    measure: str
    amount: Decimal | None
    changed: bool = False
    before: Decimal | None = None


@dataclass(slots=True)
class Cell:
    """What stands for a year and a column: sums, the first of them the column's, or how many units say something."""

    sums: list[Shown] = field(default_factory=list)
    said: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table of an annex: for each year a cell for each of its columns, and their sums over the years."""

    table: Mapping[str, Any]
    years: dict[int, dict[str, Cell]]
    totals: dict[str, Cell]

    @property
    def said(self) -> list[tuple[str, int, list[Mapping[str, Any]]]]:
        """What units say in words, by column and year."""
        return [
            (str(column["name"]), year, cells[column["key"]].said)
            for column in self.table["columns"]
            for year, cells in self.years.items()
            if cells[column["key"]].said
        ]


def grids(
    tables: Iterable[Mapping[str, Any]], annex: Mapping[str, Any], changed: Sequence[Mapping[str, Any]] = ()
) -> list[Grid]:
    """The tables with the sums of a version; `changed` are those that differ from the version before it."""
    return [_grid(table, annex, changed) for table in tables]


def _grid(table: Mapping[str, Any], annex: Mapping[str, Any], changed: Sequence[Mapping[str, Any]]) -> Grid:
    columns = [str(each["key"]) for each in table["columns"]]
    years = {
        year: {column: Cell() for column in columns} for year in range(table["first_year"], table["last_year"] + 1)
    }
    totals: dict[str, dict[Name, Decimal]] = {column: {} for column in columns}
    differs = {_place(each): each for each in changed}
    for each in annex["sums"]:
        if each["table"] == table["key"]:
            amount, name = Decimal(str(each["amount"])), (each["label"], each["measure"])
            other = differs.pop(_place(each), None)
            years[each["year"]][each["column"]].sums.append(_shown(name, amount, other))
            of = totals[each["column"]]
            of[name] = of.get(name, Decimal(0)) + amount
    for each in differs.values():
        if each["table"] == table["key"]:
            years[each["year"]][each["column"]].sums.append(_shown((each["label"], each["measure"]), None, each))
    for each in annex["texts"]:
        if each["table"] == table["key"]:
            years[each["year"]][each["column"]].said.append(each)
    return Grid(
        table,
        years,
        {key: Cell([_shown(name, amount, None) for name, amount in of.items()]) for key, of in totals.items()},
    )


def _shown(name: Name, amount: Decimal | None, other: Mapping[str, Any] | None) -> Shown:
    before = other["before"] if other else None
    return Shown(*name, amount, other is not None, None if before is None else Decimal(str(before)))


def _place(each: Mapping[str, Any]) -> tuple[Any, ...]:
    return each["table"], each["year"], each["column"], each["label"], each["measure"]
