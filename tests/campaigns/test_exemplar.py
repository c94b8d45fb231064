"""Rules of exemplars: from identification to replication or withdrawal."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import (
    ExemplarAcclaimed,
    ExemplarIdentified,
    ExemplarNurtured,
    ExemplarPublicised,
    ExemplarRefused,
    ExemplarReplicated,
    ExemplarWithdrawn,
)
from contracts.event import Event
from services.campaigns.domain.exemplar import (
    EXEMPLAR,
    AcclaimExemplar,
    ExemplarCommand,
    IdentifyExemplar,
    NurtureExemplar,
    PublicizeExemplar,
    RefuseExemplar,
    ReplicateExemplar,
    WithdrawExemplar,
)

KEY, UNIT, OTHER, PERSON = (UUID(int=number, version=4) for number in range(1, 5))
ABOUT: dict[str, Any] = {"exemplar_id": KEY, "unit_id": UNIT, "person_id": PERSON}
FOUND = ExemplarIdentified(**ABOUT, title="Tổ tự quản", merit="300 người tham gia mới", evidence=("a" * 64,))
DAY = date(2025, 1, 15)
ACCLAIMED = ExemplarAcclaimed(**ABOUT, held_on=DAY, present=20, votes_for=19)
WITHDRAWN = ExemplarWithdrawn(**ABOUT, reason="Bị kỷ luật")
PUBLISH = PublicizeExemplar(outlet="Tạp chí BHXH", published_on=DAY, link="https://example.org/1")
PUBLISHED = ExemplarPublicised(**ABOUT, outlet="Tạp chí BHXH", published_on=DAY, link="https://example.org/1")


@pytest.mark.requirement("S001-13")
def test_a_model_is_detected_acclaimed_nurtured_made_known_and_replicated() -> None:
    identify = IdentifyExemplar(
        unit_id=UNIT, person_id=PERSON, title="Tổ tự quản", merit="300 người tham gia mới", evidence=("a" * 64,)
    )
    given(EXEMPLAR).knowing(KEY).when(identify).then(FOUND)
    given(EXEMPLAR, FOUND).when(AcclaimExemplar(held_on=DAY, present=20, votes_for=19), on=DAY).then(ACCLAIMED)
    nurtured = ExemplarNurtured(**ABOUT, measure="Tập huấn")
    given(EXEMPLAR, FOUND).when(NurtureExemplar(measure="Tập huấn")).then(nurtured)
    given(EXEMPLAR, FOUND, ACCLAIMED).when(PUBLISH, on=DAY).then(PUBLISHED)
    replicated = ExemplarReplicated(**ABOUT, in_unit_id=OTHER, since=DAY)
    given(EXEMPLAR, FOUND, ACCLAIMED).when(ReplicateExemplar(in_unit_id=OTHER, since=DAY), on=DAY).then(replicated)


@pytest.mark.parametrize(
    "command", [PUBLISH, ReplicateExemplar(in_unit_id=OTHER, since=DAY), WithdrawExemplar(reason="…")]
)
def test_what_the_collective_has_not_acclaimed_is_not_made_known(command: ExemplarCommand) -> None:
    given(EXEMPLAR, FOUND).when(command, on=DAY).rejected("exemplar-not-acclaimed")


@pytest.mark.parametrize(
    ("present", "votes", "code"), [(20, 10, "exemplar-too-few-for-it"), (20, 21, "exemplar-more-for-than-present")]
)
def test_a_majority_of_those_present_acclaims(present: int, votes: int, code: str) -> None:
    given(EXEMPLAR, FOUND).when(AcclaimExemplar(held_on=DAY, present=present, votes_for=votes), on=DAY).rejected(code)


def test_a_model_is_acclaimed_once_and_not_refused_after_that() -> None:
    again = AcclaimExemplar(held_on=DAY, present=30, votes_for=29)
    given(EXEMPLAR, FOUND, ACCLAIMED).when(again, on=DAY).rejected("exemplar-acclaimed-already")
    given(EXEMPLAR, FOUND, ACCLAIMED).when(RefuseExemplar(reason="…")).rejected("exemplar-acclaimed-already")


@pytest.mark.parametrize("ended", [WITHDRAWN, ExemplarRefused(**ABOUT, reason="Chưa đủ")])
def test_what_was_refused_or_withdrawn_goes_on_no_more(ended: Event) -> None:
    given(EXEMPLAR, FOUND, ACCLAIMED, ended).when(PUBLISH, on=DAY).rejected("exemplar-ended")


def test_the_same_again_changes_nothing() -> None:
    history = (FOUND, ACCLAIMED, PUBLISHED, WITHDRAWN)
    given(EXEMPLAR, *history).when(PUBLISH, on=DAY).nothing()
    given(EXEMPLAR, *history).when(WithdrawExemplar(reason="Bị kỷ luật")).nothing()


def test_days_to_come_and_the_own_unit_are_refused() -> None:
    tomorrow = date(2025, 1, 16)
    asked = given(EXEMPLAR, FOUND, ACCLAIMED)
    asked.when(PublicizeExemplar(outlet="…", published_on=tomorrow), on=DAY).rejected("exemplar-day-in-future")
    asked.when(ReplicateExemplar(in_unit_id=UNIT, since=DAY), on=DAY).rejected("exemplar-own-unit")
