"""Events of obstacles and guidance: what a unit asks about a thing, and what it and all others with it are told.

Source: B20
"""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.campaigns.thing import ThingKind


class ObstacleRaised(CampaignsEvent):
    """A unit cannot go on with a thing, such as a campaign, a review or a dossier, and asks."""

    obstacle_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID | None = None
    question: str


class ObstacleResolved(CampaignsEvent):
    """It is answered; `guidance_id` where the answer went to all who had the same question."""

    obstacle_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    answer: str
    guidance_id: UUID | None = None


class GuidanceIssued(CampaignsEvent):
    """All units with the same question are told the same; `document` is the number of the paper, where there is one."""

    guidance_id: UUID
    campaign_id: UUID | None = None
    obstacles: tuple[UUID, ...]
    units: tuple[UUID, ...]
    answer: str
    document: str = ""


ObstacleEvent = ObstacleRaised | ObstacleResolved
"""What may stand in the stream of an obstacle: its `evolve` answers to each."""

GuidanceEvent = GuidanceIssued
"""What may stand in the stream of a piece of guidance."""
