"""The worker of a service: its read models, its reactions, its further loops."""

import asyncio
from collections.abc import Sequence
from math import inf

from faststream.kafka import KafkaBroker

from chassis.consumer import create_broker, start, subscribe
from chassis.intake import Reaction
from chassis.organisation import ORGANISATION
from chassis.platform import Platform, running
from chassis.projection import Projection
from chassis.projector import create_views, is_live, project_own
from chassis.service import Learns, Service
from chassis.settings import Settings
from chassis.unread import take_up
from chassis.upgrade import built, settle
from chassis.wake import Wake, listening
from chassis.watch import watch_consumers
from chassis.web_serve import serve_metrics


async def work(service: Service, settings: Settings) -> None:
    """Keep read models and reactions going until cancelled; a version that was never here is built first."""
    async with (
        running(service.name, settings, "worker", read_models=service.read_models, patience=inf) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        await create_views(platform.pool, service.read_models)
        there = {each.place for each in service.read_models if await is_live(platform.pool, each)}
        subscriptions = service.subscriptions(platform)
        now, later = create_broker(settings.kafka_bootstrap), create_broker(settings.kafka_bootstrap)
        subscribers = {
            each.effect.place: subscribe(
                later if isinstance(each.effect, Projection) and each.effect.place not in there else now,
                platform.pool,
                service.name,
                settings.thidua_instance,
                each,
            )
            for each in subscriptions
        }
        async with asyncio.TaskGroup() as group:
            for projection in service.projections:
                group.create_task(_follow(platform, projection, wake))
            for task in service.tasks(platform):
                group.create_task(task())
            own = [projection.place for projection in service.projections]
            group.create_task(watch_consumers(platform.store, own, subscribers))
            group.create_task(serve_metrics(settings))
            reactions = [each.effect for each in subscriptions if isinstance(each.effect, Reaction)]
            group.create_task(take_up(platform.pool, reactions))
            group.create_task(_consume(now))
            if ORGANISATION.place in there:
                group.create_task(settle(platform, _topics(service, ORGANISATION)))
            group.create_task(_learn(platform, [each for each in service.learns if each[0].place not in there], later))


def _topics(service: Service, projection: Projection) -> Sequence[str]:
    """Where a service learns a read model from; nothing for one of its own events."""
    return next((topics for learned, topics in service.learns if learned is projection), ())


async def _follow(platform: Platform, projection: Projection, wake: Wake) -> None:
    await built(platform, projection, ())
    await project_own(platform.store, projection, wake)


async def _learn(platform: Platform, new: Sequence[Learns], broker: KafkaBroker) -> None:
    """Build what is new of what is learned, then follow it; what is there already goes on meanwhile."""
    for projection, topics in new:
        await built(platform, projection, topics)
    if new:
        await _consume(broker)


async def _consume(broker: KafkaBroker) -> None:
    await start(broker)
    try:
        await asyncio.Event().wait()
    finally:
        await broker.stop()
