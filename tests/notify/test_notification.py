"""One notification's way: each rule where it holds and where it fails, and that nothing happens twice."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.facts.decider import Context, Rejected
from chassis.testing import Given, given
from contracts.event import Event
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
from services.notify.domain.notification import (
    ATTEMPTS,
    NOTIFICATION,
    BeginDelivery,
    Known,
    Notification,
    NotificationCommand,
    PassOver,
    PutOff,
    RecordAccepted,
    RecordRefused,
    RecordUnknown,
    RequestNotification,
    tracking_id,
)

ID, PERSON, SOURCE = UUID(int=1), UUID(int=2), UUID(int=3)
ZALO, EMAIL = Channel.ZALO, Channel.EMAIL
NOW = datetime(2024, 11, 20, 3, tzinfo=UTC)


def request(*channels: Channel) -> RequestNotification:
    return RequestNotification(
        notification_id=ID,
        source_event_id=SOURCE,
        source_type="thidua.awards.AwardGranted.v1",
        rule="congratulate_an_honoured_unit",
        person_id=PERSON,
        channels=channels or (ZALO, EMAIL),
    )


def requested(*channels: Channel) -> NotificationRequested:
    return NotificationRequested(**request(*channels).model_dump())


def begin(channel: Channel, attempt: int = 1) -> BeginDelivery:
    return BeginDelivery(notification_id=ID, channel=channel, attempt=attempt)


def attempted(channel: Channel, attempt: int = 1) -> DeliveryAttempted:
    tracking = tracking_id(ID, channel, attempt)
    return DeliveryAttempted(notification_id=ID, channel=channel, attempt=attempt, tracking_id=tracking)


def accept(channel: Channel, attempt: int = 1) -> RecordAccepted:
    return RecordAccepted(notification_id=ID, channel=channel, attempt=attempt, provider_id="m-1")


def refuse(channel: Channel, attempt: int = 1, *, permanent: bool = False) -> RecordRefused:
    return RecordRefused(notification_id=ID, channel=channel, attempt=attempt, code="c", permanent=permanent)


def failed(channel: Channel, attempt: int = 1, *, permanent: bool = False) -> DeliveryFailed:
    return DeliveryFailed(notification_id=ID, channel=channel, attempt=attempt, code="c", permanent=permanent)


def doubt(channel: Channel, attempt: int = 1) -> RecordUnknown:
    return RecordUnknown(notification_id=ID, channel=channel, attempt=attempt)


def unknown(channel: Channel, attempt: int = 1) -> DeliveryOutcomeUnknown:
    return DeliveryOutcomeUnknown(notification_id=ID, channel=channel, attempt=attempt)


def put_off(channel: Channel) -> PutOff:
    return PutOff(notification_id=ID, channel=channel, reason="unreachable")


def notification(
    *history: NotificationEvent, next_at: datetime | None = NOW, end: datetime | None = None
) -> Given[NotificationCommand, Notification, NotificationEvent, Known]:
    """A notification's stream, the time of its next attempt, and its end."""
    return given(NOTIFICATION, *history).knowing(Known(next_at, end))


def pass_over(channel: Channel) -> PassOver:
    return PassOver(notification_id=ID, channel=channel, reason="no-address")


TAKEN = (
    DeliveryAccepted(notification_id=ID, channel=ZALO, attempt=1, provider_id="m-1"),
    NotificationCompleted(notification_id=ID, channel=ZALO),
)
TO_EMAIL = FallbackTriggered(notification_id=ID, failed=ZALO, next=EMAIL)
EXHAUSTED = NotificationExhausted(notification_id=ID)


def test_a_request_is_recorded_once() -> None:
    notification().when(request()).then(requested())
    notification(requested()).when(request()).nothing()


def test_an_attempt_is_a_fact_before_the_call() -> None:
    notification(requested()).when(begin(ZALO)).then(attempted(ZALO))


