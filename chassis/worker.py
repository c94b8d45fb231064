"""The worker of a service: its read models, its reactions, its further loops."""

import asyncio
from math import inf

from faststream.kafka import KafkaBroker

from chassis.consumer import create_broker, start, subscribe
from chassis.platform import running
from chassis.projection import Projection
from chassis.projector import create_views, project_own
from chassis.service import Service
from chassis.settings import Settings
from chassis.wake import listening
from chassis.watch import watch_consumers
from chassis.web_serve import serve_metrics


async def work(service: Service, settings: Settings) -> None:
    """Keep read models and reactions going until cancelled."""
    async with (
        running(service.name, settings, "worker", patience=inf) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        subscriptions = service.subscriptions(platform)
        others = [s.effect for s in subscriptions if isinstance(s.effect, Projection)]
        await create_views(platform.pool, [*service.projections, *others])
        broker = create_broker(settings.kafka_bootstrap)
        subscribers = {
            each.effect.name: subscribe(broker, platform.pool, service.name, settings.thidua_instance, each)
            for each in subscriptions
        }
        async with asyncio.TaskGroup() as group:
            for projection in service.projections:
                group.create_task(project_own(platform.store, projection, wake))
            for task in service.tasks(platform):
                group.create_task(task())
            own = [projection.name for projection in service.projections]
            group.create_task(watch_consumers(platform.store, own, subscribers))
            group.create_task(serve_metrics(settings))
            if subscriptions:
                group.create_task(_consume(broker))


async def _consume(broker: KafkaBroker) -> None:
    await start(broker)
    try:
        await asyncio.Event().wait()
    finally:
        await broker.stop()
