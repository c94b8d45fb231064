"""What people read of a notification: whatever a provider answered, a sentence that says what is so and what to do."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.notify import (
    Channel,
    DeliveryAccepted,
    DeliveryOutcomeUnknown,
    FallbackTriggered,
    NotificationCompleted,
    NotificationEvent,
    NotificationExhausted,
    NotificationSuppressed,
)
from services.notify.domain.rules import RULES
from services.notify.domain.sentences import Sentence, State, reason, standing
from services.notify.domain.story import told
from services.notify.domain.zalo_errors import CLASSES
from tests.notify.test_notify_views import ATTEMPTED, EMAIL, FAILED, FALLBACK, ID, REQUESTED, ZALO

NEXT = re.compile(r"hãy|tự thử lại|chuyển sang thư|vận hành|người nhận (dọn|xem)")
CODES = [
    *(f"zalo{code}" for code in (*CLASSES, -9999, 7)),
    *("zalo-credentials", "zalo-token-refused", "zalo-no-tokens", "zalo-unreachable", "zalo-429", "zalo-503"),
    *("zalo-http-502", "smtp-unreachable", "smtp-421", "smtp-450", "smtp-452", "smtp-535", "smtp-550", "smtp-552"),
    *("smtp-554", "smtp-disconnected", "no-address", "person-unknown", "outcome-unknown", "unreachable", "over"),
    *("ConnectionRefusedError", "disconnected", "timeout", "no-smtp"),
]


@pytest.mark.parametrize("code", CODES)
def test_each_reason_says_what_to_do_next_and_no_code(code: str) -> None:
    said = reason(code)
    assert NEXT.search(said.vi), said.vi
    for text in (said.vi, said.en):
        assert text.endswith(".")
        assert not re.search(r"[-_][0-9]|smtp|[a-z]-[a-z]|Error", text.replace("- Khen thưởng", ""))


@given(st.text())
def test_whatever_was_noted_there_is_a_sentence(code: str) -> None:
    assert reason(code).vi


def test_reasons_that_call_for_other_steps_are_told_apart() -> None:
    codes = ("zalo-118", "zalo-144", "zalo-124", "zalo-131", "smtp-550", "smtp-552", "smtp-421", "no-address", "over")
    assert len({reason(code) for code in codes}) == len(codes)
    assert reason("zalo-118") == reason("zalo-119")
    assert reason("smtp-499") == reason("smtp-421")


@pytest.mark.parametrize("channel", Channel)
def test_nobody_claims_that_a_message_arrived(channel: Channel) -> None:
    for said in (
        standing(State.COMPLETED, channel, None),
        told(DeliveryAccepted(notification_id=ID, channel=channel, attempt=1, provider_id="m")),
    ):
        assert "đã nhận" in said.vi
        assert re.search(r"không (báo lại|biết)", said.vi)
        assert re.search(r"does not (tell|know)", said.en)


@pytest.mark.parametrize("state", [State.DUE, State.EXHAUSTED, State.SUPPRESSED])
def test_how_it_stands_names_the_last_reason(state: State) -> None:
    bare, why = standing(state, ZALO, None), standing(state, ZALO, "zalo-118")
    assert why == bare + reason("zalo-118")


def test_each_fact_has_a_sentence_of_its_own() -> None:
    at: dict[str, Any] = {"notification_id": ID, "channel": EMAIL}
    facts: list[NotificationEvent] = [
        REQUESTED,
        ATTEMPTED,
        FAILED,
        FALLBACK,
        DeliveryOutcomeUnknown(**at, attempt=1),
        DeliveryOutcomeUnknown(notification_id=ID, channel=ZALO, attempt=1),
        DeliveryAccepted(**at, attempt=1, provider_id="m"),
        NotificationCompleted(**at),
        NotificationExhausted(notification_id=ID),
        NotificationExhausted(notification_id=ID, reason="over"),
        NotificationSuppressed(notification_id=ID, reason="no-address"),
    ]
    sentences = [told(fact) for fact in facts]
    assert len(set(sentences)) == len(facts)
    assert {type(fact) for fact in facts} == set(NotificationEvent.__args__)
    assert sentences[0] == Sentence(
        vi="Có việc cần báo: thử qua Zalo, rồi thư điện tử.",
        en="There is something to tell: Zalo, then email is tried.",
    )
    assert sentences[2].vi.startswith("Gửi qua Zalo chưa được. ")
    assert sentences[3].vi == "Chuyển từ Zalo sang thư điện tử."


@pytest.mark.parametrize("channel", Channel)
def test_a_channel_that_was_left_untried_says_that_an_address_is_missing(channel: Channel) -> None:
    left = FallbackTriggered(notification_id=ID, failed=channel, next=EMAIL)
    assert "chưa có" in told(left, REQUESTED).vi
    assert "chưa có" in told(left, left).vi
    assert told(left, FAILED) == told(left)
    assert "chưa có" not in told(left).vi


def test_each_rule_says_what_it_tells_and_whom() -> None:
    titles, whom = [rule.title for rule in RULES.values()], {rule.whom for rule in RULES.values()}
    assert len({each.vi for each in titles}) == len({each.en for each in titles}) == len(titles)
    assert all(each.vi and each.en for each in whom)
