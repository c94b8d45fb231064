"""Tile maps of the provinces: dated reference data, each square with the past and present units that it stands for."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

_DATA: Final = files("services.portal").joinpath("pages/dashboard/data")
_PREFIXES: Final = ("tỉnh ", "thành phố ", "Thành phố ")
_SQUARE: Final = 7
"""How many letters a square holds beside each other."""
_SHORT: Final = {"Hồ Chí Minh": "TP. HCM"}
_BROKEN: Final = {"Thừa Thiên Huế": ["T. Thiên", "Huế"], "Bà Rịa - Vũng Tàu": ["Bà Rịa -", "V. Tàu"]}


@dataclass(frozen=True, slots=True)
class Tile:
    """A province as a square: its place on the map, and the codes of the units whose areas make it up."""

    code: str
    name: str
    column: int
    row: int
    units: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The name on at most two lines."""
        if len(self.name) <= _SQUARE:
            return [self.name]
        return _BROKEN.get(self.name) or self.name.rsplit(" ", 1)


@dataclass(frozen=True, slots=True)
class TileMap:
    """All squares of the map that holds on a day."""

    tiles: tuple[Tile, ...]

    @property
    def columns(self) -> int:
        """How many squares it is wide."""
        return 1 + max(tile.column for tile in self.tiles)

    @property
    def rows(self) -> int:
        """How many squares it is high."""
        return 1 + max(tile.row for tile in self.tiles)


class _Map(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tiles: str
    names: str
    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def tile_map(day: date) -> TileMap:
    """The map of a day; of one before all maps the first."""
    known = _maps()
    return _drawn(next((each for each in known if each.holds(day)), known[0]))


@cache
def _maps() -> tuple[_Map, ...]:
    given = yaml.safe_load(_DATA.joinpath("maps.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[_Map, ...]).validate_python(given)


@cache
def _drawn(chosen: _Map) -> TileMap:
    names, units = dict[str, str](), dict[str, list[str]]()
    for row in _rows("provinces.csv"):
        code = row[f"{chosen.names}_code"]
        names[code] = row[f"{chosen.names}_name"]
        units.setdefault(code, []).append(f"P{row['old_code']}")
    return TileMap(
        tuple(
            Tile(
                row["code"], _short(names[row["code"]]), int(row["column"]), int(row["row"]), tuple(units[row["code"]])
            )
            for row in _rows(chosen.tiles)
        )
    )


def _short(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return _SHORT.get(name, name)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_DATA.joinpath(name).read_text(encoding="utf-8").splitlines()))
