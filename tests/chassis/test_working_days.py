"""Working days as their table has them: counted, refused where a year is not known, and the table itself looked at."""

from datetime import date, timedelta

import pytest

from chassis.facts.decider import Rejected
from chassis.facts.working_days import MOST, is_working_day, working_day_after, working_day_before, years


@pytest.mark.requirement("E29")
@pytest.mark.parametrize(
    ("after", "due"),
    [
        (date(2025, 1, 20), date(2025, 2, 10)),
        (date(2025, 4, 22), date(2025, 5, 8)),  # Saturday 26/4 is worked
        (date(2024, 8, 26), date(2024, 9, 11)),
    ],
)
def test_ten_working_days_after(after: date, due: date) -> None:
    assert working_day_after(after, 10) == due


@pytest.mark.requirement("E29")
def test_a_consultation_of_ten_working_days_ends_on_the_tenth_and_the_council_meets_from_the_next() -> None:
    end = working_day_after(date(2025, 4, 15), 10)
    assert (end, working_day_after(end, 1)) == (date(2025, 4, 28), date(2025, 4, 29))


@pytest.mark.parametrize(
    ("after", "number", "due"),
    [
        (date(2025, 1, 20), 20, date(2025, 2, 24)),
        (date(2024, 4, 25), 5, date(2024, 5, 6)),  # Saturday 4/5 is worked
        (date(2020, 8, 19), 10, date(2020, 9, 3)),
        (date(2024, 11, 26), 10, date(2024, 12, 10)),
        (date(2026, 11, 20), 10, date(2026, 12, 7)),  # 24/11 is off
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # 2/1 is off, 10/1 worked for it
    ],
)
def test_counts_worked_by_hand(after: date, number: int, due: date) -> None:
    assert working_day_after(after, number) == due


def test_the_last_working_day_before_tet_is_the_friday_before() -> None:
    assert working_day_before(date(2025, 1, 30)) == date(2025, 1, 24)


@pytest.mark.parametrize("day", [date(2012, 12, 31), date(2027, 1, 4)])
def test_a_year_that_is_not_known_is_refused_and_named(day: date) -> None:
    with pytest.raises(Rejected) as refused:
        is_working_day(day)
    assert refused.value.code == "working-days-unknown"
    assert str(day.year) in refused.value.vi


def test_a_count_that_runs_into_an_unknown_year_is_refused() -> None:
    with pytest.raises(Rejected):
        working_day_after(date(2026, 12, 30), 2)


@pytest.mark.parametrize("number", [0, MOST + 1])
def test_no_day_has_such_a_number(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        working_day_after(date(2025, 1, 20), number)


def test_the_table_holds_weekdays_off_and_weekends_worked_and_says_whence() -> None:
    assert list(years()) == list(range(2013, 2027))
    for year, known in years().items():
        assert {day.year for day in known.off | known.worked} == {year}
        assert all(day.weekday() < 5 for day in known.off)
        assert all(day.weekday() == 5 for day in known.worked)
        assert known.source
        assert known.to_be_confirmed
        assert 8 <= len(known.off) <= 16, year


def test_each_day_is_counted_once() -> None:
    day = date(2025, 1, 1)
    days = [day + timedelta(days=number) for number in range(365)]
    worked = [each for each in days if is_working_day(each)]
    assert [working_day_after(before, 1) for before in worked[:-1]] == worked[1:]
    assert [working_day_before(after) for after in worked[1:]] == worked[:-1]
