"""The declared settings brought to topics that exist: one by one, where aiokafka can only set all of them anew."""

import asyncio
from collections.abc import Mapping
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

log = structlog.get_logger()

_SECONDS: Final = 15.0
"""How long a broker may take to answer."""


async def configure(bootstrap: str, declared: Mapping[str, Mapping[str, str]]) -> None:
    """Set what differs from what is declared, by topic, and nothing else; raises KafkaError."""
    if declared:
        with AdminClient({"bootstrap.servers": bootstrap, "log_level": 0}) as admin:
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
