"""Events of a notification: who was to be told, by which channel, and whether it worked. Never an address or a text."""

from enum import StrEnum
from uuid import UUID

from contracts.exact import Count, Flag
from contracts.notify.base import NotifyEvent


class Channel(StrEnum):
    """Ways to reach a person."""

    ZALO = "zalo"
    EMAIL = "email"


class NotificationRequested(NotifyEvent):
    """A source event concerns a person: tell them, by the first of `channels` that works."""

    notification_id: UUID
    source_event_id: UUID
    source_type: str
    rule: str
    person_id: UUID
    channels: tuple[Channel, ...]


class NotificationSuppressed(NotifyEvent):
    """Nobody is told, for the reason given (for example: the person has no address left)."""

    notification_id: UUID
    reason: str


class DeliveryAttempted(NotifyEvent):
    """A message is about to be handed to a provider: recorded before the call, so that no crash can resend blindly."""

    notification_id: UUID
    channel: Channel
    attempt: Count
    tracking_id: str


class DeliveryAccepted(NotifyEvent):
    """The provider has taken the message, and called it `provider_id`; that is empty when it named no id."""

    notification_id: UUID
    channel: Channel
    attempt: Count
    provider_id: str


class DeliveryFailed(NotifyEvent):
    """The provider has refused the message; `permanent` when trying again on this channel cannot help."""

    notification_id: UUID
    channel: Channel
    attempt: Count
    code: str
    permanent: Flag


class DeliveryOutcomeUnknown(NotifyEvent):
    """Nobody knows whether the provider took the message: the process or the connection died in between."""

    notification_id: UUID
    channel: Channel
    attempt: Count


class FallbackTriggered(NotifyEvent):
    """The next channel is tried."""

    notification_id: UUID
    failed: Channel
    next: Channel


class NotificationCompleted(NotifyEvent):
    """A provider has taken the message: nothing more is to be done."""

    notification_id: UUID
    channel: Channel


class NotificationExhausted(NotifyEvent):
    """Every channel has failed: an operator must look; `reason` is empty when the fact before says why."""

    notification_id: UUID
    reason: str = ""


NotificationEvent = (
    NotificationRequested
    | NotificationSuppressed
    | DeliveryAttempted
    | DeliveryAccepted
    | DeliveryFailed
    | DeliveryOutcomeUnknown
    | FallbackTriggered
    | NotificationCompleted
    | NotificationExhausted
)
"""What may stand in the stream of a notification: its `evolve` answers to each."""
