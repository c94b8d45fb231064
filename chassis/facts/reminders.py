"""On which days a deadline is reminded of: 7, 3 and 1 days before its last permissible day. Source: E10.

One that falls on a day off goes out on the working day before; two on one day are one. Of a year whose days off are not
known only Saturdays and Sundays are: a reminder is no time limit, and is looked at anew each day.
"""

from datetime import date, timedelta
from typing import Final

from chassis.facts.decider import Rejected
from chassis.facts.working_days import is_working_day

DAYS_BEFORE: Final = (7, 3, 1)
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def last_day(before: date) -> date:
    """The last permissible day of a strict deadline; of one before all days that day itself, which is over as well."""
    return before - _DAY if before > date.min else before


def days_late(before: date, on: date) -> int:
    """By how many days something that came on a day was late; 0 when it was in time."""
    return max(0, (on - before).days + 1)


def reminders(before: date) -> list[date]:
    """The days of the reminders, in their order."""
    return sorted({_working(last_day(before) - timedelta(days=days)) for days in DAYS_BEFORE})


def reminder_due(before: date, since: date, reminded: date | None, today: date) -> date | None:
    """The reminder that is to go out: the latest whose day has come, unless it or a later one has gone out.

    Those of days up to `since` never go out: on that day the unit learned of the deadline.
    """
    if today >= before:
        return None
    after = max(since, reminded or since)
    return max((day for day in reminders(before) if after < day <= today), default=None)


def _working(day: date) -> date:
    while not _works(day):
        day -= _DAY
    return day


def _works(day: date) -> bool:
    try:
        return is_working_day(day)
    except Rejected:
        return day.weekday() < _SATURDAY
