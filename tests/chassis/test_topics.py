"""Topics as the table declares them, also those that an earlier version made."""

import pytest
from aiokafka.errors import KafkaError
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]

from chassis.stream.topic_settings import configure, create_topics
from chassis.stream.topics import TOPICS
from contracts.people import PEOPLE
from tests.chassis.streams import Stream, stream

__all__ = ["stream"]


def settings_of(bootstrap: str, topic: str) -> dict[str, str]:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    asked = ConfigResource(ConfigResource.Type.TOPIC, topic)
    found = admin.describe_configs([asked])[asked].result(30)
    return {name: entry.value for name, entry in found.items() if not entry.is_default}


async def test_a_topic_of_an_earlier_version_gets_what_differs_and_keeps_the_rest(stream: Stream) -> None:
    declared = next(topic for topic in TOPICS if topic.name == PEOPLE)
    before = declared.config | {"segment.ms": "1000", "file.delete.delay.ms": "1000"}
    await configure(stream.bootstrap, {PEOPLE: before})
    assert settings_of(stream.bootstrap, PEOPLE).items() >= before.items()
    assert await create_topics(stream.bootstrap, partitions=4) == []
    after = settings_of(stream.bootstrap, PEOPLE)
    assert after.items() >= declared.config.items()
    assert after["file.delete.delay.ms"] == "1000", "of which the table says nothing"


async def test_what_the_broker_refuses_is_said(stream: Stream) -> None:
    with pytest.raises(KafkaError):
        await configure(stream.bootstrap, {PEOPLE: {"segment.ms": "-1"}})
