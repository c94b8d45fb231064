"""What notify listens to: roles, addresses and names for its read models, and every event that a rule tells of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid5

from chassis.facts.envelope import Recorded
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform
from chassis.service.service import Learns
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.people import PEOPLE
from services.notify.audience import people_in
from services.notify.caught_up import CaughtUp
from services.notify.copies import forget_copies
from services.notify.departed import DEPARTED
from services.notify.domain.notification import NOTIFICATION, Known, RequestNotification
from services.notify.domain.rules import RULES, Told, tell_everyone_concerned
from services.notify.learned import LEARNED
from services.notify.people import DIRECTORY

REGISTRY = events_topic("registry")
SOURCES = (REGISTRY, events_topic("campaigns"), events_topic("awards"))
_AT_ONCE = 200


LEARNS: Final[tuple[Learns, ...]] = (
    (ORGANISATION, (REGISTRY,)),
    (DEPARTED, (REGISTRY,)),
    (DIRECTORY, (PEOPLE,)),
    (LEARNED, SOURCES),
)


def reactions(platform: Platform) -> list[Subscription]:
    """People are told; of who was erased no copy stays."""
    caught_up = CaughtUp(platform.pool, platform.kafka, REGISTRY, {ORGANISATION.place, LEARNED.place, DEPARTED.place})
    return [
        Subscription(tell_people(platform, caught_up.wait), SOURCES),
        Subscription(forget_copies(platform.pool), (PEOPLE,)),
    ]


def tell_people(platform: Platform, roles_known: Callable[[], Awaitable[None]]) -> Reaction:
    """Requests one notification for each person that an event concerns; `roles_known` waits for roles and units."""

    async def request(recorded: Recorded[Told], wanted: RequestNotification) -> None:
        command_id = uuid5(recorded.id, f"tell_everyone_concerned/{wanted.person_id}")
        context = recorded.following(command_id, policy="notify/tell_everyone_concerned")
        await platform.executor.execute(NOTIFICATION, wanted.notification_id, wanted, context, known=Known())

    async def react(recorded: Recorded[Told]) -> None:
        await roles_known()
        groups = RULES[type(recorded.data)].audience(recorded.data)
        people = await people_in(platform.pool, groups, recorded.occurred_on)
        requests = tell_everyone_concerned(recorded, people)
        for start in range(0, len(requests), _AT_ONCE):
            await asyncio.gather(*(request(recorded, wanted) for wanted in requests[start : start + _AT_ONCE]))

    return Reaction("tell_everyone_concerned", react)
