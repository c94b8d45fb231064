"""When a deadline is reminded of: counted from the last permissible day, never on a day off, never twice."""

from datetime import date

import pytest

from chassis.facts.reminders import days_late, last_day, reminder_due, reminders

SINCE = date(2013, 6, 1)


@pytest.mark.parametrize(
    ("before", "days"),
    [
        (date(2020, 8, 28), [date(2020, 8, 20), date(2020, 8, 24), date(2020, 8, 26)]),
        (date(2013, 7, 15), [date(2013, 7, 5), date(2013, 7, 11), date(2013, 7, 12)]),
    ],
)
def test_seven_three_and_one_days_before_the_last_permissible_day(before: date, days: list[date]) -> None:
    assert reminders(before) == days


def test_two_on_one_day_are_one() -> None:
    # last day Wed 5/2/2025: 29/1 and 2/2 fall into Tết and on a Sunday, both go out on Fri 24/1
    assert reminders(date(2025, 2, 6)) == [date(2025, 1, 24), date(2025, 2, 4)]


def test_of_a_year_that_is_not_known_only_weekends_are_days_off() -> None:
    assert reminders(date(2030, 1, 9)) == [date(2030, 1, 1), date(2030, 1, 4), date(2030, 1, 7)]


@pytest.mark.parametrize(
    ("before", "on", "late"),
    [
        (date(2013, 11, 30), date(2013, 11, 29), 0),
        (date(2013, 11, 30), date(2013, 11, 30), 1),
        (date(2013, 7, 15), date(2013, 7, 14), 0),
        (date(2013, 7, 15), date(2013, 7, 15), 1),
        (date(2020, 8, 28), date(2020, 8, 31), 4),
        (date(2020, 8, 28), date(2020, 9, 1), 5),
        (date.min, date.min, 1),
    ],
)
def test_days_late_are_counted_from_the_last_permissible_day(before: date, on: date, late: int) -> None:
    assert days_late(before, on) == late


def test_the_last_day_is_the_one_before_and_no_overflow_where_there_is_none() -> None:
    assert last_day(date(2020, 8, 28)) == date(2020, 8, 27)
    assert last_day(date.min) == date.min


def test_after_days_away_only_the_latest_goes_out_and_it_once() -> None:
    before, today = date(2013, 7, 15), date(2013, 7, 12)
    assert reminder_due(before, SINCE, None, today) == date(2013, 7, 12)
    assert reminder_due(before, SINCE, date(2013, 7, 12), today) is None
    assert reminder_due(before, SINCE, date(2013, 7, 5), date(2013, 7, 10)) is None


def test_nobody_is_reminded_of_a_day_that_lies_before_they_learned_of_it_nor_once_it_is_over() -> None:
    assert reminder_due(date(2013, 7, 15), date(2013, 7, 8), None, date(2013, 7, 8)) is None
    assert reminder_due(date(2013, 7, 15), SINCE, None, date(2013, 7, 15)) is None
