"""Working days: Monday to Friday but for days off, and the Saturdays that are worked instead. Source: E29.

Which days are off is decided year by year: the table beside this module is dated reference data with its sources. A
year that it does not hold is unknown, and nothing is guessed of it. Day 1 of a count is the next working day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from chassis.facts.refusal import Refusal

MOST: Final = 250
"""Working days that are counted at once at most: about a year's."""

UNKNOWN_YEAR: Final = Refusal(
    "working-days-unknown",
    "Chưa có lịch nghỉ lễ, làm bù của năm {year} (hiện có từ {first} đến {last}) nên không tính được ngày làm việc; hãy"
    " đề nghị quản trị hệ thống bổ sung lịch năm {year} khi có thông báo chính thức.",
    "The days off of {year} are not known (those of {first} to {last} are), so working days cannot be counted; ask"
    " the administrator to add the year's calendar once it has been announced.",
    "E29",
)

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class YearOff:
    """Days off of one year from Monday to Friday, and days of its weekends that are worked."""

    off: frozenset[date]
    worked: frozenset[date]
    source: str
    to_be_confirmed: str


@cache
def years() -> dict[int, YearOff]:
    """The years whose days are known."""
    text = files("chassis.facts").joinpath("working_days.yaml").read_text(encoding="utf-8")
    return {
        year: YearOff(
            frozenset(_days(year, said["days_off"])),
            frozenset(_days(year, said["worked"])),
            said["source"],
            said["to_be_confirmed"],
        )
        for year, said in yaml.safe_load(text).items()
    }


def is_working_day(day: date) -> bool:
    """Whether offices work on this day; raises Rejected for a year whose days off are not known."""
    known = _year(day)
    return day in known.worked or (day.weekday() < _SATURDAY and day not in known.off)


def working_day_after(day: date, number: int) -> date:
    """The working day of this number after a day, the next one being 1; raises Rejected for a year that is not known.

    Raises ValueError for a number below 1 or above MOST.
    """
    _year(day)
    if not 1 <= number <= MOST:
        raise ValueError(number)
    while number:
        day += _DAY
        number -= is_working_day(day)
    return day


def working_day_before(day: date) -> date:
    """The last working day before a day; raises Rejected for a year that is not known."""
    _year(day)
    day -= _DAY
    return day if is_working_day(day) else working_day_before(day)


def _year(day: date) -> YearOff:
    if (known := years().get(day.year)) is None:
        raise UNKNOWN_YEAR(year=day.year, first=min(years()), last=max(years()))
    return known


def _days(year: int, said: str) -> Iterator[date]:
    for each in said.split():
        first, _, last = each.partition("-")
        day, end = _day(year, first), _day(year, last or first)
        while day <= end:
            yield day
            day += _DAY


def _day(year: int, said: str) -> date:
    day, month = map(int, said.split("/"))
    return date(year, month, day)
