"""Every Kafka topic, in one declared table, and the function that makes those that are missing."""

from dataclasses import dataclass, field
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from contracts import SERVICES
from contracts.people import PEOPLE

ANSWER_MS = 15_000
"""How long a broker may take to answer a tool that somebody waits for."""


def events_topic(service: str) -> str:
    """Topic that holds every event of a service, for ever: the log is the contract."""
    return f"thidua.{service}.events"


def public_topic(service: str) -> str:
    """Topic that holds a service's public events only: what partners may read."""
    return f"thidua.{service}.public"


_DAY_MS: Final = 86_400_000

SEGMENT_MS: Final = _DAY_MS
"""After so long, in milliseconds, the next record of a compacted topic begins a new file; what stands in the one before
can be compacted."""

TOMBSTONE_MS: Final = 7 * _DAY_MS
"""How long, in milliseconds, a compacted topic keeps a tombstone: who was away for longer may have missed it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its configuration; `restricted` ones carry personal data."""

    name: str
    config: dict[str, str] = field(default_factory=lambda: {"retention.ms": "-1", "max.message.bytes": "16777216"})
    restricted: bool = False


TOPICS: tuple[Topic, ...] = (
    *(Topic(topic(service)) for service in SERVICES for topic in (events_topic, public_topic)),
    Topic(
        PEOPLE,
        {
            "cleanup.policy": "compact",
            "min.cleanable.dirty.ratio": "0.1",
            "delete.retention.ms": str(TOMBSTONE_MS),
            "segment.ms": str(SEGMENT_MS),
            "max.compaction.lag.ms": str(_DAY_MS),
        },
        restricted=True,
    ),
)

COMPACTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.config.get("cleanup.policy") == "compact")
"""Topics in which offsets are missing by design."""

RESTRICTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.restricted)


async def create_topics(bootstrap: str, *, partitions: int = 12, replication: int = 1) -> list[str]:
    """Make the topics that are missing; gives their names. Those that exist get the settings of the table that differ.

    Settings of which the table says nothing stay as they are, and so does the number of partitions. Raises KafkaError.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=ANSWER_MS)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in TOPICS if topic.name not in existing]
        for topic in missing:
            wanted = NewTopic(topic.name, partitions, replication, topic_configs=topic.config)
            try:
                await admin.create_topics([wanted])
            except TopicAlreadyExistsError:
                continue  # another process was faster
    finally:
        await admin.close()
    from chassis.stream.topic_settings import configure  # noqa: PLC0415 - who makes no topics does without that client

    await configure(bootstrap, {topic.name: topic.config for topic in TOPICS if topic.name in existing})
    return [topic.name for topic in missing]
