"""Delivers what is due: claims it, writes the message, records the attempt, hands it over, records what came of it.

Many deliveries are under way at once, so that their facts share transactions. If the process dies between the
provider's answer and its record, the attempt stands open in the store; whoever claims it next records that its outcome
is unknown, and the decider says what follows.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import asyncpg
import structlog
from prometheus_client import Histogram

from chassis.clock import Clock, business_date
from chassis.decider import Context, Rejected
from chassis.execute import Executor
from chassis.patience import patiently
from chassis.platform import Platform
from chassis.telemetry import span
from contracts.notify import Channel
from services.notify.domain.notification import (
    NOTIFICATION,
    BeginDelivery,
    NotificationCommand,
    PassOver,
    RecordAccepted,
    RecordRefused,
    RecordUnknown,
)
from services.notify.due import Due, claim, postpone, release, sweep
from services.notify.render import compile_all
from services.notify.sender import Doubtful, Outcome, Refused, Sender, Taken, Unreachable
from services.notify.settings import ProviderSettings
from services.notify.smtp import EmailSender
from services.notify.views import State
from services.notify.zalo import ZaloSender

log = structlog.get_logger()

DELIVERY_SECONDS: Final = Histogram(
    "thidua_delivery_seconds", "Time in the provider's hands, by what came of it.", ["channel", "outcome"]
)

LEASE: Final = 90.0
"""Seconds for which a claim holds; longer than START and SEND together, so that two never send at once."""

START: Final = 30.0
"""Seconds after its claim in which a delivery may still be handed over."""

SEND: Final = 45.0
"""Seconds after which a provider's answer is no longer waited for."""

PERSON_WAITS: Final = 6
"""How often to wait for a person's details, some 12 seconds in all, before nobody is told."""

_DRAIN = 20.0  # processes that are told to stop have 30 s
_IDLE = 0.1
_COMPANY = 0.01  # a longer wait would leave more outcomes open when the process dies
_SOON = 0.1  # by then the read model knows
_SWEEP_SECONDS = 60.0
_GROWTH: Final = {Channel.ZALO: (2, 300.0), Channel.EMAIL: (8, 3600.0)}


