"""What a service is made of, as its composition root declares it."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import asyncpg

from chassis.facts.projection import Projection
from chassis.facts.reads import KNOWN_TYPES
from chassis.service.platform import Platform
from chassis.store.logins import Grants
from chassis.store.restore import Further
from chassis.stream.intake import Subscription
from chassis.stream.outgoing import Source
from chassis.stream.security import Brokers

Learns = tuple[Projection, Sequence[str]]
"""A projection of others' events, and the topics from which it takes them."""


Recovers = Callable[[asyncpg.Connection, Brokers, bool], Awaitable[Further]]
"""Looks, as the database's owner, at what a restored database lacks and a topic has; told is also where Kafka is, and
whether the topics were lost. It changes nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as its composition root declares it.

    `apis` are modules with a `router` each, which the API's process alone loads; what such a module's `state` opens
    for them is on `request.state`. `jobs` are modules with `JOBS`, long work by its kind: the worker's process does it.
    `projections` fold its own events straight from its store, `learns` others' from
    Kafka; `reactions` answer to either from Kafka. `tasks` are further endless loops of the worker, `sources` further
    things that the relay publishes; after a restore `recovers` looks for those in their topics. From relays of those
    that are `fenced` the broker takes nothing once another one leads: their topics keep the last value of a key.
    `grants` says by part (api, relay) what it does with tables of the service's own migrations.
    """

    name: str
    apis: Sequence[str] = ()
    projections: Sequence[Projection] = ()
    learns: Sequence[Learns] = ()
    reactions: Callable[[Platform], Sequence[Subscription]] = lambda _: ()
    tasks: Callable[[Platform], Sequence[Callable[[], Coroutine[Any, Any, None]]]] = lambda _: ()
    sources: Callable[[Platform], Mapping[str, Source]] = lambda _: {}
    fenced: Collection[str] = ()
    recovers: Sequence[Recovers] = ()
    emits: bool = True
    jobs: Sequence[str] = ()
    grants: Mapping[str, Grants] = field(default_factory=dict)

    @property
    def read_models(self) -> tuple[Projection, ...]:
        """All projections, own and learned."""
        return (*self.projections, *(projection for projection, _ in self.learns))

    @property
    def mark(self) -> str:
        """What tells this version from others that run beside it: its read models' versions and the facts it knows."""
        known = [*(each.place for each in self.read_models), *KNOWN_TYPES]
        return sha256("\n".join(known).encode()).hexdigest()[:8]

    @property
    def learned(self) -> tuple[Subscription, ...]:
        """What is learned from Kafka: one reading for all of it."""
        return tuple(Subscription(projection, tuple(topics)) for projection, topics in self.learns)

    def subscriptions(self, platform: Platform) -> list[Subscription]:
        """Everything that comes from Kafka: what is learned and what is reacted to."""
        return [*self.learned, *self.reactions(platform)]
