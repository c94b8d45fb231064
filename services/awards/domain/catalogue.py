"""The award catalogue: which awards there are, who decides on them and what a dossier must hold, by date."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.facts.decider import Rejected
from contracts.registry import Role
from contracts.values import Document

_STRICT = ConfigDict(frozen=True, extra="forbid")
NAME: Final = r"^[a-z][a-z0-9_]{1,59}$"
"""The form of the names of awards and of a dossier's parts."""


class CommendationKind(StrEnum):
    """For what kind of achievement an award is given."""

    MERIT = "merit"
    UNEXPECTED = "unexpected"
    THEMATIC = "thematic"
    LIFETIME_CONTRIBUTION = "lifetime_contribution"


class Awardee(StrEnum):
    """Who may receive an award."""

    COLLECTIVE = "collective"
    PERSON = "person"


class Decree(Document):
    """The decree whose templates a dossier follows, unknown fields refused."""

    model_config = _STRICT


class DossierPart(BaseModel):
    """One paper that a dossier must hold; `name` is what a person sees."""

    model_config = _STRICT

    kind: str = Field(pattern=NAME)
    name: str = Field(min_length=1)
    source: str = Field(min_length=1)


class AwardRule(BaseModel):
    """How one award is given for dossiers received from one day to another, both included (None: until further notice).

    `id` goes into the events. A report's form is known by decree and template together, never by the template alone.
    """

    model_config = _STRICT

    id: str = Field(min_length=1)
    award: str = Field(pattern=NAME)
    name: str = Field(min_length=1)
    kind: CommendationKind
    awardees: tuple[Awardee, ...] = Field(min_length=1)
    decided_by: Role
    received_from: date
    received_to: date | None
    decree: Decree
    template: str = Field(min_length=1)
    parts: tuple[DossierPart, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    to_be_confirmed: str

    @model_validator(mode="after")
    def _parts_once_and_days_in_order(self) -> Self:
        if len({part.kind for part in self.parts}) < len(self.parts):
            raise ValueError(f"{self.id} names a part twice")
        if self.received_to is not None and self.received_to < self.received_from:
            raise ValueError(f"{self.id} ends before it begins")
        return self

    def covers(self, day: date) -> bool:
        """Tell whether a dossier received on that day falls under this rule."""
        return self.received_from <= day and (self.received_to is None or day <= self.received_to)

    def missing(self, kinds: Collection[str]) -> tuple[DossierPart, ...]:
        """Parts of which a dossier with papers of these kinds has none."""
        return tuple(part for part in self.parts if part.kind not in kinds)


class Catalogue(BaseModel):
    """All rules; for one award and day there is at most one. `parts` holds the building blocks of the file."""

    model_config = _STRICT

    parts: tuple[DossierPart, ...] = ()
    rules: tuple[AwardRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_rule_a_day(self) -> Self:
        for one, other in combinations(self.rules, 2):
            later = max(one.received_from, other.received_from)
            if one.id == other.id or (one.award == other.award and one.covers(later) and other.covers(later)):
                raise ValueError(f"{one.id} and {other.id} overlap")
        return self

    def rule(self, award: str, received_on: date) -> AwardRule | None:
        """The rule for a dossier received on that day; None when the award is not given then, or not known at all."""
        return next((rule for rule in self.rules if rule.award == award and rule.covers(received_on)), None)

    def on(self, day: date) -> list[AwardRule]:
        """The rules for dossiers received on that day, by award."""
        return sorted((rule for rule in self.rules if rule.covers(day)), key=lambda rule: rule.award)


def award_unknown(award: str) -> Rejected:
    """The refusal of an award that the catalogue does not know on the day."""
    return Rejected(
        "award-unknown",
        f"Hình thức khen thưởng “{award}” không có trong danh mục vào ngày này; hãy chọn hình thức khác.",
        f"The award {award} is not in the catalogue on this day; choose another one.",
    )
