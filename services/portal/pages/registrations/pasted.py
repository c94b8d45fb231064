"""A block copied from a spreadsheet, spread over the grid: by the names of its rows and years, else by its shape."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from services.portal.pages.registrations.grid import Row

_ROWS: Final = 200
_COLUMNS: Final = 50


def spread(block: str, rows: Sequence[Row]) -> dict[str, str]:
    """What the block puts into which cell.

    A first line with years says which column is which, a first column with the names of indicators which row; without
    them the block begins at the grid's first cell. Cells that the grid does not have, and empty ones, are left out.
    """
    lines = [line[:_COLUMNS] for line in csv.reader(io.StringIO(block), delimiter="\t")][:_ROWS]
    if not lines:
        return {}
    years = sorted({year for row in rows for year in row.cells})
    head = {_year(text): column for column, text in enumerate(lines[0]) if _year(text) in years}
    body = lines[1:] if head else lines
    names = {_folded(row.name): row for row in rows}
    named = any(_folded(line[0]) in names for line in body if line)
    columns: Mapping[int, int] = head or {year: place + int(named) for place, year in enumerate(years)}  # type: ignore[assignment]
    found: dict[str, str] = {}
    for number, line in enumerate(body):
        row = (
            names.get(_folded(line[0]))
            if named and line
            else rows[number]
            if not named and number < len(rows)
            else None
        )
        for year, column in columns.items():
            if row is not None and year in row.cells and column < len(line) and line[column].strip():
                found[row.cells[year].name] = line[column].strip()
    return found


def _year(text: str) -> int | None:
    digits = "".join(character for character in text if character.isdigit())
    return int(digits) if len(digits) == 4 else None  # noqa: PLR2004


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