def test_a_tracking_id_fits_what_zalo_takes() -> None:
    longest = tracking_id(UUID(int=2**128 - 1), EMAIL, 10**6)
    assert len(longest) <= 48
    assert longest.replace("-", "").isalnum()


def test_only_the_due_attempt_on_the_present_channel_may_begin() -> None:
    notification().when(begin(ZALO)).rejected("delivery-not-due")
    notification(requested()).when(begin(EMAIL)).rejected("delivery-not-due")
    notification(requested()).when(begin(ZALO, 2)).rejected("delivery-not-due")
    notification(requested(), attempted(ZALO)).when(begin(ZALO, 2)).rejected("delivery-not-due")
    notification(requested(), attempted(ZALO), *TAKEN).when(begin(ZALO, 2)).rejected("delivery-not-due")


def test_what_a_provider_took_is_complete() -> None:
    notification(requested(), attempted(ZALO)).when(accept(ZALO)).then(*TAKEN)
    notification(requested(), attempted(ZALO), *TAKEN).when(accept(ZALO)).nothing()


def test_an_outcome_of_another_attempt_changes_nothing() -> None:
    for outcome in (accept(ZALO, 2), refuse(ZALO, 2), doubt(EMAIL), accept(EMAIL)):
        notification(requested(), attempted(ZALO)).when(outcome).nothing()


def test_a_passing_refusal_leaves_the_next_attempt_due() -> None:
    history = requested(), attempted(ZALO)
    notification(*history).when(refuse(ZALO)).then(failed(ZALO))
    notification(*history, failed(ZALO)).when(begin(ZALO, 2)).then(attempted(ZALO, 2))


def test_the_last_attempt_at_zalo_leads_to_the_next_channel() -> None:
    last = requested(), attempted(ZALO, ATTEMPTS)
    notification(*last).when(refuse(ZALO, ATTEMPTS)).then(failed(ZALO, ATTEMPTS), TO_EMAIL)


def test_a_letter_goes_on_until_the_next_attempt_would_come_after_its_end() -> None:
    late = requested(EMAIL), attempted(EMAIL, 74)
    too_late = NOW + timedelta(microseconds=1)
    notification(*late, next_at=NOW, end=NOW).when(refuse(EMAIL, 74)).then(failed(EMAIL, 74))
    notification(*late, next_at=too_late, end=NOW).when(refuse(EMAIL, 74)).then(failed(EMAIL, 74), EXHAUSTED)
    notification(*late).when(refuse(EMAIL, 74)).then(failed(EMAIL, 74))


def test_a_put_off_is_no_fact_until_the_next_attempt_would_come_after_the_end() -> None:
    late = NOW + timedelta(seconds=1)
    exhausted = NotificationExhausted(notification_id=ID, reason="unreachable")
    notification(requested(EMAIL)).when(put_off(EMAIL)).nothing()
    notification(requested(EMAIL), next_at=NOW, end=NOW).when(put_off(EMAIL)).nothing()
    notification(requested(EMAIL), next_at=late, end=NOW).when(put_off(EMAIL)).then(exhausted)
    notification(requested(EMAIL), exhausted, next_at=late, end=NOW).when(put_off(EMAIL)).nothing()
    notification(requested(), next_at=late, end=NOW).when(put_off(ZALO)).then(TO_EMAIL)
    notification(requested(), next_at=late, end=NOW).when(put_off(EMAIL)).nothing()
    notification(requested(EMAIL), attempted(EMAIL), next_at=late, end=NOW).when(put_off(EMAIL)).nothing()


def test_a_permanent_refusal_leads_to_the_next_channel_at_once() -> None:
    history = requested(), attempted(ZALO)
    notification(*history).when(refuse(ZALO, permanent=True)).then(failed(ZALO, permanent=True), TO_EMAIL)
    notification(*history, failed(ZALO, permanent=True), TO_EMAIL).when(begin(EMAIL)).then(attempted(EMAIL))


