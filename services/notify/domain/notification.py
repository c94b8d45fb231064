"""One notification to one person: requested, handed to a provider, accepted or passed on to the next channel.

Promise: a duplicate is no second message. Hence each attempt is a fact before the call, and what happens when its
outcome stays unknown depends on the channel: an email goes out once more, the same bytes under the same Message-ID, by
which mail systems recognise a copy; a Zalo message is never sent again, because Zalo recognises no copies, so the next
channel follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider, Rejected
from contracts.notify import (
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
from services.notify.domain.patience import is_over

ATTEMPTS: Final = 5
"""How often Zalo is tried when it asks to come again; a letter goes on until its end."""

UNKNOWNS: Final = {Channel.ZALO: 1, Channel.EMAIL: 2}
"""After how many unknown outcomes a channel is given up."""


class RequestNotification(Command):
    """Tell this person of that event, by the first channel that works."""

    notification_id: UUID
    source_event_id: UUID
    source_type: str
    rule: str
    person_id: UUID
    channels: tuple[Channel, ...] = Field(min_length=1)


class PassOver(Command):
    """The person cannot be reached on the present channel, for example for want of an address."""

    notification_id: UUID
    channel: Channel
    reason: str


class BeginDelivery(Command):
    """Hand the message to the channel's provider next; `attempt` counts from 1 on each channel."""

    notification_id: UUID
    channel: Channel
    attempt: int


class RecordAccepted(Command):
    """The provider has taken the message."""

    notification_id: UUID
    channel: Channel
    attempt: int
    provider_id: str


class RecordRefused(Command):
    """The provider has refused the message; `permanent` when coming again cannot help."""

    notification_id: UUID
    channel: Channel
    attempt: int
    code: str
    permanent: bool


class PutOff(Command):
    """No attempt could be made, for the reason given (for example: the provider is away)."""

    notification_id: UUID
    channel: Channel
    reason: str


class RecordUnknown(Command):
    """Nobody knows whether the provider took the message."""

    notification_id: UUID
    channel: Channel
    attempt: int


NotificationCommand = (
    RequestNotification | PassOver | PutOff | BeginDelivery | RecordAccepted | RecordRefused | RecordUnknown
)


@dataclass(frozen=True, slots=True)
class Unrequested:
    """Nothing was asked yet."""


