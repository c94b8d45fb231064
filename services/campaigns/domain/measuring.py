"""Results as exact fractions: compared before they are rounded, shown cut to the places that a figure has.

Cut, not rounded: 45.0999999 is shown below 45.1, never on it. Source: S001-7, S001-8, E11, E12.
"""

from decimal import ROUND_DOWN, ROUND_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

from chassis.facts.kinds import PLACES, plain
from contracts.values import Direction

_PERCENT: Final = 100
_PLACE: Final = Decimal(1).scaleb(-PLACES)
_DIGITS: Final = 60


def percent(numerator: Decimal, denominator: Decimal) -> Fraction:
    """The exact per cent that a numerator is of a denominator above 0."""
    return _PERCENT * Fraction(numerator) / Fraction(denominator)


def exact(value: Decimal, numerator: Decimal | None, denominator: Decimal | None) -> Fraction:
    """A result as it is compared: the ratio where its parts are known, else the value."""
    return Fraction(value) if numerator is None or not denominator else percent(numerator, denominator)


def cut(value: Fraction) -> Decimal:
    """A figure as it is shown, with the places that a figure has and no needless noughts."""
    return _decimal(value, ROUND_DOWN)


def difference(value: Fraction) -> Decimal:
    """By how much something falls short or goes beyond, as it is shown: 0 only where it is nothing."""
    return _decimal(value, ROUND_UP)


def missing(direction: Direction, value: Fraction, target: Decimal) -> Decimal | None:
    """By how much a result falls short of a target; None when it attains it."""
    margin = direction.margin(value, Fraction(target))
    return None if margin >= 0 else difference(-margin)


def beyond(direction: Direction, value: Fraction, target: Decimal) -> Decimal:
    """By how much a result that attains a target goes beyond it."""
    return difference(direction.margin(value, Fraction(target)))


def _decimal(value: Fraction, rounding: str) -> Decimal:
    with localcontext(prec=_DIGITS):
        found = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACE, rounding)
        return plain(found.normalize())
