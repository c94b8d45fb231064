"""Composition root of awards."""

from typing import Final

from chassis.service.service import Service
from services.awards.consumers import LEARNS, reactions
from services.awards.views import decisions, nominations

SERVICE: Final = Service(
    "awards",
    apis=["services.awards.api.nominations", "services.awards.api.decisions", "services.awards.api.catalogue"],
    projections=[nominations.NOMINATED, decisions.DECIDED],
    learns=LEARNS,
    reactions=reactions,
)
