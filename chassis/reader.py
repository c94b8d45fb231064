"""A Kafka consumer that gets past a record which the client library itself cannot read."""

from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

Found = dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]


class Reader(AIOKafkaConsumer):  # type: ignore[misc]
    """Hands on a record whose header names are not UTF-8 as one without key, value and headers, to be parked.

    The library raises in the middle of a batch, and what it had read is lost to the caller. So the reader goes back to
    where it was and takes single records until it is past the bad one.
    """

    _by_one = False

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None) -> Found:
        """As the library's."""
        if not self._by_one:
            try:
                found: Found = await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)
            except UnicodeDecodeError:
                self._by_one = True
                for place in self.assignment():
                    self.seek(place, await self.position(place))
            else:
                return found
        for place in self.assignment():
            try:
                if one := await super().getmany(place, timeout_ms=timeout_ms, max_records=1):
                    return one  # type: ignore[no-any-return]
            except UnicodeDecodeError:
                self._by_one = False
                offset: int = await self.position(place)
                self.seek(place, offset + 1)
                return {place: [_unreadable(place, offset)]}
        return {}


def _unreadable(place: TopicPartition, offset: int) -> ConsumerRecord[bytes, bytes]:
    nothing: Any = None
    return ConsumerRecord(
        place.topic, place.partition, offset, timestamp=0, timestamp_type=0, key=nothing, value=nothing, checksum=None,
        serialized_key_size=-1, serialized_value_size=-1, headers=(),
    )  # fmt: skip
