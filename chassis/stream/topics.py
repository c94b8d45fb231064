"""Every Kafka topic, in one declared table: its settings, and who may write and read it."""

from collections.abc import Collection, Mapping
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


ADMIN: Final = "admin"
"""Makes topics, sets their configuration and says who may do what."""

AUDITOR: Final = "auditor"
"""May read every topic, and what the brokers tell of topics, groups and rights; writes nowhere."""

PARTNERS: Final = "partners"
"""Among a topic's readers: systems outside the platform, each under a name of its own."""

EVERYBODY: Final = (*SERVICES, "portal")
"""The services, each of which comes to Kafka under its own name."""

LISTENS: Final[Mapping[str, Collection[str]]] = {
    "registry": ("campaigns",),
    "campaigns": ("registry", "campaigns"),
    "awards": ("registry", "campaigns"),
    "notify": ("registry", "campaigns", "awards"),
    "portal": ("registry", "campaigns", "awards"),
}
"""Of which others each service reads the events; its declarations say the same."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its configuration; `restricted` ones carry personal data.

    `writers` and `readers` are services' names; who writes a topic reads it too, since a relay looks at what is there.
    A `refilled` one is filled anew by its writer where it was made again, who therefore may take records out of it.
    """

    name: str
    config: dict[str, str] = field(default_factory=lambda: {"retention.ms": "-1", "max.message.bytes": "16777216"})
    restricted: bool = False
    writers: Collection[str] = ()
    readers: Collection[str] = ()
    refilled: bool = False


def _listeners(service: str) -> tuple[str, ...]:
    return tuple(each for each, others in LISTENS.items() if service in others)


TOPICS: tuple[Topic, ...] = (
    *(Topic(events_topic(s), writers=[s], readers=_listeners(s), refilled=True) for s in SERVICES),
    *(Topic(public_topic(s), writers=[s], readers=[PARTNERS], refilled=True) for s in SERVICES),
    Topic(HEADS, writers=SERVICES, readers=(*EVERYBODY, PARTNERS)),
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
        writers=["registry"],
        readers=["notify"],
    ),
)

COMPACTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.config.get("cleanup.policy") == "compact")
"""Topics in which offsets are missing by design."""

RESTRICTED: frozenset[str] = frozenset(topic.name for topic in TOPICS if topic.restricted)

NEVER_EMPTIED: frozenset[str] = COMPACTED | {HEADS}
"""Topics out of which a relay takes nothing: another's records stand there too, and a repetition does no harm."""
