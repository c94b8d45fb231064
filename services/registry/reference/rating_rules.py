"""On which day a year is rated, and after how many months another unit remarks: reference data. Source: B4."""

from calendar import monthrange
from datetime import date
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class RatingRule(BaseModel):
    """What holds for a year and those after it, to the next rule's."""

    model_config = _STRICT

    from_year: int
    rating_day: str = Field(pattern=r"^[01][0-9]-[0-3][0-9]$")
    remark_months: int = Field(ge=1, le=12)
    source: str = Field(min_length=1)
    to_be_confirmed: str

    def day(self, year: int) -> date:
        """The rating day of a year; its month's last day where the month is shorter."""
        month, day = map(int, self.rating_day.split("-"))
        return date(year, month, min(day, monthrange(year, month)[1]))


class RatingRules(BaseModel):
    """All rules, each with a year of its own."""

    model_config = _STRICT

    rules: tuple[RatingRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        years = [rule.from_year for rule in self.rules]
        if years != sorted(set(years)):
            raise ValueError("rules must stand in the order of their years, one for each")
        return self

    def of(self, year: int) -> RatingRule:
        """The rule for a year; the first one for years before it."""
        return next((rule for rule in reversed(self.rules) if rule.from_year <= year), self.rules[0])
