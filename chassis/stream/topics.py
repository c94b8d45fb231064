"""Every Kafka topic, in one declared table."""

from dataclasses import dataclass, field
from typing import Final

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


HEADS: Final = "thidua.ledger.heads"
"""Topic of the ledger's signed heads, of all services, keyed by service, for ever."""

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
    Topic(HEADS),
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

NEVER_EMPTIED: frozenset[str] = COMPACTED | {HEADS}
"""Topics out of which a relay takes nothing: another's records stand there too, and a repetition does no harm."""
