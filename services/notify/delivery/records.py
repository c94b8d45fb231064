"""Records how a notification goes on, for certain, and says when it may be claimed again."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import asyncpg

from chassis.facts.clock import Clock, business_date
from chassis.facts.decider import Context
from chassis.store.execute import Executor
from chassis.store.patience import patiently
from services.notify.delivery.due import Due, postpone
from services.notify.delivery.sender import Doubtful, Outcome, Refused, Taken
from services.notify.domain.notification import (
    NOTIFICATION,
    BeginDelivery,
    Known,
    NotificationCommand,
    PassOver,
    PutOff,
    RecordAccepted,
    RecordRefused,
    RecordUnknown,
)
from services.notify.domain.patience import end, is_over, pause
from services.notify.domain.rules import RULES
from services.notify.settings import RETRY_SECONDS

SOON: Final = 0.1
"""Seconds by which the read model knows what was recorded."""

_COMPANY = 0.01  # a longer wait would leave more outcomes open when the process dies


NOTHING: Final = Known()


class Records:
    """A dispatcher's pen; `retry_seconds` as in the settings."""

    def __init__(self, pool: asyncpg.Pool, executor: Executor, clock: Clock, retry_seconds: float) -> None:
        self._pool, self._executor, self._clock = pool, executor, clock
        self._pace = retry_seconds / RETRY_SECONDS
        self._together: asyncio.Task[None] | None = None

    async def begin(self, due: Due, attempt: int) -> None:
        """An attempt is about to be made; raises Rejected when it is not due."""
        at = {"notification_id": due.notification_id, "channel": due.channel}
        await self._execute(due, BeginDelivery.model_validate({**at, "attempt": attempt}))

    async def abandoned(self, due: Due) -> None:
        """An attempt of a process that died: nobody knows its outcome."""
        at = {"notification_id": due.notification_id, "channel": due.channel}
        await self._execute(due, RecordUnknown.model_validate({**at, "attempt": due.attempt}))
        await postpone(self._pool, due.notification_id, SOON)

    async def pass_over(self, due: Due, reason: str) -> None:
        """The person has nothing on this channel."""
        await self._execute(due, PassOver(notification_id=due.notification_id, channel=due.channel, reason=reason))
        await postpone(self._pool, due.notification_id, SOON)

    def is_over(self, due: Due) -> bool:
        """Tell whether the message's time is over."""
        return is_over(self._clock(), _end(due, due.tries))

    async def over(self, due: Due) -> None:
        """The message's time is over, perhaps with the wait for a provider that never came back."""
        await self._put_off(due, "unreachable" if due.away > due.attempt else "over", 0, due.tries)

    async def unreachable(self, due: Due) -> None:
        """The provider could not be reached: the message is tried again later, unless its time is over by then."""
        tries = due.tries + 1
        await self._put_off(due, "unreachable", self._pause(due, tries), tries)

    async def outcome(self, due: Due, attempt: int, outcome: Outcome) -> None:
        """What came of an attempt."""
        at = {"notification_id": due.notification_id, "channel": due.channel, "attempt": attempt}
        tries = due.tries + 1
        seconds = self._pause(due, tries)
        match outcome:
            case Taken(provider_id=provider_id):
                await self._company()
                await self._execute(due, RecordAccepted.model_validate({**at, "provider_id": provider_id}))
            case Refused(code=code, permanent=permanent, after=after):
                seconds = max(after, seconds)
                refused = RecordRefused.model_validate({**at, "code": code, "permanent": permanent})
                await self._execute(due, refused, Known(self._in(seconds), _end(due, tries)))
                await postpone(self._pool, due.notification_id, SOON if permanent else seconds)
            case Doubtful():
                await self._execute(due, RecordUnknown.model_validate(at))
                await postpone(self._pool, due.notification_id, seconds)

    async def _put_off(self, due: Due, reason: str, seconds: float, tries: int) -> None:
        next_at, last = self._in(seconds), _end(due, tries)
        at = {"notification_id": due.notification_id, "channel": due.channel}
        await self._execute(due, PutOff.model_validate({**at, "reason": reason}), Known(next_at, last))
        wait = SOON if is_over(next_at, last) else seconds
        await postpone(self._pool, due.notification_id, wait, away=tries > due.tries)

    def _in(self, seconds: float) -> datetime:
        return self._clock() + timedelta(seconds=seconds)

    def _pause(self, due: Due, tries: int) -> float:
        """Seconds until the next try, with jitter, so that a crowd does not come back all at once."""
        return pause(due.channel, tries) * self._pace * random.uniform(0.9, 1)  # noqa: S311

    async def _company(self) -> None:
        """Wait a moment for others that were taken too, so that their records share a transaction."""
        if self._together is None:
            self._together = asyncio.create_task(asyncio.sleep(_COMPANY))
        together = self._together
        await asyncio.shield(together)
        if self._together is together:
            self._together = None

    async def _execute(self, due: Due, command: NotificationCommand, known: Known = NOTHING) -> None:
        """Execute for certain: under one command id until the database has answered."""
        context = Context(
            occurred_on=business_date(self._clock()),
            command_id=uuid4(),
            correlation_id=due.correlation_id,
            causation_id=due.request_id,
            traceparent=due.traceparent,
            policy="notify/dispatcher",
        )

        async def once() -> int:
            key = due.notification_id
            return (await self._executor.execute(NOTIFICATION, key, command, context, known=known)).position

        await patiently(once, "dispatcher")


def _end(due: Due, tries: int) -> datetime | None:
    last_day = RULES[type(due.told)].last_day(due.told) if due.told else None
    return end(last_day, due.requested_at, tries)
