"""Which topics registry listens to, and what follows."""

import asyncio
from collections.abc import Sequence
from uuid import uuid5

from chassis.facts.envelope import Recorded
from chassis.facts.problem import Problem
from chassis.service.platform import Platform
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.campaigns import CampaignAnnounced, CampaignLaunched
from services.registry.domain.policies import open_registrations_when_a_campaign_begins
from services.registry.domain.registration import REGISTRATION
from services.registry.views import units

_CHUNK = 256


def reactions(platform: Platform) -> Sequence[Subscription]:
    """A campaign that is announced or launched opens registrations."""

    async def open_registrations(recorded: Recorded[CampaignAnnounced | CampaignLaunched]) -> None:
        begun = recorded.data
        await _units_known(platform)
        known = await units.unit_kinds(platform.pool, [kind for kind in begun.units if kind.takes_part])
        wanted = list(open_registrations_when_a_campaign_begins(begun, known))
        for start in range(0, len(wanted), _CHUNK):
            await asyncio.gather(
                *(
                    platform.executor.execute(
                        REGISTRATION,
                        key,
                        command,
                        recorded.following(
                            uuid5(recorded.id, f"open_registrations/{key}"), policy="registry/open_registrations"
                        ),
                        known=None,
                    )
                    for key, command in wanted[start : start + _CHUNK]
                )
            )

    return [Subscription(Reaction("open_registrations", open_registrations), (events_topic("campaigns"),))]


async def _units_known(platform: Platform) -> None:
    """Wait until the read model holds every unit established so far; raises TimeoutError, which is tried again."""
    try:
        await platform.at_least(units.UNITS, await platform.store.head())
    except Problem as problem:
        raise TimeoutError(problem.code) from None
