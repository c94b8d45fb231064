"""Time as an argument: UTC for storage, the calendar of Asia/Ho_Chi_Minh for people."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_LOOK_SECONDS = 0.05

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


class FileClock:
    """The machine's clock, moved by the number of seconds that stands in a file; looked at every 50 ms."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead = timedelta()
        self._looked = 0.0

    def __call__(self) -> datetime:
        return system_clock() + self.ahead()

    def ahead(self) -> timedelta:
        """By how much it is ahead of the machine's clock."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._looked = time.monotonic()
            with suppress(OSError, ValueError, OverflowError):
                self._ahead = timedelta(seconds=float(self._path.read_text(encoding="ascii")))
        return self._ahead
