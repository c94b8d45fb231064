"""Every Kafka topic, in one declared table, and the function that makes those that are missing."""

from dataclasses import dataclass, field

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
        {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1", "delete.retention.ms": "604800000"},
        restricted=True,
    ),
)

COMPACTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.config.get("cleanup.policy") == "compact")
"""Topics in which offsets are missing by design."""

RESTRICTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.restricted)


async def create_topics(bootstrap: str, *, partitions: int = 12, replication: int = 1) -> list[str]:
    """Make the topics that are missing; gives their names. Topics that exist are left as they are."""
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
        return [topic.name for topic in missing]
    finally:
        await admin.close()
