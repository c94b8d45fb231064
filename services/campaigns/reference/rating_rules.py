"""How units are rated for a year: dated reference data. Source: A7, S003-3."""

from importlib.resources import files
from typing import Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class Rating(BaseModel):
    """A rating in words; `excellent` is that which is asked for where a unit must have done excellently each year."""

    model_config = _STRICT

    code: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)
    short: str = Field(min_length=1, max_length=10)
    excellent: bool = False


class RatingRule(BaseModel):
    """The ratings of a year and those after it, to the next rule's; the best comes first."""

    model_config = _STRICT

    from_year: int
    ratings: tuple[Rating, ...] = Field(min_length=2)
    source: str = Field(min_length=1)
    to_be_confirmed: str

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [each.code for each in self.ratings]
        if len(set(codes)) < len(codes) or sum(each.excellent for each in self.ratings) != 1:
            raise ValueError("each rating stands once, and one of them is excellent")
        return self


RULES: Final = TypeAdapter(tuple[RatingRule, ...]).validate_python(
    yaml.safe_load(files("services.campaigns.reference").joinpath("ratings.yaml").read_text(encoding="utf-8"))
)


def ratings_of(year: int) -> tuple[Rating, ...]:
    """The ratings that a unit can have for a year."""
    return next((rule.ratings for rule in reversed(RULES) if rule.from_year <= year), RULES[0].ratings)
