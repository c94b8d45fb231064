"""How a goal's results went from month to month, and where that lies in a drawing. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final
from uuid import UUID

from services.portal.pages.dashboard.queries import Fact
from services.portal.pages.dashboard.rows import What
from services.portal.pages.dashboard.scale import round_step
from services.portal.pages.dashboard.sums import Part, whole

MONTHS: Final = 36
"""How many months a trend shows at most."""


@dataclass(frozen=True, slots=True)
class Month:
    """What was so at the end of a month, or on the last day that is shown: what so many results come to."""

    day: date
    value: Decimal
    results: int
    attained: int


def trend(facts: Iterable[Fact], day: date) -> list[Month]:
    """What the units' verified results come to by months, from the first on; facts come in the order of days.

    Where any has its parts, only sums are shown: a figure of another kind among them would be a jump that never was.
    """
    latest, met, months = dict[UUID, Part](), dict[UUID, bool](), list[Month]()
    pending = [fact for fact in facts if fact.what in {What.VERIFIED, What.ATTAINED} and fact.value is not None]
    if not pending:
        return []
    summed = any(fact.numerator is not None and fact.denominator for fact in pending)
    waiting = iter([*pending, None])
    fact = next(waiting)
    for end in _month_ends(pending[0].since, day):
        while fact is not None and fact.since <= end:
            if fact.what == What.VERIFIED and fact.value is not None:
                latest[fact.unit_id] = Part(fact.value, fact.numerator, fact.denominator)
            elif fact.what == What.ATTAINED:
                met[fact.unit_id] = fact.value == 1
            fact = next(waiting)
        if (found := whole(latest.values())) is not None and found.summed is summed:
            months.append(Month(end, found.value, found.results, sum(met.values())))
    return months[-MONTHS:]


def _month_ends(first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while True:
        year, month = year + month // 12, month % 12 + 1
        end = date(year, month, 1) - timedelta(days=1)
        if end >= last:
            yield last
            return
        yield end


@dataclass(frozen=True, slots=True)
class Line:
    """A trend as it is drawn, in a box of WIDTH by HEIGHT: points, the goal's height, marks on both axes."""

    points: tuple[tuple[float, float, Month], ...]
    goal_y: float
    marks: tuple[tuple[float, Decimal], ...]
    years: tuple[tuple[float, str], ...]

    @property
    def path(self) -> str:
        """The points as SVG writes a polyline."""
        return " ".join(f"{x},{y}" for x, y, _ in self.points)


WIDTH: Final = 640
HEIGHT: Final = 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 64, 14, 30
_MARKS: Final = 4
_LABELS: Final = 8
_ROOM: Final = 44


def line(months: Sequence[Month], goal: Decimal) -> Line:
    """Where the months and the goal lie; raises ValueError where there is no month."""
    values = [*(month.value for month in months), goal]
    lowest, highest = min(values), max(values)
    width = round_step((highest - lowest) / _MARKS)
    low = (lowest / width).to_integral_value(ROUND_FLOOR) * width
    high = max(low + width, (highest / width).to_integral_value(ROUND_CEILING) * width)
    first, span = months[0].day.toordinal(), max(1, (months[-1].day - months[0].day).days)

    def x(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day.toordinal() - first) / span, 1)

    def y(value: Decimal) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * float((value - low) / (high - low)), 1)

    count = int((high - low) / width)
    each = max(1, -(-len(months) // _LABELS))
    shown = [*months[-1 - each :: -each][::-1], months[-1]]  # the last one always, the others as far from each other
    return Line(
        points=tuple((x(month.day), y(month.value), month) for month in months),
        goal_y=y(goal),
        marks=tuple((y(low + width * number), low + width * number) for number in range(count + 1)),
        years=tuple(
            (x(month.day), f"{month.day:%m/%y}")
            for month in shown
            if month is months[-1] or x(months[-1].day) - x(month.day) > _ROOM
        ),
    )
