"""The worker of a service: its read models, its reactions, its further loops."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from collections.abc import Set as AbstractSet
from math import inf
from typing import Any, cast

from faststream.kafka import KafkaBroker

from chassis.facts.projection import Projection
from chassis.facts.settings import Settings
from chassis.organisation.organisation import ORGANISATION
from chassis.run.presence import keep_present
from chassis.run.watch import watch_consumers, watch_readers
from chassis.service.jobs import Runner, kinds
from chassis.service.platform import Platform, running
from chassis.service.service import Service
from chassis.service.upgrade import built, settle
from chassis.store.wake import listening
from chassis.stream import security
from chassis.stream.astray import keep_straight
from chassis.stream.connection import let_in
from chassis.stream.consumer import create_broker, start, subscribe
from chassis.stream.identity import Identities
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.unread import take_up
from chassis.views.projector import create_views, is_live, project_own
from chassis.views.rebuild import Rebuild
from chassis.web.serve import serve_metrics


async def work(service: Service, settings: Settings) -> None:
    """Keep read models and reactions going until cancelled.

    A version of a read model that was never here is built first, beside what is here and goes on meanwhile; whatever
    may read it (reactions, further tasks) begins when all of them serve.
    """
    await let_in(security.of(settings))
    async with (
        running(service.name, settings, "worker", read_models=service.read_models, patience=inf) as platform,
        listening(settings.database_url, settings.database_role) as wake,
        Identities(platform.kafka) as identities,
    ):
        await create_views(platform.pool, service.read_models)
        there = {each.place for each in service.read_models if await is_live(platform.pool, each)}
        reactions = list(service.reactions(platform))
        instance, readings = f"{settings.thidua_instance}.{service.mark}", dict[str, tuple[Any, Sequence[str]]]()
        members: dict[str, Subscription] = {}

        def consume(*readers: Sequence[Subscription]) -> None:
            """Read topics for each of these, which are one reading each."""
            broker = create_broker(platform.kafka)
            for each in filter(None, readers):
                subscriber = subscribe(
                    broker,
                    platform.pool,
                    service.name,
                    instance,
                    *each,
                    identities=identities,
                    anew=anew,
                    leave=by_itself,
                )
                members.update({member.effect.place: member for member in each})
                readings.update({member.effect.place: (subscriber, member.topics) for member in each})
            group.create_task(_consume(broker))

        async def anew(subscription: Subscription) -> None:
            effect = cast("Projection", subscription.effect)
            await Rebuild(platform.store, effect, subscription.topics, platform.kafka).run()

        def by_itself(subscription: Subscription) -> None:
            consume([subscription])

        def follow(*projections: Projection) -> None:
            if projections:
                group.create_task(project_own(platform.store, projections, wake))

        async def begin_the_rest() -> None:
            await _build_missing(service, platform, there, follow)
            for task in (*service.tasks(platform), *_long_work(service, platform)):
                group.create_task(task())
            later = [each for each in service.learned if each.effect.place not in there]
            consume(later, *([each] for each in reactions))
            group.create_task(take_up(platform.pool, [cast("Reaction", each.effect) for each in reactions]))
            if ORGANISATION in service.read_models:
                group.create_task(settle(platform, _topics(service, ORGANISATION)))

        async with asyncio.TaskGroup() as group:
            follow(*(each for each in service.projections if each.place in there))
            group.create_task(watch_consumers(platform.store, service, readings))
            group.create_task(watch_readers(readings))
            bootstrap = platform.kafka
            group.create_task(keep_present(platform.store, bootstrap, service.learns, readings))
            group.create_task(serve_metrics(settings))
            group.create_task(keep_straight(platform.pool, lambda: tuple(members.values()), anew))
            consume([each for each in service.learned if each.effect.place in there])
            group.create_task(begin_the_rest())


async def _build_missing(
    service: Service, platform: Platform, there: AbstractSet[str], follow: Callable[[Projection], None]
) -> None:
    """Build what is not there; own ones are followed as soon as they are, learned ones once all are."""
    for projection in service.projections:
        if projection.place not in there:
            await built(platform, projection, ())
            follow(projection)
    for projection, topics in service.learns:
        if projection.place not in there:
            await built(platform, projection, topics)


def _topics(service: Service, projection: Projection) -> Sequence[str]:
    """Where a service learns a read model from; nothing for one of its own events."""
    return next((topics for learned, topics in service.learns if learned is projection), ())


def _long_work(service: Service, platform: Platform) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    return [Runner(platform, kinds(service.jobs)).run] if service.jobs else []


async def _consume(broker: KafkaBroker) -> None:
    try:
        await start(broker)  # it waits for its place in the group, and may be told to end meanwhile
        await asyncio.Event().wait()
    finally:
        await broker.stop()