class Dispatcher:
    """The worker's loop; `instance` tells this process from the service's others, but not from its own predecessor."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        executor: Executor,
        clock: Clock,
        senders: Mapping[Channel, Sender[Any]],
        instance: str,
        *,
        in_flight: int = 64,
        retry_seconds: float = 2.0,
        lease: float = LEASE,
        person_waits: int = PERSON_WAITS,
    ) -> None:
        self._pool, self._executor, self._clock, self._senders = pool, executor, clock, senders
        self._instance, self._in_flight, self._retry_seconds, self._lease = instance, in_flight, retry_seconds, lease
        self._person_waits = person_waits
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._together: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is finished first."""
        compile_all()
        await patiently(self._take_over, "dispatcher")
        swept = time.monotonic()
        try:
            while True:
                if not await patiently(self._claim, "dispatcher"):
                    await asyncio.sleep(_IDLE)
                if len(self._tasks) > self._in_flight // 2:
                    self._room.clear()
                    await self._room.wait()
                if time.monotonic() - swept > _SWEEP_SECONDS:
                    swept = time.monotonic()
                    await patiently(self._sweep, "dispatcher")
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_DRAIN)
            for sender in self._senders.values():
                await sender.close()

    async def _take_over(self) -> int:
        await release(self._pool, self._instance)
        return 0

    async def _sweep(self) -> int:
        await sweep(self._pool)
        return 0

    async def _claim(self) -> int:
        began = time.monotonic()
        dues = await claim(self._pool, self._in_flight - len(self._tasks), self._lease, self._instance)
        for due in dues:
            task = asyncio.create_task(self._deliver(due, began))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return len(dues)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if len(self._tasks) <= self._in_flight // 2:
            self._room.set()

    async def _deliver(self, due: Due, began: float) -> None:
        with span(f"deliver {due.channel.value}", due.traceparent, notification=str(due.notification_id)):
            try:
                await self._step(due, began)
            except Exception:
                log.exception("delivery_stuck", notification=str(due.notification_id))  # its claim will run out

    async def _step(self, due: Due, began: float) -> None:
        """Bring one notification as far as it goes now, and say when it may be claimed again."""
        if due.state is State.UNDER_WAY:
            unknown = RecordUnknown(notification_id=due.notification_id, channel=due.channel, attempt=due.attempt)
            await self._execute(due, unknown)
            await postpone(self._pool, due.notification_id, _SOON)
            return
        if due.told is None or due.names is None or (due.addressee is None and due.waits < self._person_waits):
            await postpone(self._pool, due.notification_id, _longer(0.2, due.waits), waited=True)
            return
        sender, attempt = self._senders[due.channel], due.attempt + 1
        message = sender.write(due, attempt)
        if message is None:
            reason = "person-unknown" if due.addressee is None else "no-address"
            await self._execute(due, PassOver(notification_id=due.notification_id, channel=due.channel, reason=reason))
            await postpone(self._pool, due.notification_id, _SOON)
            return
        try:
            async with sender.ready() as hand_over:
                outcome = await self._attempt(due, began, attempt, lambda: hand_over(message))
        except Unreachable as reason:
            log.warning("provider_away", channel=due.channel.value, reason=str(reason))
            await postpone(self._pool, due.notification_id, _longer(0.5, due.waits), waited=True)
            return
        if outcome is not None:
            await self._record(due, attempt, outcome)

    async def _attempt(
        self, due: Due, began: float, attempt: int, hand_over: Callable[[], Awaitable[Outcome]]
    ) -> Outcome | None:
        """Record the attempt, then make it; None when it was not made."""
        if self._late(began):  # all connections were busy for too long: whoever is next waits anew
            await postpone(self._pool, due.notification_id, 0)
            return None
        begin = BeginDelivery(notification_id=due.notification_id, channel=due.channel, attempt=attempt)
        try:
            await self._execute(due, begin)
        except Rejected:  # the read model was behind: somebody else has seen to it
            await postpone(self._pool, due.notification_id, 1, waited=True)
            return None
        if self._late(began):
            log.warning("delivery_too_late", notification=str(due.notification_id))
            return None  # the claim may run out while the provider works: leave the attempt to whoever comes next
        return await self._send(hand_over, due.channel)

    def _late(self, began: float) -> bool:
        return time.monotonic() - began > min(START, self._lease / 2)

    async def _send(self, hand_over: Callable[[], Awaitable[Outcome]], channel: Channel) -> Outcome:
        began = time.monotonic()
        try:
            async with asyncio.timeout(SEND):
                outcome = await hand_over()
        except TimeoutError:
            outcome = Doubtful()
        seconds = time.monotonic() - began
        DELIVERY_SECONDS.labels(channel.value, type(outcome).__name__.lower()).observe(seconds)
        return outcome

    async def _record(self, due: Due, attempt: int, outcome: Outcome) -> None:
        at = {"notification_id": due.notification_id, "channel": due.channel, "attempt": attempt}
        match outcome:
            case Taken(provider_id=provider_id):
                await self._company()
                await self._execute(due, RecordAccepted.model_validate({**at, "provider_id": provider_id}))
            case Refused(code=code, permanent=permanent):
                await self._execute(due, RecordRefused.model_validate({**at, "code": code, "permanent": permanent}))
                pause = _SOON if permanent else self._pause(due.channel, attempt)
                await postpone(self._pool, due.notification_id, pause)
            case Doubtful():
                await self._execute(due, RecordUnknown.model_validate(at))
                await postpone(self._pool, due.notification_id, self._pause(due.channel, 1))

    async def _company(self) -> None:
        """Wait a moment for others that were taken too, so that their records share a transaction."""
        if self._together is None:
            self._together = asyncio.create_task(asyncio.sleep(_COMPANY))
        together = self._together
        await asyncio.shield(together)
        if self._together is together:
            self._together = None

    def _pause(self, channel: Channel, attempt: int) -> float:
        """Seconds until the next attempt: growing, with jitter; mail servers that ask to come again mean minutes."""
        growth, longest = _GROWTH[channel]
        full: float = self._retry_seconds * growth ** (attempt - 1)
        return min(full, longest) * random.uniform(0.5, 1)  # noqa: S311

    async def _execute(self, due: Due, command: NotificationCommand) -> None:
        """Execute for certain: under one command id until the database has answered."""
        context = Context(
            occurred_on=business_date(self._clock()),
            command_id=uuid4(),
            correlation_id=due.correlation_id,
            causation_id=due.request_id,
            traceparent=due.traceparent,
        )

        async def once() -> int:
            return (await self._executor.execute(NOTIFICATION, due.notification_id, command, context)).position

        await patiently(once, "dispatcher")


def _longer(first: float, waits: int) -> float:
    """Seconds of the next wait: twice the last one, a minute at most."""
    doublings: int = 2 ** min(waits, 10)
    return min(first * doublings, 60.0)


def build(platform: Platform) -> Dispatcher:
    """The dispatcher of a worker, with its senders as the environment sets them."""
    settings = ProviderSettings()
    return Dispatcher(
        platform.pool,
        platform.executor,
        platform.clock,
        {Channel.ZALO: ZaloSender(settings), Channel.EMAIL: EmailSender(settings)},
        platform.settings.thidua_instance,
        in_flight=settings.in_flight,
        retry_seconds=settings.retry_seconds,
    )
