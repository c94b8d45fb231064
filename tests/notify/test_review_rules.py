"""Who is told what of reviews and reports: who accepts is asked, the unit learns what became of its report."""

from uuid import uuid4

import pytest

from contracts.campaigns import (
    DeadlineSet,
    ReportAccepted,
    ReportCorrected,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportSubmitted,
    ReportUrged,
    ReviewClosed,
    ReviewConsolidated,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
    ThingKind,
)
from contracts.event import Event
from contracts.examples import UNIT, example
from contracts.registry import Role
from services.notify.delivery.render import letter, sample
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, DirectlyAbove, Group, InUnit
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

NAMES = Names("BHXH tỉnh Một", "Vì người nghèo")
OWN = (InUnit(HEAD_AND_OFFICERS, UNIT),)
DEPARTMENT = (AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})),)
ABOVE = (DirectlyAbove(HEAD_AND_OFFICERS, UNIT),)
ONE, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("event", "groups"),
    [
        *[(example(kind), DEPARTMENT) for kind in (ReportSubmitted, ReportRecalled, ReportCorrected)],
        *[(example(kind, above=True), ABOVE) for kind in (ReportSubmitted, ReportRecalled, ReportCorrected)],
        *[(example(kind, above=True), OWN) for kind in (ReportReturned, ReportAccepted, ReportOutdated)],
        (example(ReportUrged, by_hand=False), OWN),
        (example(ReportUrged, by_hand=True), ()),
        (example(ReviewConsolidated, version=1), ()),
        (
            example(ReviewConsolidated, version=2),
            (InUnit(HEAD_AND_OFFICERS | {Role.EMULATION_DEPARTMENT}, example(ReviewConsolidated).unit_id),),
        ),
        (
            example(ReviewOutdated),
            (InUnit(HEAD_AND_OFFICERS | {Role.EMULATION_DEPARTMENT}, example(ReviewOutdated).unit_id),),
        ),
        (example(ReviewClosed, units=(ONE, OTHER)), tuple(InUnit(HEAD_AND_OFFICERS, unit) for unit in (ONE, OTHER))),
        (example(ReviewReopened, units=(ONE,)), (InUnit(HEAD_AND_OFFICERS, ONE),)),
    ],
)
def test_whom_a_fact_of_a_review_concerns(event: Event, groups: tuple[Group, ...]) -> None:
    assert RULES[type(event)].audience(event) == groups


def test_a_unit_that_is_asked_to_report_is_told_once_by_its_deadline() -> None:
    assert not {ReviewOpened, ReportOpened} & set(RULES)
    asked = example(DeadlineSet, thing_kind=ThingKind.REVIEW, title="Tổng kết 2016 - 2020", unit_id=UNIT)
    assert RULES[DeadlineSet].audience(asked) == OWN
    assert RULES[DeadlineSet].words(asked, NAMES)["due"] == "báo cáo sơ kết, tổng kết: Tổng kết 2016 - 2020"


def test_who_accepts_reads_how_late_a_report_is_and_which_version_it_is() -> None:
    words = RULES[ReportSubmitted].words(example(ReportSubmitted, revision=2, days_late=3, title="Tổng kết"), NAMES)
    assert words["report"] == "báo cáo “Tổng kết” của BHXH tỉnh Một"
    assert "bản 2, chậm 3 ngày" in words["standing"]
    assert "chậm" not in RULES[ReportSubmitted].words(example(ReportSubmitted, days_late=0), NAMES)["standing"]


def test_a_returned_report_says_how_many_places_wait_and_why() -> None:
    standing = RULES[ReportReturned].words(example(ReportReturned, reason="Còn thiếu số liệu"), NAMES)["standing"]
    assert standing == "bị trả lại; hãy sửa 1 chỗ rồi gửi lại, lý do: Còn thiếu số liệu"
    corrected = RULES[ReportReturned].words(example(ReportReturned, revision=2), NAMES)["standing"]
    assert "bản đã chấp nhận vẫn được tính" in corrected


def test_a_review_without_a_title_is_called_by_its_campaign_and_one_without_either_by_neither() -> None:
    event = example(ReportAccepted, title="")
    assert RULES[ReportAccepted].words(event, NAMES)["report"] == "báo cáo “Vì người nghèo” của BHXH tỉnh Một"
    assert RULES[ReportAccepted].words(event, Names(unit="A"))["report"] == "báo cáo của A"


@pytest.mark.parametrize("kind", [ReportSubmitted, ReportReturned, ReviewReopened])
def test_its_letter_is_written_with_the_words_that_its_sample_holds(kind: type[Event]) -> None:
    words = RULES[kind].words(example(kind), NAMES)
    assert set(sample("report")) == {"recipient_name", *words}
    assert letter("report", "An", words).subject.startswith("Báo cáo sơ kết, tổng kết: ")
