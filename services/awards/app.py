"""Composition root of awards."""

from typing import Final

from chassis.service import Service
from services.awards.api import router
from services.awards.consumers import subscriptions
from services.awards.views import DECIDED, NOMINATED

SERVICE: Final = Service("awards", routers=[router], projections=[NOMINATED, DECIDED], subscriptions=subscriptions)
