"""Who is told of confirmations by local committees, and of a report that was corrected after a nomination."""

import pytest

from contracts.awards import NominationFlagged
from contracts.campaigns import ConfirmationEntered, ConfirmationFinding, ConfirmationJudged
from contracts.event import Event
from contracts.examples import example
from contracts.registry import Role
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, Group, InUnit
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

ENTERED, JUDGED, FLAGGED = example(ConfirmationEntered), example(ConfirmationJudged), example(NominationFlagged)
DEPARTMENT = frozenset({Role.EMULATION_DEPARTMENT})
BY = ENTERED.entered_by
assert BY is not None


@pytest.mark.requirement("A6", "B19")
@pytest.mark.parametrize(
    ("event", "groups"),
    [
        (ENTERED, (AtTheTop(DEPARTMENT, frozenset({BY})),)),
        (ENTERED.model_copy(update={"entered_by": None}), (AtTheTop(DEPARTMENT),)),
        (JUDGED, (InUnit(HEAD_AND_OFFICERS, JUDGED.unit_id),)),
        (FLAGGED, (InUnit(HEAD_AND_OFFICERS, FLAGGED.unit_id), AtTheTop(DEPARTMENT))),
    ],
)
def test_whom_a_fact_concerns(event: Event, groups: tuple[Group, ...]) -> None:
    assert RULES[type(event)].audience(event) == groups


def test_a_letter_says_what_is_to_be_done_next() -> None:
    insufficient = JUDGED.model_copy(update={"finding": ConfirmationFinding.INSUFFICIENT})
    said = [
        RULES[type(each)].words(each, Names(unit="Đơn vị"))["standing"] for each in (ENTERED, insufficient, FLAGGED)
    ]
    assert "hãy xem và đánh giá" in said[0]
    assert "nhập xác nhận mới" in said[1]
    assert f"bản {FLAGGED.revision}" in said[2]
    assert "đối chiếu lại" in said[2]
