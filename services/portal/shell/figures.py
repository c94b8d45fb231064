"""Figures and days as people in Viet Nam write them: read leniently (`chassis.facts.typed`), shown in one form."""

import re
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from chassis.facts.clock import VIETNAM
from chassis.facts.typed import NotADay, NotAFigure, read_day, read_figure
from contracts.values import Direction

__all__ = [
    "NotADay",
    "NotAFigure",
    "read_day",
    "read_figure",
    "same_figure",
    "show_day",
    "show_figure",
    "show_moment",
    "show_near",
    "show_phone",
]

_PLACES: Final = 2
_MOBILE: Final = re.compile(r"\+?84(\d{3})(\d{3})(\d{3})")


def same_figure(one: str, other: str) -> bool:
    """Whether two texts say the same number, or are the same text."""
    try:
        return one == other or read_figure(one) == read_figure(other)
    except NotAFigure:
        return False


def show_figure(value: Decimal | str | float | None) -> str:
    """The number as it is written in Viet Nam, such as `1.234,5`; an empty text for None."""
    if value is None:
        return ""
    number = Decimal(str(value))
    text = f"{number:,f}"
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def show_near(value: Decimal | str | None, direction: str, *bounds: Decimal | str | None) -> str:
    """A figure beside bounds, as `show_figure` has it, cut to two decimals or to the fewest that are enough.

    Enough is where neither what is shown nor the same rounded changes its side of a bound: beside "below 2,59", 2.5899
    is shown whole, and beside "at least 45,1", 45.520183 is 45,52. Source: E12.
    """
    if value is None:
        return ""
    number, known = Decimal(str(value)), [Decimal(str(each)) for each in bounds if each is not None]
    side = Direction(direction)
    for places in range(_PLACES, -int(number.as_tuple().exponent)):
        unit = Decimal(1).scaleb(-places)
        shown, rounded = number.quantize(unit, ROUND_DOWN), number.quantize(unit, ROUND_HALF_UP)
        sides = [{(side.holds(each, it), side.reaches(each, it)) for each in (number, shown, rounded)} for it in known]
        if all(len(each) == 1 for each in sides):
            return show_figure(shown)
    return show_figure(number)


def show_day(value: date | str | None) -> str:
    """The day as dd/mm/yyyy; an empty text for None."""
    if value is None:
        return ""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}"


def show_moment(value: datetime | str) -> str:
    """The moment as a clock in Viet Nam shows it: dd/mm/yyyy HH:MM."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def show_phone(value: str | None) -> str:
    """A mobile number of Viet Nam as it is dialled there: `0912 345 678`; an empty text for None."""
    found = _MOBILE.fullmatch(value or "")
    return f"0{found[1]} {found[2]} {found[3]}" if found else value or ""
