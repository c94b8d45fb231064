"""Figures of the annex of S003, made up by a formula, so that the demo can add them up itself. Source: S003-14, A10."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from cli.checks import figure

YEARS: Final = (2016, 2017, 2018, 2019, 2020)
UNTIL: Final = "2020-07-31"
"""The last year is not over: its row says until when it counts."""

_FUND: Final = "Quỹ Vì người nghèo"

Amounts = Mapping[tuple[str, str, str], int]
"""A year's figures by column, name of the goods or activity, and measure."""


def amounts(place: int, year: int) -> Amounts:
    """What the unit of a place types for a year: rice in kg by provinces, in tonnes by central units (100 and on)."""
    n, y = place % 100 + 1, year - YEARS[0] + 1
    rice = ("gạo", "kg") if place < 100 else ("gạo", "tấn")  # noqa: PLR2004 - where central units begin
    return {
        ("cards", "", ""): 10 * n + y,
        ("card_money", "", ""): 1_000_000 * n * y,
        ("goods", "chăn", "cái"): n % 7 + y,
        ("goods", *rice): 5 * n,
        ("houses_direct", "", ""): n % 3,
        ("houses_joint", "", ""): (n + y) % 4,
        ("cash", _FUND, ""): 500_000 * n + 1_000 * y,
    }


def body(year: int, said: Amounts) -> dict[str, Any]:
    """A row as the platform takes it."""
    cells: dict[str, dict[str, Any]] = {}
    for (column, name, measure), amount in said.items():
        cell = cells.setdefault(column, {"column": column})
        if column == "goods":
            cell.setdefault("items", []).append({"name": name, "measure": measure, "quantity": str(amount)})
        elif column == "cash":
            cell.setdefault("sums", []).append({"activity": name, "amount": str(amount)})
        else:
            cell["number"] = str(amount)
    return {
        "table": "support", "year": year, "cells": list(cells.values()), "until": UNTIL if year == YEARS[-1] else None,
    }  # fmt: skip


def shown_cells(cells: Sequence[Mapping[str, Any]]) -> str:
    """The cells of a row in one line, as typed or as told."""
    found = []
    for cell in cells:
        said = [figure(cell["number"])] if cell.get("number") is not None else []
        said += [f"{figure(each['quantity'])} {each['measure']} {each['name']}" for each in cell.get("items", ())]
        said += [f"{figure(each['amount'])} {each['activity']}" for each in cell.get("sums", ())]
        found.append(f"{cell['column']} {', '.join(said)}")
    return "; ".join(found)


def summed(rows: Iterable[tuple[int, Amounts]]) -> dict[tuple[int, str, str, str], Decimal]:
    """What rows of years add up to, by year, column, name and measure; money also without its activity."""
    total: dict[tuple[int, str, str, str], Decimal] = {}
    for year, said in rows:
        for (column, name, measure), amount in said.items():
            places = {(year, column, name, measure)} | ({(year, column, "", "")} if column == "cash" else set())
            for place in places:
                total[place] = total.get(place, Decimal(0)) + amount
    return total
