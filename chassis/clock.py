"""Time as an argument: UTC for storage, the calendar of Asia/Ho_Chi_Minh for people."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Gives the present moment, always with the UTC time zone."""


def system_clock() -> datetime:
    """Present moment of this machine."""
    return datetime.now(UTC)


def business_date(moment: datetime) -> date:
    """Calendar day in Viet Nam at `moment`."""
    return moment.astimezone(VIETNAM).date()


class SimulatedClock:
    """A clock that stands where it is put: for tests, and for a demo that lives in 2024."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move the clock; negative spans move it back."""
        self.moment += by
