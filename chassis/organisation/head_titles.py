"""How the head of a unit is called on a day: dated reference data, as papers of that day sign. Source: M-4, B8."""

from datetime import date
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.values import UnitKind

UNNAMED: Final = "Thủ trưởng đơn vị"
"""For a unit of which no title is known."""


class HeadTitle(BaseModel):
    """The title of heads of units of a kind whose name begins with a word, for a time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: UnitKind
    begins: str
    title: str = Field(min_length=1)
    since: date = Field(alias="from")
    to: date | None
    source: str = Field(min_length=1)
    to_be_confirmed: str = ""

    def holds(self, kind: str, name: str, on: date) -> bool:
        """Tell whether it is the title of the head of such a unit on a day."""
        there = self.since <= on and (self.to is None or on <= self.to)
        return there and self.kind == kind and (not self.begins or name.casefold().startswith(self.begins.casefold()))


TITLES: Final = TypeAdapter(tuple[HeadTitle, ...]).validate_python(
    yaml.safe_load(files("chassis.organisation").joinpath("head_titles.yaml").read_text(encoding="utf-8"))
)


def head_title(kind: str, name: str, on: date) -> str:
    """How the head of a unit of this kind and name is called on a day: `Tổng Giám đốc` until 2025-02-28."""
    held = [each for each in TITLES if each.holds(kind, name, on)]
    return max(held, key=lambda each: len(each.begins)).title if held else UNNAMED
