"""Others' events from Kafka: FastStream subscribers that take raw records and hand them to the intake in batches.

A handler returns when every record of its batch is applied or parked; only then are their offsets told to Kafka. While
the database is away it waits with backoff and keeps the batch.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis.store.patience import at_all_costs
from chassis.stream.continuity import Continuity
from chassis.stream.feed import Feed, Leave, name_of
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


def subscribe(
    broker: KafkaBroker,
    pool: asyncpg.Pool,
    service: str,
    instance: str,
    *subscriptions: Subscription,
    leave: Leave = lambda _: None,
) -> Any:
    """Register one consumer for one or more effects and give its subscriber; `leave` is told who left the feed.

    Group, start, acknowledgement and batches are all said, nothing is left to defaults. Where it begins, the effects'
    positions say; what Kafka knows of the group is for operators.
    """
    feed = Feed(subscriptions, leave)
    follow = {each.effect.place: Continuity(pool, each.effect.place) for each in subscriptions}

    async def take(member: Subscription, batch: Sequence[Any]) -> None:
        effect, continuity = member.effect, follow[member.effect.place]
        if not await at_all_costs(lambda: continuity.follows(batch, subscriber.consumer), effect.place):
            return
        parked = await at_all_costs(lambda: apply(pool, effect, batch), effect.place)
        if parked:
            log.error("records_parked", consumer=effect.place, records=parked)
        continuity.applied(batch)

    async def handle(message: KafkaMessage) -> None:
        raw: Any = message.raw_message
        await feed.give(raw, take)
        last = {(each.topic, each.partition): each.offset + 1 for each in raw}
        subscriber.consumer.tell({TopicPartition(*place): offset for place, offset in last.items()})

    group = f"thidua.{service}.{name_of(subscriptions)}"
    subscriber: Any = broker.subscriber(
        *sorted({topic for each in subscriptions for topic in each.topics}),
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
        listener=_FromPositions(pool, feed, lambda: subscriber.consumer),
        parser=parse_raw,
        decoder=keep_raw,
    )
    subscriber(handle)
    return subscriber


class _FromPositions(ConsumerRebalanceListener):  # type: ignore[misc]
    """Sends a reader to what the one furthest behind has not applied, whatever its group remembers."""

    def __init__(self, pool: asyncpg.Pool, feed: Feed, reader: Callable[[], AIOKafkaConsumer]) -> None:
        self._pool, self._feed, self._reader = pool, feed, reader

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Nothing is held that would have to be given back."""

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """As the class says."""
        places = await at_all_costs(lambda: beginnings(self._pool, self._feed.members, assigned), "beginnings")
        for place, offset in places.items():
            self._reader().seek(place, offset)


async def beginnings(
    pool: asyncpg.Pool, members: Sequence[Subscription], places: Collection[TopicPartition]
) -> dict[TopicPartition, int]:
    """For each place the offset that comes next for whoever reads it and is furthest behind."""
    rows = await pool.fetch(
        "select consumer, topic, partition, last_offset + 1 from chassis.positions where consumer = any($1::text[])",
        [member.effect.place for member in members],
    )
    known = {(consumer, topic, partition): offset for consumer, topic, partition, offset in rows}
    return {
        place: min(known.get((member.effect.place, place.topic, place.partition), 0) for member in readers)
        for place in places
        if (readers := [member for member in members if place.topic in member.topics])
    }
