"""Steps of colour around a goal, and round steps of an axis. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from contracts.values import Direction

_BELOW_GOAL, _STEPS = 4, 6
_ROUND: Final = tuple(Decimal(each).scaleb(power) for power in range(-3, 6) for each in (1, 2, 5))


def round_step(needed: Decimal) -> Decimal:
    """The next width of the kind 1, 2, 5 times a power of ten; 1 where nothing is needed."""
    return next((each for each in _ROUND if each >= needed > 0), Decimal(1))


@dataclass(frozen=True, slots=True)
class Scale:
    """Six steps of colour around a goal: `bounds` are the figures between them, from the worst step to the best.

    `span`: how far the values lie from the goal, on its bad side (negative) and on its good side.
    """

    direction: Direction
    goal: Decimal
    bounds: tuple[Decimal, ...]
    span: tuple[Decimal, Decimal]

    @classmethod
    def around(cls, direction: Direction, goal: Decimal, values: Iterable[Decimal]) -> "Scale":
        """Steps of a round width: four from about the worst of these values up to the goal, two beyond it."""
        margins = [direction.margin(value, goal) for value in values] or [Decimal(-_BELOW_GOAL)]
        needed = max(-min(margins), *margins) / _BELOW_GOAL
        width = round_step(needed)
        sign = -1 if direction in {Direction.AT_MOST, Direction.BELOW} else 1
        bounds = tuple(goal + sign * width * number for number in range(1 - _BELOW_GOAL, _STEPS - _BELOW_GOAL))
        return cls(direction, goal, bounds, (min(*margins, -width), max(*margins, width)))

    def step(self, value: Decimal) -> int:
        """The step of a value: 0 the worst, 5 the best; from 4 on the goal is met."""
        reached = sum(self.direction.margin(value, bound) >= 0 for bound in self.bounds)
        at_goal = self.bounds.index(self.goal) + 1
        if self.direction.holds(value, self.goal):
            return max(reached, at_goal)
        return min(reached, at_goal - 1)

    def place(self, value: Decimal) -> float:
        """Where a value stands from the worst (0) to the best (100) of the values."""
        worst, best = self.span
        share = (self.direction.margin(value, self.goal) - worst) / (best - worst)
        return round(100 * min(1.0, max(0.0, float(share))), 1)

    def legend(self) -> Iterator[tuple[int, Decimal | None, Decimal | None]]:
        """Each step with its lower and its upper figure, None where it is open; the smallest figures first."""
        ends = [None, *sorted(self.bounds), None]
        steps = range(_STEPS) if self.bounds[0] < self.bounds[-1] else range(_STEPS - 1, -1, -1)
        for step, (low, high) in zip(steps, pairwise(ends), strict=True):
            yield step, low, high
