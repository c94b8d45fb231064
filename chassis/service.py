"""What a service is made of and how its processes run: `python -m services.<name> prepare|api|relay|worker`."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import uvloop
from fastapi import APIRouter, FastAPI
from faststream.kafka import KafkaBroker

from chassis import migrate, telemetry
from chassis.clock import system_clock
from chassis.cloudevents import EventSource
from chassis.collector import settle
from chassis.consumer import Subscription, create_broker, start, subscribe
from chassis.platform import Platform, running
from chassis.projection import Projection
from chassis.projector import create_views, project_own
from chassis.relay import Relay, Source
from chassis.settings import Settings
from chassis.tokens import Tokens
from chassis.topics import create_topics
from chassis.wake import listening
from chassis.web import Asked, create_api, serve
from chassis.web_serve import serve_metrics

__all__ = ["Asked", "Platform", "Service", "build_api", "main", "prepare", "relay", "running", "work"]


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as its composition root declares it.

    `projections` fold its own events straight from its store; `subscriptions` take others' (and its own, for reactions)
    from Kafka. `tasks` are further endless loops of the worker, `sources` further things that the relay publishes.
    """

    name: str
    routers: Sequence[APIRouter] = ()
    projections: Sequence[Projection] = ()
    subscriptions: Callable[[Platform], Sequence[Subscription]] = lambda _: ()
    tasks: Callable[[Platform], Sequence[Callable[[], Coroutine[Any, Any, None]]]] = lambda _: ()
    sources: Callable[[Platform], Mapping[str, Source]] = lambda _: {}
    emits: bool = True


def build_api(service: Service, settings: Settings) -> FastAPI:
    """The service's HTTP API."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Any]:
        async with running(service.name, settings) as platform:
            tokens = Tokens(settings.thidua_issuer, settings.thidua_audience, system_clock)

            async def ready() -> object:
                return await platform.pool.fetchval("select 1")

            yield {"platform": platform, "tokens": tokens, "ready": ready}

    return create_api(f"Thi Đua: {service.name}", routers=service.routers, lifespan=lifespan, settings=settings)


async def work(service: Service, settings: Settings) -> None:
    """Keep read models and reactions going until cancelled."""
    async with (
        running(service.name, settings) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        subscriptions = service.subscriptions(platform)
        others = [s.effect for s in subscriptions if isinstance(s.effect, Projection)]
        await create_views(platform.pool, [*service.projections, *others])
        broker = create_broker(settings.kafka_bootstrap)
        for subscription in subscriptions:
            subscribe(broker, platform.pool, service.name, settings.thidua_instance, subscription)
        async with asyncio.TaskGroup() as group:
            for projection in service.projections:
                group.create_task(project_own(platform.store, projection, wake))
            for task in service.tasks(platform):
                group.create_task(task())
            group.create_task(serve_metrics(settings))
            if subscriptions:
                group.create_task(_consume(broker))


async def _consume(broker: KafkaBroker) -> None:
    await start(broker)
    try:
        await asyncio.Event().wait()
    finally:
        await broker.stop()


async def relay(service: Service, settings: Settings) -> None:
    """Publish the service's events, and whatever else it sends, until cancelled."""
    async with (
        running(service.name, settings) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        sources: dict[str, Source] = {service.name: EventSource(service.name, platform.pool)} if service.emits else {}
        sources |= service.sources(platform)
        relays = [
            Relay(name, platform.pool, source, settings.kafka_bootstrap, wake) for name, source in sources.items()
        ]
        try:
            async with asyncio.TaskGroup() as group:
                for each in relays:
                    group.create_task(each.run())
                group.create_task(serve_metrics(settings))
        finally:
            await asyncio.gather(*(each.release() for each in relays), return_exceptions=True)


def prepare(service: Service, settings: Settings) -> None:
    """Bring database, views and topics to what this version needs."""
    migrate.prepare(service.name, settings.database_url, settings.database_role)

    async def rest() -> None:
        async with running(service.name, settings) as platform:
            others = [s.effect for s in service.subscriptions(platform) if isinstance(s.effect, Projection)]
            await create_views(platform.pool, [*service.projections, *others])
        await create_topics(
            settings.kafka_bootstrap, partitions=settings.kafka_partitions, replication=settings.kafka_replication
        )

    uvloop.run(rest())


async def _until_told(work_: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM or Ctrl-C, then cancel and let it finish in order."""
    settle()
    task = asyncio.ensure_future(work_)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main(service: Service) -> None:
    """Run one part of a service, as named on the command line."""
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    settings = Settings()
    telemetry.setup(service.name, part, settings)
    match part:
        case "prepare":
            prepare(service, settings)
        case "api":
            serve(build_api(service, settings), settings)
        case "worker":
            uvloop.run(_until_told(work(service, settings)))
        case "relay":
            uvloop.run(_until_told(relay(service, settings)))
        case _:
            raise SystemExit(f"python -m services.{service.name} prepare|api|relay|worker")
