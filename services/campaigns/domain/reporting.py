"""What a unit may state as a result: a per cent, or its two parts, of which the lower one is mostly not its own."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from chassis.facts.kinds import PLACES, is_figure, shown, shown_en
from contracts.campaigns import DenominatorOf
from contracts.values import Measure, Target
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.measuring import cut, percent
from services.campaigns.domain.scorecard_commands import CorrectResult, Known, ReportResult

_QUADRILLION: Final = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """A result as it is kept."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    denominator_of: DenominatorOf | None = None


def denominator_of(target: Target) -> DenominatorOf:
    """Whose figure the official denominator of a target is."""
    return DenominatorOf.PLAN if target.measure is Measure.PERCENT_OF_PLAN else DenominatorOf.BASE


def is_amount(value: Decimal) -> bool:
    """Tell whether a number can be a part of a ratio: 0 to below a quadrillion (đồng), at most 6 decimal places."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -PLACES and value >= 0 and value.adjusted() < _QUADRILLION


def measured(command: ReportResult | CorrectResult, target: Target, known: Known, name: str) -> Figures:
    """The result that was stated; raises Rejected for what it lacks, or for what is not the unit's to say.

    Source: B15, A5.
    """
    official, year = known.official(target), target.year
    if command.numerator is None:
        if official is not None:
            figure = {"figure": shown(official), "figure_en": shown_en(official)}
            raise refuse.NUMERATOR_WANTED(name=name, year=year, **figure)
        if command.denominator is not None or command.value is None:
            raise refuse.FIGURE_MISSING(name=name, year=year)
        _possible(command.value, target.measure)
        return Figures(command.value)
    if command.value is not None:
        raise refuse.TWO_FIGURES(name=name, year=year)
    if official is not None and command.denominator is not None:
        raise refuse.DENOMINATOR_TYPED(name=name, year=year, figure=shown(official), figure_en=shown_en(official))
    denominator = command.denominator if official is None else official
    if denominator is None:
        raise refuse.DENOMINATOR_MISSING(name=name, year=year)
    if not (is_amount(command.numerator) and is_amount(denominator)):
        raise refuse.AMOUNT_OUT_OF_BOUNDS()
    if not denominator:
        raise refuse.DENOMINATOR_ZERO(name=name, year=year)
    value = cut(percent(command.numerator, denominator))
    _possible(value, target.measure)
    if target.measure is Measure.SHARE and command.numerator > denominator:
        raise refuse.share_out_of_range()
    whose = DenominatorOf.UNIT if official is None else denominator_of(target)
    return Figures(value, command.numerator, denominator, whose)


def _possible(value: Decimal, measure: Measure) -> None:
    """Go on if the value can be a result in this measure; raises Rejected for the rule it breaks."""
    if value.is_finite() and measure is Measure.SHARE and not measure.allows(value):
        raise refuse.share_out_of_range()
    if not is_figure(value) or not measure.allows(value):
        raise refuse.value_out_of_bounds()
