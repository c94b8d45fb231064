"""Delivers what is due: claims it, writes the message, records the attempt, hands it over, records what came of it.

Many deliveries are under way at once, so that their facts share transactions. If the process dies between the
provider's answer and its record, the attempt stands open in the store; whoever claims it next records that its outcome
is unknown, and the decider says what follows.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

import asyncpg
import structlog
from prometheus_client import Histogram

from chassis.facts.clock import Clock
from chassis.facts.decider import Rejected
from chassis.store.execute import Executor
from chassis.store.patience import patiently
from chassis.telemetry.telemetry import span
from contracts.notify import Channel
from services.notify.delivery.crowd import Crowd
from services.notify.delivery.due import Due, claim, postpone, release, sweep
from services.notify.delivery.records import Records
from services.notify.delivery.render import compile_all
from services.notify.delivery.sender import Busy, Doubtful, Outcome, Sender, Unreachable
from services.notify.domain.sentences import State
from services.notify.reach import Reach
from services.notify.settings import RETRY_SECONDS

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
_SWEEP_SECONDS = 60.0


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
        retry_seconds: float = RETRY_SECONDS,
        lease: float = LEASE,
        person_waits: int = PERSON_WAITS,
    ) -> None:
        self._pool, self._senders = pool, senders
        self._instance, self._lease, self._person_waits = instance, lease, person_waits
        self._records = Records(pool, executor, clock, retry_seconds)
        self._crowd = Crowd(in_flight)
        self._reach = Reach(pool, clock)

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is finished first."""
        compile_all()
        await patiently(self._take_over, "dispatcher")
        swept = time.monotonic()
        try:
            while True:
                if not await patiently(self._claim, "dispatcher"):
                    await asyncio.sleep(_IDLE)
                await self._crowd.welcome()
                if time.monotonic() - swept > _SWEEP_SECONDS:
                    swept = time.monotonic()
                    await patiently(self._sweep, "dispatcher")
        finally:
            await self._crowd.dispersed(_DRAIN)
            for sender in self._senders.values():
                await sender.close()

    async def _take_over(self) -> int:
        await release(self._pool, self._instance)
        await self._reach.load()
        return 0

    async def _sweep(self) -> int:
        await sweep(self._pool)
        return 0

    async def _claim(self) -> int:
        began = time.monotonic()
        dues = await claim(self._pool, self._crowd.room, self._lease, self._instance)
        for due in dues:
            self._crowd.start(self._deliver(due, began))
        return len(dues)

    async def _deliver(self, due: Due, began: float) -> None:
        with span(f"deliver {due.channel.value}", due.traceparent, notification=str(due.notification_id)):
            try:
                await self._step(due, began)
            except Exception:
                log.exception("delivery_stuck", notification=str(due.notification_id))  # its claim will run out

    async def _step(self, due: Due, began: float) -> None:
        """Bring one notification as far as it goes now, and say when it may be claimed again."""
        if due.state is State.UNDER_WAY:
            await self._records.abandoned(due)
            return
        if due.told is None or due.names is None or (due.addressee is None and due.waits < self._person_waits):
            await postpone(self._pool, due.notification_id, _longer(0.2, due.waits), waited=True)
            return
        if self._records.is_over(due):
            await self._records.over(due)
            return
        sender, attempt = self._senders[due.channel], due.attempt + 1
        message = None if due.died else sender.write(due, attempt)
        if message is None:
            unreached = "person-unknown" if due.addressee is None else "no-address"
            await self._records.pass_over(due, "person-died" if due.died else unreached)
            return
        try:
            async with sender.ready() as hand_over:
                outcome = await self._attempt(due, began, attempt, lambda: hand_over(message))
        except Busy:
            await postpone(self._pool, due.notification_id, _longer(0.5, due.waits), waited=True)
            return
        except Unreachable as reason:
            await self._records.unreachable(due)
            await self._saw(due.channel, str(reason))
            return
        if outcome is not None:
            await self._records.outcome(due, attempt, outcome)
            await self._saw(due.channel, outcome.trouble)

    async def _saw(self, channel: Channel, trouble: str) -> None:
        await patiently(partial(self._reach.saw, channel, trouble), "dispatcher")

    async def _attempt(
        self, due: Due, began: float, attempt: int, hand_over: Callable[[], Awaitable[Outcome]]
    ) -> Outcome | None:
        """Record the attempt, then make it; None when it was not made."""
        if self._late(began):  # all connections were busy for too long: whoever is next waits anew
            await postpone(self._pool, due.notification_id, 0)
            return None
        try:
            await self._records.begin(due, attempt)
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
            outcome = Doubtful("timeout")
        seconds = time.monotonic() - began
        DELIVERY_SECONDS.labels(channel.value, type(outcome).__name__.lower()).observe(seconds)
        return outcome


def _longer(first: float, waits: int) -> float:
    """Seconds of the next wait: twice the last one, a minute at most."""
    doublings: int = 2 ** min(waits, 10)
    return min(first * doublings, 60.0)
