"""What granting a role takes, by date, and which roles one person should not hold at once: reference data."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.registry import Role

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class RoleRule(BaseModel):
    """What holds for grants from a day on, to the next rule's.

    Roles of `second_person` take effect when somebody else has confirmed them, within `proposal_days`. A role starts
    at most `days_ahead` days from now. An exception from the separation of duties ends at most `exception_days` after
    the day on which it is allowed.
    """

    model_config = _STRICT

    since: date = Field(alias="from")
    second_person: frozenset[Role] = Field(min_length=1)
    proposal_days: int = Field(ge=1, le=90)
    days_ahead: int = Field(ge=0, le=3660)
    exception_days: int = Field(ge=0, le=90)
    source: str = Field(min_length=1)
    to_be_confirmed: str


class Conflict(BaseModel):
    """Two roles that one person should not hold where both reach the same unit, and why."""

    model_config = _STRICT

    roles: tuple[Role, Role]
    since: date = Field(alias="from")
    to: date | None = None
    why: str = Field(min_length=1)
    why_en: str = Field(min_length=1)
    source: str = Field(min_length=1)
    to_be_confirmed: str

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.roles[0] >= self.roles[1]:
            raise ValueError(f"{self.roles} must be two roles, in the order of their names")
        return self

    def covers(self, day: date) -> bool:
        """Tell whether the pair is to be looked for on that day."""
        return self.since <= day and (self.to is None or day <= self.to)


class RoleRules(BaseModel):
    """All rules, each with a day of its own, and all pairs."""

    model_config = _STRICT

    rules: tuple[RoleRule, ...] = Field(min_length=1)
    conflicts: tuple[Conflict, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [rule.since for rule in self.rules]
        if days != sorted(set(days)):
            raise ValueError("rules must stand in the order of their days, one for each")
        return self

    def on(self, day: date) -> RoleRule:
        """The rule for what is granted on that day; the first one for days before it."""
        return next((rule for rule in reversed(self.rules) if rule.since <= day), self.rules[0])

    def conflicts_on(self, day: date) -> Sequence[Conflict]:
        """The pairs that are looked for on that day."""
        return [pair for pair in self.conflicts if pair.covers(day)]
