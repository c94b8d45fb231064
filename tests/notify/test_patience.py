"""How long a message is tried: the whole schedule by a clock that is moved, and where it ends."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from chassis.facts.clock import SimulatedClock
from chassis.facts.decider import Context
from contracts.event import Event
from contracts.notify import Channel, DeliveryAttempted, NotificationExhausted
from services.notify.domain.notification import NOTIFICATION, BeginDelivery, Known, RecordRefused, RequestNotification
from services.notify.domain.patience import PATIENCE, end, is_over, pause

ID, REQUESTED_AT = UUID(int=1), datetime(2024, 11, 20, 3, tzinfo=UTC)


def attempts_in_vain(channel: Channel, last_day: date | None = None) -> tuple[list[float], Event]:
    """Minutes after its request at which a message is tried if its provider asks to come again; its last fact."""
    clock, context = SimulatedClock(REQUESTED_AT), Context(occurred_on=REQUESTED_AT.date())
    at = {"notification_id": ID, "channel": channel}
    request = RequestNotification(
        notification_id=ID, source_event_id=ID, source_type="x", rule="y", person_id=ID, channels=(channel,)
    )
    history: list[Event] = [*NOTIFICATION.decide(request, NOTIFICATION.initial, Known(), context)]
    tried: list[float] = []
    while not isinstance(history[-1], NotificationExhausted):
        tried.append((clock() - REQUESTED_AT) / timedelta(minutes=1))
        number = len(tried)
        clock.advance(timedelta(seconds=pause(channel, number)))
        known = Known(clock(), end(last_day, REQUESTED_AT, number))
        refused = {**at, "attempt": number, "code": "smtp-451", "permanent": False}
        for command in (
            BeginDelivery.model_validate({**at, "attempt": number}),
            RecordRefused.model_validate(refused),
        ):
            history += NOTIFICATION.decide(command, NOTIFICATION.fold(history), known, context)
    assert sum(isinstance(event, DeliveryAttempted) for event in history) == len(tried)
    return tried, history[-1]


def test_a_letter_is_tried_after_1_5_15_and_60_minutes_then_hourly_for_three_days() -> None:
    tried, last = attempts_in_vain(Channel.EMAIL)
    assert tried[:6] == [0, 1, 6, 21, 81, 141]
    assert {later - earlier for earlier, later in pairwise(tried[4:])} == {60}
    assert tried[-1] <= 72 * 60 < tried[-1] + 60
    assert last == NotificationExhausted(notification_id=ID)


def test_a_letter_is_never_tried_after_the_end_of_what_it_tells() -> None:
    tried, _ = attempts_in_vain(Channel.EMAIL, REQUESTED_AT.date())
    midnight = 14 * 60  # 10 o'clock in Viet Nam
    assert tried[-1] <= midnight < tried[-1] + 60
    assert tried == attempts_in_vain(Channel.EMAIL)[0][: len(tried)]


def test_a_zalo_message_is_tried_for_half_a_minute() -> None:
    tried, _ = attempts_in_vain(Channel.ZALO)
    assert [round(minutes * 60) for minutes in tried] == [0, 2, 6, 14, 30]


@pytest.mark.parametrize(
    ("last_day", "tries", "ends_at"),
    [
        (None, 0, None),
        (None, 1, REQUESTED_AT + PATIENCE),
        (date(2024, 11, 21), 0, datetime(2024, 11, 21, 16, 59, 59, 999999, tzinfo=UTC)),
        (date(2024, 11, 21), 9, datetime(2024, 11, 21, 16, 59, 59, 999999, tzinfo=UTC)),
        (date(2024, 12, 31), 1, REQUESTED_AT + PATIENCE),
        (date(2024, 11, 19), 0, None),
        (date(2024, 11, 19), 1, REQUESTED_AT + PATIENCE),
        (date.max, 1, REQUESTED_AT + PATIENCE),
        (date.min, 0, None),
    ],
)
def test_the_end_is_the_facts_own_or_that_of_patience(
    last_day: date | None, tries: int, ends_at: datetime | None
) -> None:
    assert end(last_day, REQUESTED_AT, tries) == ends_at
    assert not is_over(REQUESTED_AT, ends_at)
    assert is_over(datetime(9999, 1, 1, tzinfo=UTC), ends_at) is (ends_at is not None)
