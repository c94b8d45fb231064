"""Composition root of campaigns."""

from chassis.service.service import Service
from services.campaigns.consumers import LEARNS, reactions
from services.campaigns.views import CAMPAIGNS, SCORECARDS

SERVICE = Service(
    name="campaigns",
    apis=["services.campaigns.api"],
    projections=[CAMPAIGNS, SCORECARDS],
    learns=LEARNS,
    reactions=reactions,
)
