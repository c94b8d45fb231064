"""Composition root of the portal."""

from chassis.access import ACCESS
from chassis.consumer import Subscription
from chassis.service import Platform, Service
from chassis.topics import events_topic
from services.portal.api import router
from services.portal.views.progress import PROGRESS


def subscriptions(_: Platform) -> list[Subscription]:
    """What the portal listens to."""
    registry, campaigns = events_topic("registry"), events_topic("campaigns")
    return [Subscription(ACCESS, (registry,)), Subscription(PROGRESS, (registry, campaigns))]


SERVICE = Service(name="portal", routers=[router], subscriptions=subscriptions, emits=False)
