"""One notification's way: each rule where it holds and where it fails, and that nothing happens twice."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.facts.decider import Context, Rejected
from chassis.testing import given
from contracts.event import Event
from contracts.notify import (
    Channel,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryOutcomeUnknown,
    FallbackTriggered,
    NotificationCompleted,
    NotificationExhausted,
    NotificationRequested,
    NotificationSuppressed,
)
from services.notify.domain.notification import (
    ATTEMPTS,
    NOTIFICATION,
    BeginDelivery,
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


def put_off(channel: Channel, next_at: datetime = NOW, end: datetime | None = None) -> PutOff:
    return PutOff(notification_id=ID, channel=channel, reason="unreachable", next_at=next_at, end=end)


def pass_over(channel: Channel) -> PassOver:
    return PassOver(notification_id=ID, channel=channel, reason="no-address")


TAKEN = (
    DeliveryAccepted(notification_id=ID, channel=ZALO, attempt=1, provider_id="m-1"),
    NotificationCompleted(notification_id=ID, channel=ZALO),
)
TO_EMAIL = FallbackTriggered(notification_id=ID, failed=ZALO, next=EMAIL)
EXHAUSTED = NotificationExhausted(notification_id=ID)


def test_a_request_is_recorded_once() -> None:
    given(NOTIFICATION).when(request()).then(requested())
    given(NOTIFICATION, requested()).when(request()).nothing()


def test_an_attempt_is_a_fact_before_the_call() -> None:
    given(NOTIFICATION, requested()).when(begin(ZALO)).then(attempted(ZALO))


def test_a_tracking_id_fits_what_zalo_takes() -> None:
    longest = tracking_id(UUID(int=2**128 - 1), EMAIL, 10**6)
    assert len(longest) <= 48
    assert longest.replace("-", "").isalnum()


def test_only_the_due_attempt_on_the_present_channel_may_begin() -> None:
    given(NOTIFICATION).when(begin(ZALO)).rejected("delivery-not-due")
    given(NOTIFICATION, requested()).when(begin(EMAIL)).rejected("delivery-not-due")
    given(NOTIFICATION, requested()).when(begin(ZALO, 2)).rejected("delivery-not-due")
    given(NOTIFICATION, requested(), attempted(ZALO)).when(begin(ZALO, 2)).rejected("delivery-not-due")
    given(NOTIFICATION, requested(), attempted(ZALO), *TAKEN).when(begin(ZALO, 2)).rejected("delivery-not-due")


def test_what_a_provider_took_is_complete() -> None:
    given(NOTIFICATION, requested(), attempted(ZALO)).when(accept(ZALO)).then(*TAKEN)
    given(NOTIFICATION, requested(), attempted(ZALO), *TAKEN).when(accept(ZALO)).nothing()


def test_an_outcome_of_another_attempt_changes_nothing() -> None:
    for outcome in (accept(ZALO, 2), refuse(ZALO, 2), doubt(EMAIL), accept(EMAIL)):
        given(NOTIFICATION, requested(), attempted(ZALO)).when(outcome).nothing()


def test_a_passing_refusal_leaves_the_next_attempt_due() -> None:
    history = requested(), attempted(ZALO)
    given(NOTIFICATION, *history).when(refuse(ZALO)).then(failed(ZALO))
    given(NOTIFICATION, *history, failed(ZALO)).when(begin(ZALO, 2)).then(attempted(ZALO, 2))


def test_the_last_attempt_at_zalo_leads_to_the_next_channel() -> None:
    last = requested(), attempted(ZALO, ATTEMPTS)
    given(NOTIFICATION, *last).when(refuse(ZALO, ATTEMPTS)).then(failed(ZALO, ATTEMPTS), TO_EMAIL)


def test_a_letter_goes_on_until_the_next_attempt_would_come_after_its_end() -> None:
    late = requested(EMAIL), attempted(EMAIL, 74)
    in_time = RecordRefused(**refuse(EMAIL, 74).model_dump(), next_at=NOW, end=NOW)
    too_late = in_time.model_copy(update={"next_at": NOW + timedelta(microseconds=1)})
    given(NOTIFICATION, *late).when(in_time).then(failed(EMAIL, 74))
    given(NOTIFICATION, *late).when(too_late).then(failed(EMAIL, 74), EXHAUSTED)
    given(NOTIFICATION, *late).when(refuse(EMAIL, 74)).then(failed(EMAIL, 74))


def test_a_put_off_is_no_fact_until_the_next_attempt_would_come_after_the_end() -> None:
    late = NOW + timedelta(seconds=1)
    exhausted = NotificationExhausted(notification_id=ID, reason="unreachable")
    given(NOTIFICATION, requested(EMAIL)).when(put_off(EMAIL)).nothing()
    given(NOTIFICATION, requested(EMAIL)).when(put_off(EMAIL, NOW, NOW)).nothing()
    given(NOTIFICATION, requested(EMAIL)).when(put_off(EMAIL, late, NOW)).then(exhausted)
    given(NOTIFICATION, requested(EMAIL), exhausted).when(put_off(EMAIL, late, NOW)).nothing()
    given(NOTIFICATION, requested()).when(put_off(ZALO, late, NOW)).then(TO_EMAIL)
    given(NOTIFICATION, requested()).when(put_off(EMAIL, late, NOW)).nothing()
    given(NOTIFICATION, requested(EMAIL), attempted(EMAIL)).when(put_off(EMAIL, late, NOW)).nothing()


def test_a_permanent_refusal_leads_to_the_next_channel_at_once() -> None:
    history = requested(), attempted(ZALO)
    given(NOTIFICATION, *history).when(refuse(ZALO, permanent=True)).then(failed(ZALO, permanent=True), TO_EMAIL)
    given(NOTIFICATION, *history, failed(ZALO, permanent=True), TO_EMAIL).when(begin(EMAIL)).then(attempted(EMAIL))


def test_a_refusal_on_the_last_channel_needs_an_operator() -> None:
    history = requested(EMAIL), attempted(EMAIL)
    given(NOTIFICATION, *history).when(refuse(EMAIL, permanent=True)).then(failed(EMAIL, permanent=True), EXHAUSTED)


def test_zalo_is_never_asked_again_when_its_answer_is_unknown() -> None:
    history = requested(), attempted(ZALO)
    given(NOTIFICATION, *history).when(doubt(ZALO)).then(unknown(ZALO), TO_EMAIL)
    given(NOTIFICATION, *history, unknown(ZALO), TO_EMAIL).when(begin(ZALO, 2)).rejected("delivery-not-due")


def test_an_email_of_unknown_outcome_goes_out_once_more_and_no_more() -> None:
    once = requested(EMAIL), attempted(EMAIL), unknown(EMAIL)
    given(NOTIFICATION, *once[:2]).when(doubt(EMAIL)).then(unknown(EMAIL))
    given(NOTIFICATION, *once).when(begin(EMAIL, 2)).then(attempted(EMAIL, 2))
    given(NOTIFICATION, *once, attempted(EMAIL, 2)).when(doubt(EMAIL, 2)).then(unknown(EMAIL, 2), EXHAUSTED)


def test_a_late_yes_spares_the_person_the_second_message() -> None:
    history = requested(), attempted(ZALO), unknown(ZALO), TO_EMAIL
    given(NOTIFICATION, *history).when(accept(ZALO)).then(*TAKEN)
    given(NOTIFICATION, *history, attempted(EMAIL)).when(accept(ZALO)).nothing()


def test_a_channel_without_an_address_is_passed_over() -> None:
    given(NOTIFICATION, requested()).when(pass_over(ZALO)).then(TO_EMAIL)
    given(NOTIFICATION, requested(), TO_EMAIL).when(pass_over(ZALO)).nothing()


def test_a_person_without_any_address_is_not_told_and_that_is_said() -> None:
    suppressed = NotificationSuppressed(notification_id=ID, reason="no-address")
    given(NOTIFICATION, requested(), TO_EMAIL).when(pass_over(EMAIL)).then(suppressed)
    given(NOTIFICATION, requested(), TO_EMAIL, suppressed).when(pass_over(EMAIL)).nothing()


def test_a_person_whose_only_address_failed_needs_an_operator() -> None:
    history = requested(), attempted(ZALO), failed(ZALO, permanent=True), TO_EMAIL
    given(NOTIFICATION, *history).when(pass_over(EMAIL)).then(EXHAUSTED)


CHANNELS = st.sampled_from(Channel)
NUMBERS = st.integers(1, 3)
COMMANDS: st.SearchStrategy[NotificationCommand] = st.one_of(
    st.sampled_from([request(), request(EMAIL), request(EMAIL, ZALO)]),
    st.builds(pass_over, CHANNELS),
    st.builds(put_off, CHANNELS, st.sampled_from([NOW, NOW + timedelta(hours=1)]), st.just(NOW)),
    st.builds(begin, CHANNELS, NUMBERS),
    st.builds(accept, CHANNELS, NUMBERS),
    st.builds(refuse, CHANNELS, NUMBERS, permanent=st.booleans()),
    st.builds(doubt, CHANNELS, NUMBERS),
)


@for_all(st.lists(COMMANDS, max_size=30))
def test_the_same_command_a_second_time_yields_nothing_or_a_refusal(commands: list[NotificationCommand]) -> None:
    context = Context(occurred_on=date(2024, 11, 20))
    history: list[Event] = []
    for command in commands:
        with suppress(Rejected):
            history += NOTIFICATION.decide(command, NOTIFICATION.fold(history), context)
            assert NOTIFICATION.decide(command, NOTIFICATION.fold(history), context) == []
    zalo = [event for event in history if isinstance(event, DeliveryAttempted) and event.channel is ZALO]
    doubtful = [event for event in history if isinstance(event, DeliveryOutcomeUnknown) and event.channel is ZALO]
    assert not doubtful or zalo[-1].attempt == doubtful[0].attempt, "Zalo was asked again after an unknown outcome"
    assert sum(isinstance(event, NotificationCompleted) for event in history) <= 1
