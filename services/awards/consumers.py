"""What awards listens to: roles, and others' facts for its read models."""

from chassis.access import ACCESS
from chassis.intake import Subscription
from chassis.platform import Platform
from chassis.topics import events_topic
from services.awards.learned import LEARNED

REGISTRY = events_topic("registry")


def subscriptions(_: Platform) -> list[Subscription]:
    """Consumers of the worker."""
    return [Subscription(ACCESS, (REGISTRY,)), Subscription(LEARNED, (REGISTRY, events_topic("campaigns")))]
