"""What a service is made of and how its processes run: `python -m services.<name> prepare|api|relay|worker`.

Each part loads what it needs and nothing else: a process that never answers HTTP knows no web framework.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import uvloop

from chassis import telemetry
from chassis.collector import settle
from chassis.intake import Subscription
from chassis.platform import Platform
from chassis.projection import Projection
from chassis.relay import Source
from chassis.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as its composition root declares it.

    `apis` are modules with a `router` each, which the API's process alone loads. `projections` fold its own events
    straight from its store; `subscriptions` take others' (and its own, for reactions) from Kafka. `tasks` are further
    endless loops of the worker, `sources` further things that the relay publishes.
    """

    name: str
    apis: Sequence[str] = ()
    projections: Sequence[Projection] = ()
    subscriptions: Callable[[Platform], Sequence[Subscription]] = lambda _: ()
    tasks: Callable[[Platform], Sequence[Callable[[], Coroutine[Any, Any, None]]]] = lambda _: ()
    sources: Callable[[Platform], Mapping[str, Source]] = lambda _: {}
    emits: bool = True


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
            from chassis.preparation import prepare  # noqa: PLC0415

            prepare(service, settings)
        case "api":
            from chassis.web import build_api, serve  # noqa: PLC0415

            serve(build_api(service, settings), settings)
        case "worker":
            from chassis.worker import work  # noqa: PLC0415

            uvloop.run(_until_told(work(service, settings)))
        case "relay":
            from chassis.publisher import publish  # noqa: PLC0415

            uvloop.run(_until_told(publish(service, settings)))
        case _:
            raise SystemExit(f"python -m services.{service.name} prepare|api|relay|worker")
