"""The declared topics made where they are missing, and their settings brought to those that exist.

One setting at a time, where aiokafka can only set all of them anew.
"""

import asyncio
from collections.abc import Mapping
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

from chassis.stream.security import Brokers, for_aiokafka, for_librdkafka
from chassis.stream.topics import ANSWER_MS, TOPICS

log = structlog.get_logger()

_SECONDS: Final = ANSWER_MS / 1000


async def create_topics(bootstrap: Brokers, *, partitions: int = 12, replication: int = 1) -> list[str]:
    """Make the topics that are missing; gives their names. Those that exist get the settings of the table that differ.

    Settings of which the table says nothing stay as they are, and so does the number of partitions. Raises KafkaError.
    """
    admin = AIOKafkaAdminClient(**for_aiokafka(bootstrap), request_timeout_ms=ANSWER_MS)
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
    await configure(bootstrap, {topic.name: topic.config for topic in TOPICS if topic.name in existing})
    return [topic.name for topic in missing]


async def configure(bootstrap: Brokers, declared: Mapping[str, Mapping[str, str]]) -> None:
    """Set what differs from what is declared, by topic, and nothing else; raises KafkaError."""
    if declared:
        with AdminClient(for_librdkafka(bootstrap)) as admin:
            try:
                await _configure(admin, declared)
            except KafkaException as error:
                raise KafkaError(error.args[0].str()) from error


async def _configure(admin: AdminClient, declared: Mapping[str, Mapping[str, str]]) -> None:
    resources = {topic: ConfigResource(ConfigResource.Type.TOPIC, topic) for topic in declared}
    found = await _answered(admin.describe_configs(list(resources.values()), request_timeout=_SECONDS))
    differing = []
    for topic, settings in declared.items():
        resource = resources[topic]
        there = {name: entry.value for name, entry in found[resource].items()}
        if wanted := {name: value for name, value in settings.items() if there[name] != value}:
            log.info("topic_configured", topic=topic, **wanted)
            for name, value in wanted.items():
                resource.add_incremental_config(ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
            differing.append(resource)
    if differing:
        await _answered(admin.incremental_alter_configs(differing, request_timeout=_SECONDS))


async def _answered(asked: dict[ConfigResource, Any]) -> dict[ConfigResource, Any]:
    return {resource: await asyncio.wrap_future(future) for resource, future in asked.items()}
