"""What a service is made of, as its composition root declares it."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.intake import Subscription
from chassis.platform import Platform
from chassis.projection import Projection
from chassis.relay import Source


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
