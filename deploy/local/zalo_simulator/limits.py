"""How often the account may call and how much it may send."""

from collections.abc import Callable

from deploy.local.pages import VIETNAM_OFFSET_SECONDS

CALLS_PER_MINUTE = 4_000
MESSAGES_PER_DAY = 20_000  # what a new Official Account may send since 2026-01-16
DAY_SECONDS = 86_400


def day_of(seconds: float) -> int:
    """Return the number of a day in Viet Nam."""
    return int(seconds + VIETNAM_OFFSET_SECONDS) // DAY_SECONDS


def hour_of(seconds: float) -> int:
    """Return the hour of the day in Viet Nam."""
    return int(seconds + VIETNAM_OFFSET_SECONDS) % DAY_SECONDS // 3600


class RateLimit:
    """At most `limit` calls in each minute of the clock; 0 switches it off."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._clock = clock
        self._minute = -1
        self._used = 0

    def take(self) -> bool:
        """Count a call; False when it is one too many."""
        minute = int(self._clock()) // 60
        if minute != self._minute:
            self._minute, self._used = minute, 0
        self._used += 1
        return not self.limit or self._used <= self.limit

    @property
    def headers(self) -> dict[str, str]:
        """What Zalo adds to each answer."""
        if not self.limit:
            return {}
        return {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remain": str(max(0, self.limit - self._used))}
