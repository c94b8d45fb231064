"""A broker in a hurry: what takes days in the people topic takes a second; and made-up persons to be erased there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from chassis.stream.topic_settings import configure
from contracts.people import PEOPLE
from deploy.local.embedded import Embedded
from services.registry.people import Details
from tests.chassis.streams import Stream

AGE_MS = 1000
HASTE = {
    "segment.ms": str(AGE_MS),
    "max.compaction.lag.ms": str(AGE_MS),
    "delete.retention.ms": "100",
    "file.delete.delay.ms": "100",
    "min.cleanable.dirty.ratio": "0.01",
    "compression.type": "uncompressed",  # words are looked for as they are
}


@pytest.fixture
async def hasty(servers: Embedded, registry: Stream) -> AsyncIterator[Path]:
    """A broker that compacts without delay, with the people topic's times shortened; gives the folder of its files."""
    await _cleaner_pauses(servers.kafka_bootstrap, AlterConfigOpType.SET)
    await configure(servers.kafka_bootstrap, {PEOPLE: HASTE})
    yield servers._data / "kafka" / "logs"
    await _cleaner_pauses(servers.kafka_bootstrap, AlterConfigOpType.DELETE)


async def _cleaner_pauses(bootstrap: str, operation: AlterConfigOpType) -> None:
    entry = ConfigEntry("log.cleaner.backoff.ms", "200", incremental_operation=operation)
    brokers = ConfigResource(ConfigResource.Type.BROKER, "1", incremental_configs=[entry])
    with AdminClient({"bootstrap.servers": bootstrap}) as admin:
        await asyncio.wrap_future(admin.incremental_alter_configs([brokers])[brokers])


def somebody() -> tuple[Details, list[bytes]]:
    """Made-up details, and the words of which none may be found anywhere."""
    mark = uuid4().hex
    phone = f"84{900_000_000 + uuid4().int % 99_999_999}"
    details = Details(full_name=f"Lê Thị {mark[:12]}", phone=phone, email=f"{mark[12:]}@example.vn")
    return details, [mark[:12].encode(), phone.encode(), mark[12:].encode()]
