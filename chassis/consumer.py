"""Others' events from Kafka: FastStream subscribers that take raw records and hand them to the intake in batches.

A handler returns when every record of its batch is applied or parked; only then are their offsets told to Kafka. While
the database is away it waits with backoff and keeps the batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis.database import TRANSIENT, is_outage
from chassis.intake import Effect, apply

log = structlog.get_logger()

_MAX_RECORDS = 2000
_LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """An effect and the topics whose records it takes."""

    effect: Effect
    topics: tuple[str, ...]


async def keep_raw(_: object) -> None:
    """FastStream's decoder is off: each record is validated by itself in `receive`."""


async def parse_raw(records: Sequence[ConsumerRecord[bytes, bytes]]) -> KafkaMessage:
    """FastStream's parser, less its strict decoding of headers, which one bad byte would stop."""
    return KafkaMessage(raw_message=tuple(records), body=b"", consumer=FAKE_CONSUMER)


def subscribe(broker: KafkaBroker, pool: asyncpg.Pool, service: str, instance: str, subscription: Subscription) -> None:
    """Register one consumer: group, start, acknowledgement and batches are all said, nothing is left to defaults."""
    effect = subscription.effect

    async def handle(message: KafkaMessage) -> None:
        raw: Any = message.raw_message
        parked = await patiently(lambda: apply(pool, effect, raw), effect.name)
        if parked:
            log.error("records_parked", consumer=effect.name, records=parked)
        offsets.note(raw)

    group = f"thidua.{service}.{effect.name}"
    subscriber: Any = broker.subscriber(
        *subscription.topics,
        group_id=group,
        group_instance_id=f"{group}.{instance}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        batch=True,
        max_records=_MAX_RECORDS,
        batch_timeout_ms=200,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=1_000,
        max_poll_interval_ms=3_600_000,
        parser=parse_raw,
        decoder=keep_raw,
    )
    subscriber(handle)
    offsets = Offsets(effect.name, subscriber)


class Offsets:
    """Tells Kafka how far a consumer has come, once a second, and never further than what is applied or parked.

    Where it starts again from is a matter of time saved only: the positions in the database tell what is known.
    """

    def __init__(self, consumer: str, subscriber: Any) -> None:
        self._consumer, self._subscriber = consumer, subscriber
        self._done: dict[TopicPartition, int] = {}
        self._waiting: asyncio.Task[None] | None = None

    def note(self, records: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
        """All these are applied or parked."""
        for (topic, partition), offset in {(r.topic, r.partition): r.offset for r in records}.items():
            self._done[TopicPartition(topic, partition)] = offset + 1
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(1)
        done, self._done, self._waiting = self._done, {}, None
        if (consumer := self._subscriber.consumer) is None:
            return  # the process ends
        try:
            await consumer.commit(done)
        except (KafkaError, ConsumerStoppedError) as error:  # the group moved on
            log.info("offsets_not_committed", consumer=self._consumer, error=type(error).__name__)


async def patiently(work: Callable[[], Awaitable[int]], name: str) -> int:
    """Do the work, again and again with growing pauses while the database is away."""
    pause, since = 0.05, time.monotonic()
    while True:
        try:
            return await work()
        except TRANSIENT as error:
            if not is_outage(error):
                raise
            seconds = round(time.monotonic() - since, 1)
            log.warning("database_away", consumer=name, error=type(error).__name__, seconds=seconds)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_WAIT)
