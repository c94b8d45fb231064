"""Others' events from Kafka: FastStream subscribers that take raw records and hand them to the intake in batches.

A handler returns when every record of its batch is applied or parked; only then are their offsets told to Kafka. While
the database is away it waits with backoff and keeps the batch.
"""

import asyncio
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import asyncpg
import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis.store.patience import at_all_costs
from chassis.stream.astray import Anew, straighten
from chassis.stream.continuity import Continuity
from chassis.stream.feed import Feed, Leave, name_of
from chassis.stream.gate import Astray, Diverged, MadeAgain
from chassis.stream.identity import Identities
from chassis.stream.intake import Subscription, apply
from chassis.stream.offsets import Offsets
from chassis.stream.reader import Reader
from chassis.stream.security import Brokers, for_faststream

log = structlog.get_logger()

_MAX_RECORDS = 4000
_PAUSE_SECONDS = 2.0
_METADATA_MS = 5_000
"""So soon a reader sees that a topic is there again, the library's five minutes later."""

_IDLE_MS = 20
"""An idle subscriber waits so long for records, and then as long without listening: FastStream's way."""


async def keep_raw(_: object) -> None:
    """FastStream's decoder is off: each record is validated by itself in `receive`."""


async def parse_raw(records: Sequence[ConsumerRecord[bytes, bytes]]) -> KafkaMessage:
    """FastStream's parser, less its strict decoding of headers, which one bad byte would stop."""
    return KafkaMessage(raw_message=tuple(records), body=b"", consumer=FAKE_CONSUMER)


def create_broker(bootstrap: Brokers, *, graceful_timeout: float = 20) -> KafkaBroker:
    """The client side of a worker's consumers. It makes no topics: those of FastStream would have no configuration."""
    return KafkaBroker(
        **for_faststream(bootstrap),
        graceful_timeout=graceful_timeout,
        logger=None,
        consumer_only=True,
        allow_auto_create_topics=False,
        metadata_max_age_ms=_METADATA_MS,
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
    identities: Identities,
    anew: Anew,
    leave: Leave = lambda _: None,
) -> Any:
    """Register one consumer for one or more effects and give its subscriber; `leave` is told who left the feed.

    `anew` builds a read model anew that has applied what was then lost with a store.

    Group, start, acknowledgement and batches are all said, nothing is left to defaults. Where it begins, the effects'
    positions say; what Kafka knows of the group is for operators.
    """
    reading = _Reading(pool, subscriptions, identities, anew, leave)
    group = f"thidua.{service}.{name_of(subscriptions)}"
    subscriber: Any = broker.subscriber(
        *reading.topics,
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
        listener=reading,
        parser=parse_raw,
        decoder=keep_raw,
    )
    reading.subscriber = subscriber
    subscriber(reading.handle)
    return subscriber


class _Reading(ConsumerRebalanceListener):  # type: ignore[misc]
    """What becomes of the batches of one reader, which begins where the member furthest behind is."""

    subscriber: Any

    def __init__(
        self, pool: asyncpg.Pool, members: Sequence[Subscription], identities: Identities, anew: Anew, leave: Leave
    ) -> None:
        self._pool, self._anew = pool, anew
        self._feed = Feed(members, leave)
        self._follow = {each.effect.place: Continuity(pool, each.effect.place) for each in members}
        self.topics = sorted({topic for each in members for topic in each.topics})
        self._offsets = Offsets(pool, self._feed, self.topics, identities, self._follow.values())

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Nothing is held that would have to be given back."""

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Begin; where the reader has been before, it is sent to the same place."""
        reader = self.subscriber.consumer
        if reader is not None:
            reader.pause(*assigned)  # else the library fetches meanwhile from where the group's own offsets say
        await self._go_back()
        if await at_all_costs(lambda: self._offsets.look(fresh=0), "topics"):
            await self._go_back()
        if reader is not None:
            reader.resume(*reader.assignment().intersection(assigned))

    async def handle(self, message: KafkaMessage) -> None:
        """Have every member apply or park a batch; the next call brings it again where one could not."""
        raw: Any = message.raw_message
        if await at_all_costs(self._offsets.look, "topics"):
            await self._go_back()
            return
        await self._feed.give(raw, self._take)
        last = {(each.topic, each.partition): each.offset + 1 for each in raw}
        self.subscriber.consumer.tell({TopicPartition(*place): offset for place, offset in last.items()})

    async def _take(self, member: Subscription, batch: Sequence[Any]) -> None:
        name = member.effect.place
        continuity = self._follow[name]
        if not await at_all_costs(lambda: continuity.follows(batch, self.subscriber.consumer), name):
            return
        parked = await at_all_costs(lambda: self._apply(member, batch), name)
        if parked is None:
            await self._go_back()
            return
        if parked:
            log.error("records_parked", consumer=name, records=parked)
        continuity.applied(batch)

    async def _apply(self, member: Subscription, batch: Sequence[Any]) -> int | None:
        """Apply a batch; None when the member has to come again for another one."""
        try:
            return await apply(self._pool, member.effect, batch, self._offsets.ids)
        except Astray as astray:
            await straighten(self._pool, member, self._anew, astray.logs)
        except MadeAgain:
            await self._offsets.look(fresh=0)
        except Diverged as error:
            log.critical("topic_diverged", consumer=member.effect.place, error=str(error), do="thidua restore")
            await asyncio.sleep(_PAUSE_SECONDS)
            await self._offsets.from_the_beginning(batch)
        return None

    async def _go_back(self) -> None:
        async def seek() -> None:
            if (reader := self.subscriber.consumer) is not None:  # one that was stopped reads nothing more
                await self._offsets.go_back(reader)

        await at_all_costs(seek, "beginnings")
