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
from contracts.registry import RegistrationConfirmed
from services.campaigns.domain.policies import open_scorecard_when_a_registration_is_confirmed
from services.campaigns.domain.scorecard import SCORECARD

POLICY = "open_scorecard_when_a_registration_is_confirmed"


REGISTRY: Final = (events_topic("registry"),)
LEARNS: Final[tuple[Learns, ...]] = ((ORGANISATION, REGISTRY), (DUTIES, REGISTRY), (SIGNING, REGISTRY))


def reactions(platform: Platform) -> list[Subscription]:
    """A confirmed registration opens the unit's scorecard."""

    async def react(recorded: Recorded[RegistrationConfirmed]) -> None:
        card, command = open_scorecard_when_a_registration_is_confirmed(recorded.data)
        context = recorded.following(uuid5(recorded.id, f"{POLICY}/{card}"), policy=f"campaigns/{POLICY}")
        await platform.executor.execute(SCORECARD, card, command, context, known=frozenset())

    return [Subscription(Reaction(POLICY, react), REGISTRY)]
