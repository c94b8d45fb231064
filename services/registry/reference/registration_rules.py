"""How registrations are judged, by date: reference data, read once when the process starts."""

from datetime import date
from importlib.resources import files
from typing import Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class DayOfYear(BaseModel):
    """A day of every year."""

    model_config = _STRICT

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=28)

    def of(self, year: int) -> date:
        """The day in one year."""
        return date(year, self.month, self.day)


class RegistrationRule(BaseModel):
    """What holds from a day on, to the next rule's.

    Those who appraise a draft have `appraisal_days`. From `version_fixed` of a year on, an adjustment no longer changes
    the targets by which awards of that year are judged. A figure of a year that is lowered from `last_quarter_begins`
    on is shown so to everyone who judges.
    """

    model_config = _STRICT

    since: date = Field(alias="from")
    appraisal_days: int = Field(ge=1, le=90)
    version_fixed: DayOfYear
    last_quarter_begins: DayOfYear
    source: str = Field(min_length=1)
    to_be_confirmed: str


class RegistrationRules(BaseModel):
    """All rules, each with a day of its own."""

    model_config = _STRICT

    rules: tuple[RegistrationRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [rule.since for rule in self.rules]
        if days != sorted(set(days)):
            raise ValueError("rules must stand in the order of their days, one for each")
        return self

    def on(self, day: date) -> RegistrationRule:
        """The rule for what is done on that day; the first one for days before it."""
        return next((rule for rule in reversed(self.rules) if rule.since <= day), self.rules[0])


REGISTRATION_RULES: Final = RegistrationRules.model_validate(
    yaml.safe_load(files("services.registry.reference").joinpath("registrations.yaml").read_text(encoding="utf-8"))
)
