"""Which topics registry listens to, and what follows."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID, uuid5

from chassis.facts.envelope import Recorded
from chassis.facts.problem import Problem
from chassis.service.platform import Platform
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignExtended,
    CampaignLaunched,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
    ThingKind,
)
from services.registry.domain.policies import (
    open_registrations_when_a_campaign_begins,
    registrations_follow_a_campaign,
)
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import FollowCampaign, FollowDeadline, OpenRegistration
from services.registry.views import registrations, units

_CHUNK = 256
_CAMPAIGNS: Final = (events_topic("campaigns"),)

_Said = CampaignAnnounced | CampaignLaunched | CampaignAmended | CampaignExtended
_Due = DeadlineSet | DeadlineMovedFor | DeadlineClosed | DeadlineReopened | LatenessExcused


def reactions(platform: Platform) -> Sequence[Subscription]:
    """A campaign opens registrations, which go by what it says later; and by what becomes of the unit's deadline.

    Opening and following are one reaction: where the one is held up, the other one waits for it.
    """

    async def open_registrations(recorded: Recorded[_Said]) -> None:
        said = recorded.data
        await _own_known(platform)
        kinds = [kind for kind in said.units if kind.takes_part]
        known = await units.unit_kinds(platform.pool, kinds)
        wanted: Iterable[tuple[UUID, OpenRegistration | FollowCampaign]]
        if isinstance(said, CampaignAmended | CampaignExtended):
            opened = await registrations.of_campaign(platform.pool, said.campaign_id)
            wanted = registrations_follow_a_campaign(said, known, opened, recorded.version)
        else:
            wanted = open_registrations_when_a_campaign_begins(said, known, recorded.version)
        asked = list(wanted)
        for start in range(0, len(asked), _CHUNK):
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
                    for key, command in asked[start : start + _CHUNK]
                )
            )

    async def follow_deadline(recorded: Recorded[_Due]) -> None:
        said = recorded.data
        if said.thing_kind is not ThingKind.REGISTRATION:
            return
        command = FollowDeadline(said=said, version=recorded.version)
        context = recorded.following(
            uuid5(recorded.id, f"follow_deadline/{said.thing_id}"), policy="registry/follow_deadline"
        )
        await platform.executor.execute(REGISTRATION, said.thing_id, command, context, known=None)

    return [
        Subscription(Reaction("open_registrations", open_registrations), _CAMPAIGNS),
        Subscription(Reaction("follow_deadline", follow_deadline), _CAMPAIGNS),
    ]


async def _own_known(platform: Platform) -> None:
    """Wait until the read models hold all that was stored so far; raises TimeoutError, which is tried again."""
    try:
        head = await platform.store.head()
        for model in (units.UNITS, registrations.REGISTRATIONS):
            await platform.at_least(model, head)
    except Problem as problem:
        raise TimeoutError(problem.code) from None
