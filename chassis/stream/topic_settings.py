"""The declared topics made where they are missing, and their settings brought to those that exist.

One setting at a time, where aiokafka can only set all of them anew.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from chassis.stream.topics import ANSWER_MS, TOPICS, Topic

log = structlog.get_logger()

_SECONDS: Final = ANSWER_MS / 1000


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
    await configure(bootstrap, [topic for topic in TOPICS if topic.name in existing])
    return [topic.name for topic in missing]


async def configure(bootstrap: str, topics: Sequence[Topic]) -> None:
    """Set what differs from what the topics declare, and nothing else; raises KafkaError."""
    if topics:
        with AdminClient({"bootstrap.servers": bootstrap, "log_level": 0}) as admin:
            try:
                await _configure(admin, topics)
            except KafkaException as error:
                raise KafkaError(error.args[0].str()) from error


async def _configure(admin: AdminClient, topics: Sequence[Topic]) -> None:
    resources = {topic.name: ConfigResource(ConfigResource.Type.TOPIC, topic.name) for topic in topics}
    found = await _answered(admin.describe_configs(list(resources.values()), request_timeout=_SECONDS))
    differing = []
    for topic in topics:
        resource = resources[topic.name]
        there = {name: entry.value for name, entry in found[resource].items()}
        if wanted := {name: value for name, value in topic.config.items() if there[name] != value}:
            log.info("topic_configured", topic=topic.name, **wanted)
            for name, value in wanted.items():
                resource.add_incremental_config(ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
            differing.append(resource)
    if differing:
        await _answered(admin.incremental_alter_configs(differing, request_timeout=_SECONDS))


async def _answered(asked: dict[ConfigResource, Any]) -> dict[ConfigResource, Any]:
    return {resource: await asyncio.wrap_future(future) for resource, future in asked.items()}
