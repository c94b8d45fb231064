"""Whether a figure reaches what a campaign asks of everyone. Source: S001-2 … S001-10, E11, E12."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from contracts.values import Direction, Goal, Measure
from services.campaigns.domain.measuring import cut


class GoalVerdict(StrEnum):
    """How a goal was reached; that it was exceeded is asked of collections only ("đạt và vượt", S001-6)."""

    MISSED = "missed"
    MET = "met"
    EXCEEDED = "exceeded"


def goal_verdict(goal: Goal, reached: Fraction) -> GoalVerdict:
    """Hold an exact figure against a goal, in the goal's own direction."""
    asked = Fraction(goal.value)
    if not goal.direction.holds(reached, asked):
        return GoalVerdict.MISSED
    beyond = goal.measure is Measure.PERCENT_OF_PLAN and goal.direction.margin(reached, asked) > 0
    return GoalVerdict.EXCEEDED if beyond else GoalVerdict.MET


def progress(direction: Direction, reached: Fraction, target: Decimal) -> Decimal | None:
    """How much of a target is reached, in per cent; None where less is better, or nothing was pledged. Source: B16."""
    if direction in {Direction.AT_MOST, Direction.BELOW} or not target:
        return None
    return cut(100 * reached / Fraction(target))
