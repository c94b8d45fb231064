"""Sums over units, district by district, province by province: of numerators and of denominators, never of ratios.

Source: S001-7, E17, E18.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from contracts.values import Goal
from services.campaigns.domain.measuring import cut, percent
from services.campaigns.domain.verdicts import GoalVerdict, goal_verdict


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit's result adds to a sum."""

    numerator: Decimal
    denominator: Decimal
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over units: `reported` of the `asked` ones stand in it, of which so many are verified."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    asked: int = 0
    reported: int = 0
    verified: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.asked + other.asked,
            self.reported + other.reported,
            self.verified + other.verified,
        )

    @property
    def exact(self) -> Fraction | None:
        """The ratio of the sums; None where nothing was reported."""
        return percent(self.numerator, self.denominator) if self.denominator else None

    @property
    def value(self) -> Decimal | None:
        """The ratio as it is shown."""
        return None if self.exact is None else cut(self.exact)

    def verdict(self, goal: Goal | None) -> GoalVerdict | None:
        """Whether it reaches a goal; None as long as a unit is missing."""
        if goal is None or self.exact is None or self.reported < self.asked:
            return None
        return goal_verdict(goal, self.exact)


def rolled_up(
    parents: Mapping[UUID, UUID | None], results: Mapping[UUID, Part | None], top: UUID
) -> tuple[Sum, dict[UUID, Sum]]:
    """The sum over a unit and all below it, and that of each unit directly below it.

    `results` has each unit that is asked, None where it has not reported. A unit's own result counts for all below it,
    which is in it already; where it has none, what lies below is added up.
    """
    below: dict[UUID, list[UUID]] = {}
    for unit, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(unit)

    def of(unit: UUID, parts: Mapping[UUID, Sum] | None = None) -> Sum:
        if (own := results.get(unit)) is not None:
            return Sum(own.numerator, own.denominator, 1, 1, int(own.verified))
        found = added(parts.values() if parts is not None else map(of, below.get(unit, ())))
        return found if found.asked else Sum(asked=int(unit in results))

    parts = {each: of(each) for each in below.get(top, ())}
    return of(top, parts), parts


def added(sums: Iterable[Sum]) -> Sum:
    """All these sums in one."""
    found = Sum()
    for each in sums:
        found += each
    return found