@dataclass(frozen=True, slots=True)
class Due:
    """The first of `channels` is to be tried; `attempts` were made on it, `unknown` names attempts without outcome."""

    channels: tuple[Channel, ...]
    attempts: int = 0
    tried: bool = False
    unknown: frozenset[tuple[Channel, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An attempt was recorded and has no outcome yet; it is the last one that `due` counts."""

    due: Due


@dataclass(frozen=True, slots=True)
class Closed:
    """Completed, exhausted or suppressed."""


Notification = Unrequested | Due | UnderWay | Closed


def tracking_id(notification_id: UUID, channel: Channel, attempt: int) -> str:
    """Name of one attempt, at most 48 letters, digits and hyphens, as Zalo wants it."""
    return f"{notification_id.hex}-{channel.value}-{attempt}"


@dataclass(frozen=True, slots=True)
class Known:
    """When the next attempt would be, and the message's end; None where there is none."""

    next_at: datetime | None = None
    end: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether the next attempt would come after the end."""
        return self.next_at is not None and is_over(self.next_at, self.end)


def decide(command: NotificationCommand, state: Notification, known: Known, _: Context) -> Sequence[NotificationEvent]:
    """What follows; an outcome that comes twice, or for another attempt than the open one, changes nothing."""
    match command:
        case RequestNotification():
            return [NotificationRequested(**command.model_dump())] if isinstance(state, Unrequested) else []
        case PassOver() | PutOff():
            due = isinstance(state, Due) and state.channels[0] is command.channel
            return _pass_by(command, _waiting(state), over=known.over) if due else []
        case BeginDelivery():
            return [_begin(command, state)]
        case RecordAccepted():
            return _accept(command) if _is_open(command, state) or _is_doubtful(command, state) else []
        case RecordRefused():
            return _refuse(command, state, known) if _is_open(command, state) else []
        case RecordUnknown():
            return _doubt(command, state) if _is_open(command, state) else []
        case _:
            assert_never(command)


def _begin(command: BeginDelivery, state: Notification) -> NotificationEvent:
    if not isinstance(state, Due) or (state.channels[0], state.attempts + 1) != (command.channel, command.attempt):
        raise Rejected(
            "delivery-not-due",
            "Lần gửi này hiện không được yêu cầu; hãy tải lại trạng thái thông báo.",
            "This attempt is not due; load the notification's state again.",
        )
    return DeliveryAttempted(
        notification_id=command.notification_id,
        channel=command.channel,
        attempt=command.attempt,
        tracking_id=tracking_id(command.notification_id, command.channel, command.attempt),
    )


def _is_open(outcome: RecordAccepted | RecordRefused | RecordUnknown, state: Notification) -> bool:
    at = (outcome.channel, outcome.attempt)
    return isinstance(state, UnderWay) and (state.due.channels[0], state.due.attempts) == at


def _is_doubtful(outcome: RecordAccepted, state: Notification) -> bool:
    """A late answer to an attempt that was given up as unknown: it spares the person a second message."""
    return isinstance(state, Due) and (outcome.channel, outcome.attempt) in state.unknown


def _accept(command: RecordAccepted) -> list[NotificationEvent]:
    return [
        DeliveryAccepted(**command.model_dump()),
        NotificationCompleted(notification_id=command.notification_id, channel=command.channel),
    ]


def _refuse(command: RecordRefused, state: Notification, known: Known) -> list[NotificationEvent]:
    failed = DeliveryFailed(**command.model_dump())
    out_of_patience = command.channel is Channel.ZALO and command.attempt >= ATTEMPTS
    if command.permanent or out_of_patience or known.over:
        return [failed, *_leave(command.notification_id, state, command.code)]
    return [failed]


def _doubt(command: RecordUnknown, state: Notification) -> list[NotificationEvent]:
    unknown = DeliveryOutcomeUnknown(**command.model_dump())
    doubts = 1 + sum(channel is command.channel for channel, _ in _waiting(state).unknown)
    if doubts >= UNKNOWNS[command.channel]:
        return [unknown, *_leave(command.notification_id, state, "outcome-unknown")]
    return [unknown]


def _pass_by(command: PassOver | PutOff, state: Due, *, over: bool) -> list[NotificationEvent]:
    """Leave the channel; a put-off leaves it only when its time is over, and the last one to an operator."""
    if isinstance(command, PutOff):
        if not over:
            return []
        if len(state.channels) == 1:
            return [NotificationExhausted(notification_id=command.notification_id, reason=command.reason)]
    return _leave(command.notification_id, state, command.reason)


def _leave(notification_id: UUID, state: Notification, reason: str) -> list[NotificationEvent]:
    """Go on to the next channel; when none is left, say whether anything was tried at all."""
    due = _waiting(state)
    match due.channels:
        case (failed, following, *_):
            return [FallbackTriggered(notification_id=notification_id, failed=failed, next=following)]
        case _ if due.tried:
            return [NotificationExhausted(notification_id=notification_id)]
        case _:
            return [NotificationSuppressed(notification_id=notification_id, reason=reason)]


def _waiting(state: Notification) -> Due:
    match state:
        case UnderWay(due=due) | (Due() as due):
            return due
        case _:
            return Due(())


def evolve(state: Notification, event: NotificationEvent) -> Notification:
    """State after one more fact."""
    due = _waiting(state)
    match event:
        case NotificationRequested(channels=channels):
            return Due(channels)
        case DeliveryAttempted(attempt=attempt):
            return UnderWay(replace(due, attempts=attempt, tried=True))
        case DeliveryFailed():
            return due
        case DeliveryOutcomeUnknown(channel=channel, attempt=attempt):
            return replace(due, unknown=due.unknown | {(channel, attempt)})
        case FallbackTriggered():
            return replace(due, channels=due.channels[1:], attempts=0)
        case DeliveryAccepted() | NotificationCompleted() | NotificationExhausted() | NotificationSuppressed():
            return Closed()
        case _:
            assert_never(event)


NOTIFICATION: Final[Decider[NotificationCommand, Notification, NotificationEvent, Known]] = Decider(
    "notification", Unrequested(), decide, evolve
)
