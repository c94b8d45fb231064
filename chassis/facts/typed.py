"""Figures and days as people in Viet Nam type them, in a form or in a cell of a table: read leniently."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

_SPACES: Final = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u202f\u200b\ufeff"))
_GROUPED: Final = re.compile(
    r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?|[+-]?[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?|[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+"
)
_PLAIN: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_LONGEST: Final = 40


class NotAFigure(ValueError):
    """What was typed is not one number."""


class NotADay(ValueError):
    """What was typed is not one day."""


def read_figure(typed: str) -> Decimal:
    """The number that was typed: `1.234,5`, `1,234.5`, `94,2 %`, `94.2`, with any kind of space.

    A single separator is the decimal one, but for a point before exactly three digits, which groups thousands as it
    does in Viet Nam. Raises NotAFigure for anything else, such as a date or a word.
    """
    text = unicodedata.normalize("NFKC", typed[: _LONGEST + 1]).translate(_SPACES).removesuffix("%").replace("−", "-")
    if len(text) > _LONGEST:
        raise NotAFigure(typed[:_LONGEST])
    if _GROUPED.fullmatch(text):
        decimal = "," if text.rfind(",") > text.rfind(".") and text.count(",") == 1 else "."
        if "," not in text:
            decimal = ","
        text = text.replace("." if decimal == "," else ",", "")
    elif not _PLAIN.fullmatch(text):
        raise NotAFigure(typed[:_LONGEST])
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise NotAFigure(typed[:_LONGEST]) from None


def read_day(typed: str) -> date:
    """The day that was typed as `20/11/2024` or `2024-11-20`; raises NotADay."""
    found = _DAY.fullmatch(typed.translate(_SPACES))
    if found is None:
        raise NotADay(typed[:_LONGEST])
    day, month, year, year_first, month_second, day_third = found.groups()
    try:
        return date(int(year or year_first), int(month or month_second), int(day or day_third))
    except ValueError:
        raise NotADay(typed[:_LONGEST]) from None


def grouped(value: Decimal) -> str:
    """The number as it is written in Viet Nam and read again, such as `1.234,5`."""
    whole, _, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")
