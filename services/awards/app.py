"""Composition root of awards."""

from typing import Final

from chassis.service.service import Service
from services.awards.consumers import LEARNS
from services.awards.views import DECIDED, NOMINATED

SERVICE: Final = Service("awards", apis=["services.awards.api"], projections=[NOMINATED, DECIDED], learns=LEARNS)
