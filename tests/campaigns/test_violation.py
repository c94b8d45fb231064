"""Rules of violations: reported, handed over, answered once, by somebody else."""

from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Signed, given
from contracts.campaigns import Office, ViolationAnswered, ViolationHandedOver, ViolationReported
from services.campaigns.domain.violation import VIOLATION, AnswerViolation, HandOverViolation, ReportViolation

KEY, UNIT, CAMPAIGN, PRESS, INSPECTOR = (UUID(int=number, version=4) for number in range(1, 6))
ABOUT: dict[str, Any] = {"violation_id": KEY, "unit_id": UNIT, "campaign_id": CAMPAIGN}
REPORTED = ViolationReported(**ABOUT, what="Báo cáo không đúng", link="https://example.org/1")
HANDED = ViolationHandedOver(**ABOUT, to=Office.INSPECTION)
ANSWER = AnswerViolation(violated=True, answer="Đã hủy kết quả")
ANSWERED = ViolationAnswered(
    **ABOUT, office=Office.INSPECTION, violated=True, answer="Đã hủy kết quả", reported_by=PRESS
)


@pytest.mark.requirement("S001-23")
def test_a_violation_is_reported_handed_over_and_answered() -> None:
    report = ReportViolation(
        unit_id=UNIT, campaign_id=CAMPAIGN, what="Báo cáo không đúng", link="https://example.org/1"
    )
    given(VIOLATION).knowing(KEY).when(report, by=PRESS).then(REPORTED)
    signed = Signed(REPORTED, PRESS)
    given(VIOLATION, signed).when(HandOverViolation(to=Office.INSPECTION), by=INSPECTOR).then(HANDED)
    given(VIOLATION, signed, HANDED).when(ANSWER, by=INSPECTOR).then(ANSWERED)


@pytest.mark.parametrize("office", Office)
def test_it_may_go_on_to_the_other_office(office: Office) -> None:
    given(VIOLATION, REPORTED).when(HandOverViolation(to=office)).then(HANDED.model_copy(update={"to": office}))
    again = [] if office == HANDED.to else [HANDED.model_copy(update={"to": office})]
    given(VIOLATION, REPORTED, HANDED).when(HandOverViolation(to=office)).then(*again)


@pytest.mark.requirement("S001-23")
def test_who_reported_it_does_not_answer_it() -> None:
    given(VIOLATION, Signed(REPORTED, PRESS), HANDED).when(ANSWER, by=PRESS).rejected("own-report-not-answered")


def test_it_is_answered_once_and_after_somebody_looks_into_it() -> None:
    given(VIOLATION, Signed(REPORTED, PRESS)).when(ANSWER, by=INSPECTOR).rejected("violation-not-handed-over")
    over = (Signed(REPORTED, PRESS), HANDED, ANSWERED)
    given(VIOLATION, *over).when(ANSWER, by=INSPECTOR).nothing()
    other = AnswerViolation(violated=False, answer="Không có")
    given(VIOLATION, *over).when(other, by=INSPECTOR).rejected("violation-answered-already")
    given(VIOLATION, *over).when(HandOverViolation(to=Office.DEPARTMENT)).rejected("violation-answered-already")
    given(VIOLATION).when(ANSWER, by=INSPECTOR).rejected("violation-not-reported")
