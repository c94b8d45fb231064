"""Composition root of campaigns."""

from chassis.service.service import Service
from services.campaigns.consumers import LEARNS, reactions
from services.campaigns.views import campaigns, scorecards

SERVICE = Service(
    name="campaigns",
    apis=[
        "services.campaigns.api.campaigns",
        "services.campaigns.api.packs",
        "services.campaigns.api.scorecards",
        "services.campaigns.api.working_days",
    ],
    projections=[campaigns.CAMPAIGNS, scorecards.SCORECARDS],
    learns=LEARNS,
    reactions=reactions,
)
