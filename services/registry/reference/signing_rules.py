"""Who may sign for whom, in which capacity, by date: reference data."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.registry import Role
from contracts.values import SigningCapacity

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class Standing(BaseModel):
    """Roles that somebody holds, or has to hold one of: in the unit itself, above it, or below it."""

    model_config = _STRICT

    here: frozenset[Role] = frozenset()
    above: frozenset[Role] = frozenset()
    below: frozenset[Role] = frozenset()

    def met_by(self, held: "Standing") -> bool:
        """Tell whether one of the roles is held where it is asked for."""
        return bool(self.here & held.here or self.above & held.above or self.below & held.below)

    def roles(self) -> Collection[Role]:
        """All roles that are named."""
        return self.here | self.above | self.below


class CapacityRule(BaseModel):
    """Whose signature may be given in a capacity, to whom; `limited` ones name kinds of paper and end."""

    model_config = _STRICT

    principal: Standing
    signer: Standing
    limited: bool


class SigningRule(BaseModel):
    """What holds for delegations that begin on a day or later, to the next rule's."""

    model_config = _STRICT

    since: date = Field(alias="from")
    capacities: Mapping[SigningCapacity, CapacityRule]
    source: str = Field(min_length=1)
    to_be_confirmed: str

    @model_validator(mode="after")
    def _all(self) -> Self:
        if self.capacities.keys() != set(SigningCapacity) - {SigningCapacity.DIRECT}:
            raise ValueError("every capacity but the direct one needs a rule")
        return self


class SigningRules(BaseModel):
    """All rules, each with a day of its own."""

    model_config = _STRICT

    rules: tuple[SigningRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [rule.since for rule in self.rules]
        if days != sorted(set(days)):
            raise ValueError("rules must stand in the order of their days, one for each")
        return self

    def on(self, day: date) -> SigningRule:
        """The rule for what begins on that day; the first one for days before it."""
        return next((rule for rule in reversed(self.rules) if rule.since <= day), self.rules[0])
