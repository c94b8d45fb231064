"""Composition root of the portal."""

from chassis.access import ACCESS
from chassis.intake import Subscription
from chassis.platform import Platform
from chassis.service import Service
from chassis.topics import events_topic
from services.portal.views.progress import PROGRESS


def subscriptions(_: Platform) -> list[Subscription]:
    """What the portal listens to."""
    registry, campaigns = events_topic("registry"), events_topic("campaigns")
    return [Subscription(ACCESS, (registry,)), Subscription(PROGRESS, (registry, campaigns))]


SERVICE = Service(name="portal", apis=["services.portal.api"], subscriptions=subscriptions, emits=False)
