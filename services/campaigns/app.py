"""Composition root of campaigns."""

from chassis.service import Service
from services.campaigns.api import router
from services.campaigns.consumers import subscriptions
from services.campaigns.views import CAMPAIGNS, SCORECARDS

SERVICE = Service(
    name="campaigns",
    routers=[router],
    projections=[CAMPAIGNS, SCORECARDS],
    subscriptions=subscriptions,
)
