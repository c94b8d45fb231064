"""Others' events from Kafka: FastStream subscribers that take raw records and hand them to the intake in batches.

A handler returns when every record of its batch is applied or parked; only then are their offsets told to Kafka. While
the database is away it waits with backoff and keeps the batch.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncpg
import structlog
from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis.store.patience import at_all_costs
from chassis.stream.continuity import Continuity
from chassis.stream.intake import Subscription, apply
from chassis.stream.reader import Reader

log = structlog.get_logger()

_MAX_RECORDS = 2000
_IDLE_MS = 20
"""An idle subscriber waits so long for records, and then as long without listening: FastStream's way."""


async def keep_raw(_: object) -> None:
    """FastStream's decoder is off: each record is validated by itself in `receive`."""


async def parse_raw(records: Sequence[ConsumerRecord[bytes, bytes]]) -> KafkaMessage:
    """FastStream's parser, less its strict decoding of headers, which one bad byte would stop."""
    return KafkaMessage(raw_message=tuple(records), body=b"", consumer=FAKE_CONSUMER)


def create_broker(bootstrap: str, *, graceful_timeout: float = 20) -> KafkaBroker:
    """The client side of a worker's consumers. It makes no topics: those of FastStream would have no configuration."""
    return KafkaBroker(
        bootstrap, graceful_timeout=graceful_timeout, logger=None, consumer_only=True, allow_auto_create_topics=False
    )


async def start(broker: KafkaBroker) -> None:
    """Start every subscriber, on readers that get past what the client library cannot read."""
    builder: Any = await broker.connect()
    broker.config.broker_config.builder = partial(Reader, **builder.keywords)
    await broker.start()


def subscribe(broker: KafkaBroker, pool: asyncpg.Pool, service: str, instance: str, subscription: Subscription) -> Any:
    """Register one consumer and give its subscriber.

    Group, start, acknowledgement and batches are all said, nothing is left to defaults.
    """
    effect = subscription.effect

    async def handle(message: KafkaMessage) -> None:
        raw: Any = message.raw_message
        if not await at_all_costs(lambda: continuity.follows(raw, subscriber.consumer), effect.place):
            return
        parked = await at_all_costs(lambda: apply(pool, effect, raw), effect.place)
        if parked:
            log.error("records_parked", consumer=effect.place, records=parked)
        subscriber.consumer.tell(continuity.applied(raw))

    group = f"thidua.{service}.{effect.place}"
    subscriber: Any = broker.subscriber(
        *subscription.topics,
        group_id=group,
        group_instance_id=f"{group}.{instance}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        batch=True,
        max_records=_MAX_RECORDS,
        batch_timeout_ms=_IDLE_MS,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=1_000,
        max_poll_interval_ms=3_600_000,
        parser=parse_raw,
        decoder=keep_raw,
    )
    subscriber(handle)
    continuity = Continuity(pool, effect.place)
    return subscriber
