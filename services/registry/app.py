"""Composition root of registry: who exists, who holds which role, who pledges what."""

from chassis.organisation.organisation import ORGANISATION
from chassis.service.service import Service
from services.registry import consumers, people, views

SERVICE = Service(
    name="registry",
    apis=["services.registry.api", "services.registry.people_api"],
    projections=(views.UNITS, views.REGISTRATIONS, ORGANISATION),
    reactions=consumers.reactions,
    sources=lambda platform: {"people": people.source(platform.pool)},
)
