"""Rules of causes, remedies and lessons in a report; the next report is asked about what this one plans."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import (
    LessonRecorded,
    RemedyChecked,
    RemedyOutcome,
    RemedyPlanned,
    ReportOpened,
    ReportSubmitted,
    ReviewOpened,
    ShortfallExplained,
)
from contracts.examples import example
from contracts.values import UnitKind
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_causes import (
    MOST,
    NO_CAUSES,
    CheckRemedy,
    ExplainShortfall,
    PlanRemedy,
    RecordLesson,
    unchecked,
)
from services.campaigns.domain.report_state import Known

UNIT, OTHER, REVIEW, CAMPAIGN, THIS, BEFORE, HAND = (UUID(int=number, version=4) for number in range(1, 8))
WHOSE: dict[str, Any] = {"report_id": THIS, "review_id": REVIEW, "unit_id": UNIT, "campaign_id": CAMPAIGN}
OPENED = ReportOpened(
    **WHOSE, to_unit_id=OTHER, unit_kind=UnitKind.PROVINCIAL, before=date(2020, 8, 28), opened_on=date(2020, 8, 19)
)
EARLIER = RemedyPlanned(**WHOSE | {"report_id": BEFORE, "review_id": OTHER}, number=1, what="Họp giao ban hằng tháng")
KNOWN = Known(review=example(ReviewOpened), remedies=(EARLIER,))
SHORTFALL = ShortfallExplained(**WHOSE, number=1, indicator="bhxh-coverage", year=2019, cause="Thiếu người")
REMEDY = RemedyPlanned(**WHOSE, number=1, shortfall=1, what="Tuyển thêm", before=date(2021, 3, 31))
LESSON = LessonRecorded(**WHOSE, number=1, what="Giao việc sớm")
CHECKED = RemedyChecked(
    **WHOSE, earlier_report_id=BEFORE, number=1, outcome=RemedyOutcome.PARTLY, how="Được ba trong năm tháng"
)
EXPLAIN = ExplainShortfall(indicator="bhxh-coverage", year=2019, cause="Thiếu người")
PLAN = PlanRemedy(shortfall=1, what="Tuyển thêm", before=date(2021, 3, 31))
CHECK = CheckRemedy(earlier_report_id=BEFORE, number=1, outcome=RemedyOutcome.PARTLY, how="Được ba trong năm tháng")


def report(*history: Any) -> Any:
    return given(REPORT, OPENED, *history).knowing(KNOWN)


@pytest.mark.requirement("B17")
def test_a_shortfall_is_explained_a_remedy_planned_a_lesson_recorded() -> None:
    report().when(EXPLAIN).then(SHORTFALL)
    report(SHORTFALL).when(PLAN).then(REMEDY)
    report().when(RecordLesson(what="Giao việc sớm")).then(LESSON)


def test_what_is_said_again_is_there_once_and_with_its_number_it_is_said_anew() -> None:
    report(SHORTFALL).when(EXPLAIN).nothing()
    report(SHORTFALL).when(EXPLAIN.model_copy(update={"number": 1})).nothing()
    other = EXPLAIN.model_copy(update={"cause": "Bão"})
    report(SHORTFALL).when(other).then(SHORTFALL.model_copy(update={"number": 2, "cause": "Bão"}))
    anew = other.model_copy(update={"number": 1})
    report(SHORTFALL).when(anew).then(SHORTFALL.model_copy(update={"cause": "Bão"}))
    report(LESSON).when(RecordLesson(number=1, what="Sớm hơn")).then(LESSON.model_copy(update={"what": "Sớm hơn"}))


def test_a_number_that_is_not_there_is_refused() -> None:
    report().when(PLAN).rejected("report-cause-unknown")
    report().when(EXPLAIN.model_copy(update={"number": 2})).rejected("report-cause-unknown")
    many = [LESSON.model_copy(update={"number": each + 1, "what": str(each)}) for each in range(MOST)]
    report(*many).when(RecordLesson(what="Thêm")).rejected("report-causes-too-many")


def test_a_remedy_is_for_a_day_after_the_report_was_opened() -> None:
    report(SHORTFALL).when(PLAN.model_copy(update={"before": OPENED.opened_on})).rejected("remedy-before-its-report")


@pytest.mark.requirement("B17")
def test_the_next_report_says_what_became_of_a_remedy() -> None:
    report().when(CHECK).then(CHECKED)
    report(CHECKED).when(CHECK).nothing()
    anew = CHECK.model_copy(update={"outcome": RemedyOutcome.DONE})
    report(CHECKED).when(anew).then(CHECKED.model_copy(update={"outcome": RemedyOutcome.DONE}))


def test_only_what_another_report_of_the_unit_has_planned_is_checked() -> None:
    report().when(CHECK.model_copy(update={"number": 2})).rejected("remedy-not-of-an-earlier-report")
    own = CHECK.model_copy(update={"earlier_report_id": THIS})
    given(REPORT, OPENED, REMEDY).knowing(Known(review=KNOWN.review, remedies=(REMEDY,))).when(own).rejected(
        "remedy-not-of-an-earlier-report"
    )
    others = Known(review=KNOWN.review, remedies=(EARLIER.model_copy(update={"unit_id": OTHER}),))
    given(REPORT, OPENED).knowing(others).when(CHECK).rejected("remedy-not-of-an-earlier-report")


@pytest.mark.requirement("B17")
def test_a_remedy_is_open_until_some_later_report_has_checked_it() -> None:
    first = NO_CAUSES.after(EARLIER).after(EARLIER.model_copy(update={"number": 2}))
    assert [each.number for each in unchecked([first])] == [1, 2]
    assert [each.number for each in unchecked([first, NO_CAUSES.after(CHECKED)])] == [2]


def test_a_report_that_was_sent_says_nothing_more() -> None:
    sent = example(ReportSubmitted, **WHOSE)
    for each in (EXPLAIN, RecordLesson(what="…"), CHECK):
        report(sent).when(each).rejected("report-sent")
