"""Which providers cannot be spoken to at present, since when and why: known to operators, wherever they look.

Worker and API are processes of their own, so it stands in notify's database; it follows from no event. It is written
when it changes, and said again once a minute, so that it comes right when several workers see different things.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import asyncpg
import structlog
from prometheus_client import Gauge
from pydantic import BaseModel, computed_field

from chassis.facts.clock import Clock
from contracts.notify import Channel
from services.notify.domain.sentences import Sentence, reason

log = structlog.get_logger()

UNREACHABLE_SINCE: Final = Gauge(
    "thidua_channel_unreachable_since",
    "Since when a channel's provider cannot be spoken to, in seconds since 1970, and why; 0 while it can.",
    ["channel", "reason"],
)

_AGAIN_SECONDS = 60.0
_LOST = """
    insert into dispatch.unreachable as u (channel, since, reason) values ($1, $2, $3)
    on conflict (channel) do update set reason = excluded.reason where u.reason <> excluded.reason
"""
_FOUND = "delete from dispatch.unreachable where channel = $1"
_ALL = "select channel, since, reason from dispatch.unreachable"


class Outage(BaseModel):
    """Since when a channel's provider cannot be spoken to, and why: an error's class or the provider's own code."""

    since: datetime
    reason: str

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's own documentation has it
    @property
    def sentence(self) -> Sentence:
        """What it means, and what to do."""
        return reason(self.reason)


async def outages(pool: asyncpg.Pool) -> dict[Channel, Outage]:
    """The channels whose provider cannot be spoken to."""
    rows = await pool.fetch(_ALL)
    return {Channel(row["channel"]): Outage(since=row["since"], reason=row["reason"]) for row in rows}


class Reach:
    """What one worker knows of it."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._reasons: dict[Channel, str] = {}
        self._said: dict[Channel, float] = {}
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Begin with what was known before this process."""
        _show(known := await outages(self._pool))
        self._reasons = {channel: each.reason for channel, each in known.items()}

    async def saw(self, channel: Channel, reason: str) -> None:
        """Remember what a message has just met: why the provider cannot be spoken to, nothing when it can."""
        if self._is_known(channel, reason):
            return
        async with self._turn:
            if self._is_known(channel, reason):
                return
            if reason:
                await self._pool.execute(_LOST, channel.value, self._clock(), reason)
            else:
                await self._pool.execute(_FOUND, channel.value)
            _show(await outages(self._pool))
            if reason != self._reasons.get(channel, ""):
                log.warning("channel_unreachable" if reason else "channel_works_again", channel=channel, reason=reason)
            self._reasons[channel], self._said[channel] = reason, time.monotonic()

    def _is_known(self, channel: Channel, reason: str) -> bool:
        lately = time.monotonic() - self._said.get(channel, -_AGAIN_SECONDS) < _AGAIN_SECONDS
        return lately and reason == self._reasons.get(channel, "")


def _show(known: Mapping[Channel, Outage]) -> None:
    UNREACHABLE_SINCE.clear()
    for channel in Channel:
        lost = known.get(channel)
        since = lost.since.timestamp() if lost else 0.0
        UNREACHABLE_SINCE.labels(channel.value, lost.reason if lost else "").set(since)
