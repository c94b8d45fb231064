"""Read models of notify as folds of events."""

from uuid import UUID

from chassis.testing import as_recorded, project_all
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
from contracts.people import PersonChanged, PersonDetails
from services.notify.learned import LEARNED
from services.notify.people import DIRECTORY
from services.notify.views import OUTBOX
from tests.notify.facts import CAMPAIGN, GRANTED, LAUNCHED, PROVINCE, UNITS

ID, PERSON = UUID(int=1), UUID(int=2)
ZALO, EMAIL = Channel.ZALO, Channel.EMAIL
REQUESTED = NotificationRequested(
    notification_id=ID,
    source_event_id=UUID(int=3),
    source_type=GRANTED.type_name(),
    rule="congratulate_an_honoured_unit",
    person_id=PERSON,
    channels=(ZALO, EMAIL),
)
ATTEMPTED = DeliveryAttempted(notification_id=ID, channel=ZALO, attempt=1, tracking_id="t")
FAILED = DeliveryFailed(notification_id=ID, channel=ZALO, attempt=1, code="zalo-118", permanent=True)
FALLBACK = FallbackTriggered(notification_id=ID, failed=ZALO, next=EMAIL)


def state(*events: object) -> tuple[object, ...]:
    row = project_all(OUTBOX, *events)["notifications"][ID,]  # type: ignore[arg-type]
    return row["state"], row["channel"], row["attempt"], row.get("code")


def test_a_request_is_due_on_its_first_channel() -> None:
    assert state(REQUESTED) == ("due", "zalo", 0, None)


def test_an_attempt_is_under_way_until_its_outcome() -> None:
    assert state(REQUESTED, ATTEMPTED) == ("under_way", "zalo", 1, None)
    assert state(REQUESTED, ATTEMPTED, FAILED) == ("due", "zalo", 1, "zalo-118")


def test_a_fallback_is_due_on_the_next_channel_from_its_first_attempt() -> None:
    assert state(REQUESTED, ATTEMPTED, FAILED, FALLBACK) == ("due", "email", 0, "zalo-118")


def test_an_unknown_outcome_is_due_again_with_its_reason() -> None:
    unknown = DeliveryOutcomeUnknown(notification_id=ID, channel=ZALO, attempt=1)
    assert state(REQUESTED, ATTEMPTED, unknown) == ("due", "zalo", 1, "outcome-unknown")


def test_closed_notifications_say_how() -> None:
    accepted = DeliveryAccepted(notification_id=ID, channel=ZALO, attempt=1, provider_id="m")
    completed = NotificationCompleted(notification_id=ID, channel=ZALO)
    assert state(REQUESTED, ATTEMPTED, accepted, completed)[:2] == ("completed", "zalo")
    assert state(REQUESTED, ATTEMPTED, NotificationExhausted(notification_id=ID))[0] == "exhausted"
    over = NotificationExhausted(notification_id=ID, reason="over")
    assert state(REQUESTED, ATTEMPTED, FAILED, over)[::3] == ("exhausted", "over")
    suppressed = NotificationSuppressed(notification_id=ID, reason="no-address")
    assert state(REQUESTED, suppressed) == ("suppressed", "zalo", 0, "no-address")


def test_a_closed_notification_knows_since_when() -> None:
    completed = NotificationCompleted(notification_id=ID, channel=ZALO)
    suppressed = NotificationSuppressed(notification_id=ID, reason="no-address")
    for end in (completed, suppressed, NotificationExhausted(notification_id=ID)):
        row = project_all(OUTBOX, REQUESTED, end)["notifications"][ID,]
        assert row["ended_at"] == as_recorded(end).recorded_at
    assert "ended_at" not in project_all(OUTBOX, REQUESTED, ATTEMPTED)["notifications"][ID,]


def test_counts_move_with_the_facts() -> None:
    counts = project_all(OUTBOX, REQUESTED, ATTEMPTED, FAILED, FALLBACK)["counts"]
    assert {key: row["number"] for key, row in counts.items()} == {
        ("requested", ""): 1,
        ("attempted", "zalo"): 1,
        ("failed", "zalo"): 1,
    }


def test_names_and_the_facts_told_are_learned() -> None:
    rows = project_all(LEARNED, *UNITS, LAUNCHED, GRANTED)
    assert rows["campaigns"][CAMPAIGN,]["indicators"] == {"health_insurance_coverage": "Tỷ lệ bao phủ bảo hiểm y tế"}
    launched, granted = rows["sources"].values()
    assert (launched["type"], launched["unit_id"]) == (LAUNCHED.type_name(), None)
    assert (granted["unit_id"], granted["campaign_id"]) == (PROVINCE, CAMPAIGN)
    assert granted["data"]["decision_number"] == "15/QĐ-BHXH"


def test_the_directory_follows_the_tombstones() -> None:
    details = PersonDetails(person_id=PERSON, full_name="Trần Văn Bình", phone="84901000001")
    known = PersonChanged(person_id=PERSON, details=details)
    expected = {"full_name": "Trần Văn Bình", "phone": "84901000001", "email": None}
    assert project_all(DIRECTORY, known)["people"] == {(PERSON,): expected}
    assert project_all(DIRECTORY, known, PersonChanged(person_id=PERSON, details=None))["people"] == {}
