"""Composition root of registry: who exists, who holds which role, who pledges what."""

from chassis.access import ACCESS
from chassis.service import Service
from services.registry import api, consumers, people, people_api, views

SERVICE = Service(
    name="registry",
    routers=(api.router, people_api.router),
    projections=(views.UNITS, views.REGISTRATIONS, ACCESS),
    subscriptions=consumers.subscriptions,
    sources=lambda platform: {"people": people.source(platform.pool)},
)
