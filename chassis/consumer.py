"""Others' events from Kafka: FastStream subscribers that take raw records and hand them to the intake in batches.

A handler returns when every record of its batch is applied or parked, and only then acknowledges. While the database is
away it waits with backoff and keeps the batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis.cloudevents import person_changed, recorded
from chassis.database import TRANSIENT, is_outage
from chassis.intake import Effect, Received, apply
from chassis.topics import PEOPLE, RESTRICTED

log = structlog.get_logger()

KEPT_BYTES = 1_048_576
"""A parked record's bytes are kept up to this size; larger ones are read from Kafka again when they are replayed."""

_MAX_RECORDS = 500
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


def receive(record: ConsumerRecord[bytes, bytes]) -> Received:
    """Read one record; what is wrong with it stands in `error`, never raised."""
    headers: dict[str, bytes] = dict(record.headers)
    place = f"{record.topic}/{record.partition}/{record.offset}"
    stream = place if record.key is None else record.key.decode("utf-8", "replace").replace("\x00", "")
    event, error = None, ""
    try:
        if record.key is None:
            raise ValueError("the record has no key")
        for name, value in headers.items():
            _ = name.encode(), value.decode()
        if record.topic == PEOPLE:
            event = person_changed(headers, stream, record.value)
        elif record.value is None:
            raise ValueError("the record has no value")
        elif len(record.value) > KEPT_BYTES:
            raise ValueError(f"the record has {len(record.value)} bytes, more than {KEPT_BYTES}")
        else:
            event = recorded(headers, stream, record.value)
    except (LookupError, ValueError, TypeError, RecursionError) as problem:  # pydantic's errors are ValueErrors
        error = _described(problem)
    kept = None
    if record.topic not in RESTRICTED and len(record.value or b"") <= KEPT_BYTES:
        kept = freeze(record)
    return Received(
        record.topic,
        record.partition,
        record.offset,
        stream,
        headers.get("ce_id", place.encode()).decode("utf-8", "replace").replace("\x00", "")[:200],
        headers.get("ce_type", b"").decode("utf-8", "replace").replace("\x00", "")[:200],
        kept,
        event,
        error,
    )


def _described(problem: Exception) -> str:
    """What is wrong, without quoting the record: its content may not belong into a list that operators read."""
    errors = getattr(problem, "errors", None)
    if callable(errors):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in errors(include_input=False))[:500]
    if isinstance(problem, UnicodeDecodeError):
        return "a header is not UTF-8"
    return f"{type(problem).__name__}: {problem}"[:500]


def freeze(record: ConsumerRecord[bytes, bytes]) -> bytes:
    """Bytes from which `thaw` makes the record again: one line about it, then its value."""
    about = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": None if record.key is None else record.key.hex(),
        "headers": [(name.encode("utf-8", "surrogateescape").hex(), value.hex()) for name, value in record.headers],
        "null": record.value is None,
    }
    return orjson.dumps(about) + b"\n" + (record.value or b"")


def thaw(frozen: bytes) -> ConsumerRecord[bytes, bytes]:
    """The record that was frozen."""
    line, _, value = frozen.partition(b"\n")
    about = orjson.loads(line)
    return ConsumerRecord(
        about["topic"],
        about["partition"],
        about["offset"],
        timestamp=0,
        timestamp_type=0,
        key=None if about["key"] is None else bytes.fromhex(about["key"]),
        value=None if about["null"] else value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=len(value),
        headers=tuple(
            (bytes.fromhex(name).decode("utf-8", "surrogateescape"), bytes.fromhex(value))
            for name, value in about["headers"]
        ),
    )


def subscribe(broker: KafkaBroker, pool: asyncpg.Pool, service: str, instance: str, subscription: Subscription) -> None:
    """Register one consumer: group, start, acknowledgement and batches are all said, nothing is left to defaults."""
    effect = subscription.effect

    async def handle(message: KafkaMessage) -> None:
        raw: Any = message.raw_message
        batch = [receive(record) for record in raw]
        parked = await patiently(lambda: apply(pool, effect, batch), effect.name)
        if parked:
            log.error("records_parked", consumer=effect.name, records=parked)
        try:
            await subscriber.consumer.commit()
        except KafkaError as error:  # the group moved on: the positions in the database tell what is known
            log.info("offsets_not_committed", consumer=effect.name, error=type(error).__name__)

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
