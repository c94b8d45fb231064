"""Who rates a person for a year, whose remark is asked for, and how people are counted: each once. Source: B4.

Targets stay with the units: whoever moves takes none along.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.registry.domain.employment import Stay


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit whose written remark is asked for, and for how many whole months of the year the person was there."""

    unit_id: UUID
    months: int


def rating_unit(stays: Iterable[Stay], day: date) -> UUID | None:
    """The unit that rates: where the person mainly works on the rating day; None where nobody does."""
    return next((stay.unit_id for stay in stays if stay.covers(day)), None)


def remarks(stays: Sequence[Stay], year: int, day: date, months: int) -> tuple[Asked, ...]:
    """The other units in which the person was for at least so many months of the year, before the rating day.

    Several stays in one unit are added up.
    """
    first, rates = date(year, 1, 1), rating_unit(stays, day)
    there = Counter[UUID]()
    for stay in stays:
        last = min(day, date(year, 12, 31), stay.until or date.max)
        if stay.unit_id != rates and last >= max(first, stay.since):
            there[stay.unit_id] += _months(max(first, stay.since), last + timedelta(days=1))
    return tuple(Asked(unit, count) for unit, count in there.items() if count >= months)


def counted(people: Iterable[Sequence[Stay]], day: date) -> Counter[UUID]:
    """How many people each unit counts on a day: each person once, where the person mainly works."""
    return Counter(unit for stays in people if (unit := rating_unit(stays, day)) is not None)


def _months(since: date, end: date) -> int:
    """Whole months from a day to the day before another one."""
    return (end.year - since.year) * 12 + end.month - since.month - (end.day < since.day)