def test_a_refusal_on_the_last_channel_needs_an_operator() -> None:
    history = requested(EMAIL), attempted(EMAIL)
    notification(*history).when(refuse(EMAIL, permanent=True)).then(failed(EMAIL, permanent=True), EXHAUSTED)


def test_zalo_is_never_asked_again_when_its_answer_is_unknown() -> None:
    history = requested(), attempted(ZALO)
    notification(*history).when(doubt(ZALO)).then(unknown(ZALO), TO_EMAIL)
    notification(*history, unknown(ZALO), TO_EMAIL).when(begin(ZALO, 2)).rejected("delivery-not-due")


def test_an_email_of_unknown_outcome_goes_out_once_more_and_no_more() -> None:
    once = requested(EMAIL), attempted(EMAIL), unknown(EMAIL)
    notification(*once[:2]).when(doubt(EMAIL)).then(unknown(EMAIL))
    notification(*once).when(begin(EMAIL, 2)).then(attempted(EMAIL, 2))
    notification(*once, attempted(EMAIL, 2)).when(doubt(EMAIL, 2)).then(unknown(EMAIL, 2), EXHAUSTED)


def test_a_late_yes_spares_the_person_the_second_message() -> None:
    history = requested(), attempted(ZALO), unknown(ZALO), TO_EMAIL
    notification(*history).when(accept(ZALO)).then(*TAKEN)
    notification(*history, attempted(EMAIL)).when(accept(ZALO)).nothing()


def test_a_channel_without_an_address_is_passed_over() -> None:
    notification(requested()).when(pass_over(ZALO)).then(TO_EMAIL)
    notification(requested(), TO_EMAIL).when(pass_over(ZALO)).nothing()


def test_a_person_without_any_address_is_not_told_and_that_is_said() -> None:
    suppressed = NotificationSuppressed(notification_id=ID, reason="no-address")
    notification(requested(), TO_EMAIL).when(pass_over(EMAIL)).then(suppressed)
    notification(requested(), TO_EMAIL, suppressed).when(pass_over(EMAIL)).nothing()


def test_a_person_whose_only_address_failed_needs_an_operator() -> None:
    history = requested(), attempted(ZALO), failed(ZALO, permanent=True), TO_EMAIL
    notification(*history).when(pass_over(EMAIL)).then(EXHAUSTED)


CHANNELS = st.sampled_from(Channel)
NUMBERS = st.integers(1, 3)
COMMANDS: st.SearchStrategy[NotificationCommand] = st.one_of(
    st.sampled_from([request(), request(EMAIL), request(EMAIL, ZALO)]),
    st.builds(pass_over, CHANNELS),
    st.builds(put_off, CHANNELS),
    st.builds(begin, CHANNELS, NUMBERS),
    st.builds(accept, CHANNELS, NUMBERS),
    st.builds(refuse, CHANNELS, NUMBERS, permanent=st.booleans()),
    st.builds(doubt, CHANNELS, NUMBERS),
)


@for_all(st.lists(st.tuples(COMMANDS, st.sampled_from([NOW, NOW + timedelta(hours=1)])), max_size=30))
def test_the_same_command_a_second_time_yields_nothing_or_a_refusal(
    asked: list[tuple[NotificationCommand, datetime]],
) -> None:
    context = Context(occurred_on=date(2024, 11, 20))
    history: list[Event] = []
    for command, next_at in asked:
        known = Known(next_at, NOW)
        with suppress(Rejected):
            history += NOTIFICATION.decide(command, NOTIFICATION.fold(history), known, context)
            assert NOTIFICATION.decide(command, NOTIFICATION.fold(history), known, context) == []
    zalo = [event for event in history if isinstance(event, DeliveryAttempted) and event.channel is ZALO]
    doubtful = [event for event in history if isinstance(event, DeliveryOutcomeUnknown) and event.channel is ZALO]
    assert not doubtful or zalo[-1].attempt == doubtful[0].attempt, "Zalo was asked again after an unknown outcome"
    assert sum(isinstance(event, NotificationCompleted) for event in history) <= 1
