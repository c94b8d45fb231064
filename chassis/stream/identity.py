"""Which topic bears a name now: Kafka gives each topic that is made an id of its own, which aiokafka does not know."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self

from aiokafka.errors import KafkaConnectionError
from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from chassis.stream.security import Brokers, for_librdkafka

FRESH_SECONDS: Final = 0.25
"""For so long an answer is believed: a topic is not deleted, made again and filled in less."""

_ANSWER_SECONDS: Final = 5.0
_MISSING: Final = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.UNKNOWN_TOPIC_ID}


class Identity(NamedTuple):
    """A topic's id and how many partitions it has."""

    id: str
    partitions: int


@dataclass(frozen=True, slots=True)
class _Answer:
    at: float = float("-inf")
    asked: frozenset[str] = frozenset()
    found: Mapping[str, Identity] = field(default_factory=dict)


class Identities:
    """Asks Kafka which topics are there; several who ask at the same time are answered together."""

    def __init__(self, bootstrap: Brokers) -> None:
        self._bootstrap = bootstrap
        self._client: AdminClient | None = None
        self._topics: frozenset[str] = frozenset()
        self._last = _Answer()
        self._asking: asyncio.Task[_Answer] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def of(self, topics: Collection[str], fresh: float = FRESH_SECONDS) -> Mapping[str, Identity]:
        """Those of the topics that are there, as of `fresh` seconds ago or later.

        Raises KafkaConnectionError when no broker answers.
        """
        since = time.monotonic() - fresh
        self._topics |= frozenset(topics)
        while self._last.at < since or not self._last.asked.issuperset(topics):
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(self._topics))
            self._last = await asyncio.shield(self._asking)
        return {name: found for name in topics if (found := self._last.found.get(name)) is not None}

    async def _ask(self, topics: frozenset[str]) -> _Answer:
        at, found = time.monotonic(), dict[str, Identity]()
        asked = self._admin().describe_topics(TopicCollection(sorted(topics)), request_timeout=_ANSWER_SECONDS)
        for name, future in asked.items():
            try:
                described = await asyncio.wrap_future(future)
            except KafkaException as error:
                if error.args[0].code() not in _MISSING:
                    raise self._away(error) from error
            else:
                found[name] = Identity(str(described.topic_id), len(described.partitions))
        return _Answer(at, topics, found)

    async def ends(self, topic: str, partitions: int) -> list[int]:
        """The offset after the last record of each partition of a topic."""
        places = {
            TopicPartition(topic, number): OffsetSpec.latest()  # type: ignore[no-untyped-call]
            for number in range(partitions)
        }
        found = await self._all(self._admin().list_offsets(places, request_timeout=_ANSWER_SECONDS))
        return [found[place].offset for place in places]

    async def empty(self, ends: Mapping[tuple[str, int], int]) -> None:
        """Take out of topics what lies before these offsets."""
        places = [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]
        await self._all(self._admin().delete_records(places, request_timeout=_ANSWER_SECONDS))

    def close(self) -> None:
        """Give up the connections; who asks again opens new ones."""
        if self._asking is not None:
            self._asking.cancel()
        self._client = self._asking = None

    def _admin(self) -> AdminClient:
        if self._client is None:
            self._client = AdminClient(for_librdkafka(self._bootstrap))
        return self._client

    async def _all(self, asked: Mapping[TopicPartition, Any]) -> dict[TopicPartition, Any]:
        try:
            return {place: await asyncio.wrap_future(future) for place, future in asked.items()}
        except KafkaException as error:
            raise self._away(error) from error

    def _away(self, error: KafkaException) -> KafkaConnectionError:
        """What is told of a broker that does not answer; the next to ask opens connections of its own.

        A client that has seen a broker die may never find it again, long after others have.
        """
        client, self._client = self._client, None
        if client is not None:
            asyncio.get_running_loop().run_in_executor(None, id, client)  # to end it may take a while
        return KafkaConnectionError(error.args[0].str())
