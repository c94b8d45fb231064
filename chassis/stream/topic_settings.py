"""The declared settings brought to topics that exist: one by one, where aiokafka can only set all of them anew."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from chassis.stream.topics import ANSWER_MS, Topic

log = structlog.get_logger()

_SECONDS: Final = ANSWER_MS / 1000


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
