"""What awards listens to: roles, others' facts for its read models, and its own decisions."""

import asyncio
from uuid import uuid5

from chassis.access import ACCESS
from chassis.envelope import Recorded
from chassis.intake import Reaction, Subscription
from chassis.platform import Platform
from chassis.topics import events_topic
from contracts.event import Event
from services.awards.domain.nomination import NOMINATION, GrantAward
from services.awards.domain.policies import grant_awards_when_a_decision_is_issued
from services.awards.learned import LEARNED

REGISTRY = events_topic("registry")
_AT_ONCE = 200


def subscriptions(platform: Platform) -> list[Subscription]:
    """Consumers of the worker."""
    return [
        Subscription(ACCESS, (REGISTRY,)),
        Subscription(LEARNED, (REGISTRY, events_topic("campaigns"))),
        Subscription(grant_awards(platform), (events_topic("awards"),)),
    ]


def grant_awards(platform: Platform) -> Reaction:
    """Carries out a decision; a repeated one changes nothing."""
    policy = grant_awards_when_a_decision_is_issued
    name = policy.__name__

    async def grant(recorded: Recorded[Event], wanted: GrantAward) -> None:
        context = recorded.following(uuid5(recorded.id, f"{name}/{wanted.nomination_id}"))
        await platform.execute(NOMINATION, wanted.nomination_id, wanted, context)

    async def react(recorded: Recorded[Event]) -> None:
        commands = policy(recorded.data)
        for start in range(0, len(commands), _AT_ONCE):
            await asyncio.gather(*(grant(recorded, wanted) for wanted in commands[start : start + _AT_ONCE]))

    return Reaction(name, react)
