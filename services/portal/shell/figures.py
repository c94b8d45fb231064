"""Figures and days as people in Viet Nam write them: read leniently (`chassis.facts.typed`), shown in one form."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from chassis.facts.clock import VIETNAM
from chassis.facts.typed import NotADay, NotAFigure, read_day, read_figure

__all__ = [
    "NotADay",
    "NotAFigure",
    "read_day",
    "read_figure",
    "same_figure",
    "show_day",
    "show_figure",
    "show_moment",
    "show_phone",
]

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
