"""Events of notify: who was to be told, by which channel, and whether it worked."""

from contracts.event import Event, events_of
from contracts.notify.notification import (
    Channel,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryOutcomeUnknown,
    FallbackTriggered,
    NotificationCompleted,
    NotificationEvent,
    NotificationExhausted,
    NotificationRequested,
    NotificationSuppressed,
)

__all__ = [
    "EVENTS",
    "Channel",
    "DeliveryAccepted",
    "DeliveryAttempted",
    "DeliveryFailed",
    "DeliveryOutcomeUnknown",
    "FallbackTriggered",
    "NotificationCompleted",
    "NotificationEvent",
    "NotificationExhausted",
    "NotificationRequested",
    "NotificationSuppressed",
]

EVENTS: tuple[type[Event], ...] = events_of(NotificationEvent)
