"""What the results of several units come to: the ratio of their sums, never a mean of ratios. Pure. Source: S001-7, A5.

Results that were stated without their parts can be in no sum; where none has parts (an index has none), the unit in the
middle stands for them, and is called so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from chassis.facts.kinds import PLACES

_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A unit's result, and its numerator and denominator where they are known."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What results come to: so many stand in it; `summed`, or the one in the middle."""

    value: Decimal
    results: int
    summed: bool


def cut(value: Decimal, places: int = PLACES) -> Decimal:
    """A figure as it is shown: cut, so that it reaches no bound that the sums do not reach."""
    return Decimal(f"{value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN).normalize():f}")


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The per cent that a sum is of another, as it is shown."""
    return cut(_PERCENT * numerator / denominator)


def whole(parts: Iterable[Part]) -> Whole | None:
    """What these results come to; None where there is none."""
    known = list(parts)
    sums = [(each.numerator, each.denominator) for each in known if each.numerator is not None and each.denominator]
    if sums:
        numerator, denominator = (sum(column, Decimal(0)) for column in zip(*sums, strict=True))
        return Whole(ratio(numerator, denominator), len(sums), summed=True)
    values = sorted(each.value for each in known)
    return Whole(values[(len(values) - 1) // 2], len(values), summed=False) if values else None
