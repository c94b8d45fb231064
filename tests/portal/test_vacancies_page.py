"""When work that nobody can do goes up: two working days after it began to wait, never earlier."""

from datetime import date

import pytest

from services.portal.pages.inbox.gone_up import gone_up


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2024, 11, 20), date(2024, 11, 18)),  # Wednesday: since Monday
        (date(2024, 11, 18), date(2024, 11, 14)),  # Monday: Friday and Monday have passed
        (date(2024, 11, 17), date(2024, 11, 13)),
        (date(2024, 9, 4), date(2024, 8, 29)),  # after the national day
        (date(2090, 1, 10), date(2090, 1, 6)),  # the year's days off are not known yet
    ],
)
def test_work_goes_up_after_two_working_days(today: date, since: date) -> None:
    assert gone_up(today) == since
