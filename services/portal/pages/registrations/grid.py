"""The grid of a registration: indicators by years, in the order of the campaign's goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from services.portal.shell.figures import show_figure


@dataclass
class Cell:
    """One figure of the grid: what the goal asks, what stands, what was typed, what is wrong with it."""

    name: str
    goal: dict[str, Any]
    pledged: str = ""
    typed: str = ""
    error: str = ""
    theirs: str | None = None
    """What somebody else pledged while this was typed."""
    open: bool = False


@dataclass
class Row:
    """An indicator with its cells by year."""

    indicator: str
    name: str
    cells: dict[int, Cell] = field(default_factory=dict)


def grid(registration: Mapping[str, Any], typed: Mapping[str, str]) -> list[Row]:
    """The grid in the order of the campaign's goals; a cell for each goal."""
    pledged = {
        (each["indicator"], each["year"]): show_figure(Decimal(each["value"])) for each in registration["targets"]
    }
    action: dict[str, Any] = next(
        (each for each in registration["actions"] if each["name"] == "register_target"), {"choices": []}
    )
    choices = {(each["indicator"], each["year"]) for each in action["choices"]}
    rows: dict[str, Row] = {}
    for goal in registration["terms"]["goals"]:
        row = rows.setdefault(goal["indicator"], Row(goal["indicator"], goal["name"]))
        place = goal["indicator"], goal["year"]
        name, stands = f"t-{goal['indicator']}-{goal['year']}", pledged.get(place, "")
        row.cells[goal["year"]] = Cell(name, goal, stands, typed.get(name, stands), open=place in choices)
    return list(rows.values())


def cells_of(rows: Sequence[Row]) -> dict[str, Cell]:
    """All cells by their names."""
    return {cell.name: cell for row in rows for cell in row.cells.values()}
