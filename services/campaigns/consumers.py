"""What campaigns listens to: registry's roles and units, and its confirmed registrations."""

from typing import Final
from uuid import uuid5

from chassis.facts.envelope import Recorded
from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.organisation.signing import SIGNING
from chassis.service.platform import Platform
from chassis.service.service import Learns
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.registry import RegistrationConfirmed, RegistrationOpened, RegistrationSubmitted
from services.campaigns.domain.deadline import DEADLINE
from services.campaigns.domain.policies import (
    keep_the_deadline_of_a_registration,
    open_scorecard_when_a_registration_is_confirmed,
)
from services.campaigns.domain.scorecard import SCORECARD

POLICY = "open_scorecard_when_a_registration_is_confirmed"
DEADLINES = "keep_the_deadline_of_a_registration"


REGISTRY: Final = (events_topic("registry"),)
LEARNS: Final[tuple[Learns, ...]] = ((ORGANISATION, REGISTRY), (DUTIES, REGISTRY), (SIGNING, REGISTRY))


def reactions(platform: Platform) -> list[Subscription]:
    """A confirmed registration opens the unit's scorecard; an opened one has a deadline, which a sent one meets."""

    async def react(recorded: Recorded[RegistrationConfirmed]) -> None:
        card, command = open_scorecard_when_a_registration_is_confirmed(recorded.data)
        context = recorded.following(uuid5(recorded.id, f"{POLICY}/{card}"), policy=f"campaigns/{POLICY}")
        await platform.executor.execute(SCORECARD, card, command, context, known=frozenset())

    async def keep(recorded: Recorded[RegistrationOpened | RegistrationSubmitted]) -> None:
        wanted = keep_the_deadline_of_a_registration(recorded.data, recorded.occurred_on)
        if wanted is None:
            return
        key, command, known = wanted
        context = recorded.following(uuid5(recorded.id, f"{DEADLINES}/{key}"), policy=f"campaigns/{DEADLINES}")
        await platform.executor.execute(DEADLINE, key, command, context, known=known)

    return [Subscription(Reaction(POLICY, react), REGISTRY), Subscription(Reaction(DEADLINES, keep), REGISTRY)]
