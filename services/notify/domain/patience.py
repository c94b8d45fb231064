"""How long a message is tried: the pauses between its attempts, and when another attempt has no use any more.

A mail server may ask for hours to come again (a full disk, a rate limit, greylisting), and no channel comes after
email: a letter goes on for three days. Its pauses are those of RFC 5321 §4.5.4.1, shorter at the beginning, when most
such troubles pass. Behind a Zalo message there is email: within a minute or so that takes over.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from chassis.facts.clock import VIETNAM
from contracts.notify import Channel

PAUSES: Final = {Channel.ZALO: (2.0, 4.0, 8.0, 16.0), Channel.EMAIL: (60.0, 300.0, 900.0, 3600.0)}
"""Seconds after the first try in vain, the second and so on; the last pause comes again and again."""

PATIENCE: Final = timedelta(hours=72)
"""After its request, a message that was tried in vain is tried no longer than this."""

COME_AGAIN_SECONDS: Final = 300.0
"""So long a channel may ask us to wait; for a longer wait the next channel takes over."""

_DIGITS: Final = re.compile(r"[0-9]+")


def pause(channel: Channel, tries: int) -> float:
    """Seconds to wait after so many tries in vain, at least one."""
    pauses = PAUSES[channel]
    return pauses[min(tries, len(pauses)) - 1]


def end(last_day: date | None, requested_at: datetime, tries: int) -> datetime | None:
    """The moment after which a message is tried no more, None when there is none.

    `last_day` is that of the fact it tells. One that was over when the message was requested, as of a campaign that is
    entered for the record, ends nothing. Patience ends only what was tried: a message that waited for us is sent.
    """
    own = None if last_day is None else datetime.combine(last_day, time.max, VIETNAM)
    ends = [own] if own is not None and own > requested_at else []
    return min([*ends, requested_at + PATIENCE] if tries else ends, default=None)


def is_over(moment: datetime, end: datetime | None) -> bool:
    """Tell whether an attempt at that moment would come too late."""
    return end is not None and moment > end


def come_again(retry_after: str, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, None when it says nothing that can be understood.

    Source: RFC 9110 §10.2.3: a number of seconds, or a date in one of three forms.
    """
    value = retry_after.strip()
    if _DIGITS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError):
        return None
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp())
