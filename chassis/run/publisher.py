"""The relay process of a service: what it has stored, and whatever else it sends, on its way to Kafka."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from math import inf

from chassis.facts.settings import Settings
from chassis.run.anchoring import anchoring
from chassis.run.watch import watch_relays
from chassis.service.platform import Platform, running
from chassis.service.service import Service
from chassis.store.wake import listening
from chassis.stream import security
from chassis.stream.cloudevents import EventSource
from chassis.stream.connection import let_in
from chassis.stream.outgoing import Source
from chassis.stream.relay import Relay
from chassis.web.serve import serve_metrics


async def publish(service: Service, settings: Settings) -> None:
    """Publish the service's events, and whatever else it sends, until cancelled."""
    await let_in(security.of(settings))
    async with (
        running(service.name, settings, "relay", patience=inf) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        sources: dict[str, Source] = {service.name: EventSource(service.name, platform.pool)} if service.emits else {}
        sources |= service.sources(platform)
        relays = [
            Relay(
                name,
                platform.pool,
                source,
                platform.kafka,
                wake,
                transactional_id=f"thidua.{service.name}.{name}" if name in service.fenced else None,
            )
            for name, source in sources.items()
        ]
        try:
            async with _anchored(service, settings, platform, relays), asyncio.TaskGroup() as group:
                for each in relays:
                    group.create_task(each.run())
                group.create_task(watch_relays(platform.store, service.name, list(service.sources(platform))))
                group.create_task(serve_metrics(settings))
        finally:
            await asyncio.gather(*(each.release() for each in relays), return_exceptions=True)


def _anchored(
    service: Service, settings: Settings, platform: Platform, relays: Sequence[Relay]
) -> AbstractAsyncContextManager[None]:
    """Heads of the service's own store, if it has one."""
    own = next((each for each in relays if each.name == service.name), None)
    return nullcontext() if own is None else anchoring(service.name, settings, platform.pool, own)
