"""Rules of confirmations by local steering committees."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import ConfirmationEntered, ConfirmationFinding, ConfirmationJudged, ConfirmationWithdrawn
from contracts.values import Document
from services.campaigns.domain.confirmation import (
    CONFIRMATION,
    EnterConfirmation,
    JudgeConfirmation,
    WithdrawConfirmation,
)
from services.campaigns.domain.pack_parts import PackDocument

KEY, UNIT, CAMPAIGN, OFFICER, JUDGE = (UUID(int=number, version=4) for number in range(1, 6))
ABOUT: dict[str, Any] = {"confirmation_id": KEY, "unit_id": UNIT, "campaign_id": CAMPAIGN}
SAID: dict[str, Any] = {
    "criterion": "local_poverty_plan_completion",
    "year": 2019,
    "committee": "Ban Chỉ đạo giảm nghèo tỉnh",
    "what": "Hoàn thành các chỉ tiêu của kế hoạch giảm nghèo năm 2019",
    "evidence": "a" * 64,
}
ENTERED = ConfirmationEntered(
    **ABOUT, **SAID, document=Document(number="12/XN-BCĐ", issued_on=date(2020, 2, 3)), entered_by=OFFICER
)
ENOUGH = JudgeConfirmation(finding=ConfirmationFinding.SUFFICIENT, reason="Đủ căn cứ")
JUDGED = ConfirmationJudged(**ABOUT, finding=ConfirmationFinding.SUFFICIENT, reason="Đủ căn cứ", judged_by=JUDGE)
WITHDRAWN = ConfirmationWithdrawn(**ABOUT, reason="Nhập nhầm năm", withdrawn_by=OFFICER)
ON = date(2020, 8, 25)


def enter(issued_on: date = date(2020, 2, 3)) -> EnterConfirmation:
    """The unit enters what the committee has confirmed."""
    paper = PackDocument(number="12/XN-BCĐ", issued_on=issued_on)
    return EnterConfirmation(unit_id=UNIT, campaign_id=CAMPAIGN, **SAID, document=paper)


@pytest.mark.requirement("A6")
def test_what_the_committee_confirms_is_entered_by_the_unit_and_judged_by_another_person() -> None:
    given(CONFIRMATION).knowing(KEY).when(enter(), on=ON, by=OFFICER).then(ENTERED)
    given(CONFIRMATION, ENTERED).when(ENOUGH, on=ON, by=JUDGE).then(JUDGED)
    given(CONFIRMATION, ENTERED).when(ENOUGH, on=ON, by=OFFICER).rejected("own-confirmation-not-judged")
    not_enough = JudgeConfirmation(finding=ConfirmationFinding.INSUFFICIENT, reason="Chỉ nêu một chỉ tiêu")
    given(CONFIRMATION, ENTERED, JUDGED).when(not_enough, on=ON, by=JUDGE).then(
        ConfirmationJudged(**ABOUT, **dict(not_enough), judged_by=JUDGE)
    )


def test_what_was_withdrawn_is_not_judged_any_more() -> None:
    withdraw = WithdrawConfirmation(reason="Nhập nhầm năm")
    given(CONFIRMATION, ENTERED, JUDGED).when(withdraw, on=ON, by=OFFICER).then(WITHDRAWN)
    given(CONFIRMATION, ENTERED, WITHDRAWN).when(ENOUGH, on=ON, by=JUDGE).rejected("confirmation-withdrawn")
    given(CONFIRMATION).when(ENOUGH, on=ON, by=JUDGE).rejected("confirmation-not-entered")


def test_the_same_again_changes_nothing_and_a_document_of_tomorrow_is_refused() -> None:
    given(CONFIRMATION, ENTERED).knowing(KEY).when(enter(), on=ON, by=OFFICER).nothing()
    given(CONFIRMATION, ENTERED, JUDGED).when(ENOUGH, on=ON, by=JUDGE).nothing()
    again = WithdrawConfirmation(reason="Nhập nhầm năm")
    given(CONFIRMATION, ENTERED, WITHDRAWN).when(again, on=ON, by=OFFICER).nothing()
    given(CONFIRMATION).knowing(KEY).when(enter(date(2020, 8, 26)), on=ON, by=OFFICER).rejected(
        "confirmation-document-to-come"
    )
