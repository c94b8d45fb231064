"""What awards listens to: roles, others' facts for its read models, corrected reports."""

from typing import Final
from uuid import uuid5

from chassis.facts.envelope import Recorded
from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform
from chassis.service.service import Learns
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.campaigns import ReportAccepted
from services.awards.domain.nomination import NOMINATION, Known
from services.awards.domain.policies import flag_what_used_a_corrected_report
from services.awards.learned import LEARNED
from services.awards.views import nominations

FLAG = "flag_what_used_a_corrected_report"
REGISTRY: Final = events_topic("registry")
CAMPAIGNS: Final = events_topic("campaigns")
LEARNS: Final[tuple[Learns, ...]] = (
    (ORGANISATION, (REGISTRY,)),
    (DUTIES, (REGISTRY,)),
    (LEARNED, (REGISTRY, CAMPAIGNS)),
)


def reactions(platform: Platform) -> list[Subscription]:
    """A corrected report flags the nominations of its unit that were sent in before. Source: B19."""

    async def flag(recorded: Recorded[ReportAccepted]) -> None:
        event, command = recorded.data, flag_what_used_a_corrected_report(recorded.data)
        if command is None or event.campaign_id is None:
            return
        await platform.at_least(nominations.NOMINATED, await platform.store.head())
        for key in await nominations.sent_in(platform.pool, event.campaign_id, event.unit_id):
            context = recorded.following(uuid5(recorded.id, f"{FLAG}/{key}"), policy=f"awards/{FLAG}")
            await platform.executor.execute(NOMINATION, key, command, context, known=Known())

    return [Subscription(Reaction(FLAG, flag), (CAMPAIGNS,))]
