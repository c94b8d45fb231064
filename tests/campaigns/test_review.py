"""Rules of Review: opened once for units of some kinds, added up in versions, closed and reopened."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import folded, given
from contracts.campaigns import (
    AnnexSum,
    ReviewClosed,
    ReviewConsolidated,
    ReviewExtended,
    ReviewKind,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
    UsedReport,
)
from contracts.values import UnitKind
from services.campaigns.domain.review import (
    REVIEW as RULES,
)
from services.campaigns.domain.review import (
    CloseReview,
    ConsolidateAgain,
    Consolidated,
    ConsolidateReview,
    ExtendReview,
    Known,
    NoteReviewOutdated,
    ReopenReview,
)
from tests.campaigns.reviews import ASKED, BEFORE, CAMPAIGN, OPENED, OTHER, PROVINCE, REPORT, REVIEW, ROOT, opening

OF: dict[str, Any] = {"review_id": REVIEW, "unit_id": ROOT, "campaign_id": CAMPAIGN, "title": OPENED.title}
UNITS = Known(units=(PROVINCE, OTHER))


def summed(cards: int, revision: int = 1) -> Consolidated:
    used = (UsedReport(report_id=REPORT, unit_id=PROVINCE, revision=revision),)
    amount = AnnexSum(table="support", year=2019, column="cards", amount=Decimal(cards), reported=1, asked=2)
    return Consolidated((amount,), used, 1, 2)


def consolidated(version: int, cards: int, because: UUID | None = None, revision: int = 1) -> ReviewConsolidated:
    said = summed(cards, revision)
    return ReviewConsolidated(
        **OF, version=version, sums=said.sums, used=said.used, reported=1, asked=2, because=because
    )


@pytest.mark.requirement("S003-2", "S003-10")
def test_a_review_asks_the_units_of_its_kinds_before_a_day() -> None:
    given(RULES).knowing(UNITS).when(opening(), on=ASKED).then(OPENED)
    assert (OPENED.kind, OPENED.before, OPENED.units) == (ReviewKind.FINAL, BEFORE, (PROVINCE, OTHER))
    assert type(OPENED.outline[0]).__name__ == "OutlineSection"
    assert ReviewOpened.model_validate_json(OPENED.model_dump_json()) == OPENED


def test_the_same_review_is_opened_once_whoever_stands_below_by_now() -> None:
    later = date(2020, 8, 20)
    given(RULES, OPENED).knowing(Known(units=(OTHER,))).when(opening(), on=later).nothing()
    given(RULES, OPENED).knowing(UNITS).when(opening(title="Khác"), on=later).rejected("review-already-open")


def test_a_review_of_nobody_or_of_a_day_that_has_come_is_refused() -> None:
    given(RULES).knowing(Known()).when(opening(), on=ASKED).rejected("review-without-units")
    given(RULES).knowing(UNITS).when(opening(), on=BEFORE).rejected("review-day-passed")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"period": {"start": "2020-12-31", "end": "2016-01-01"}}, "period-end-before-start"),
        ({"unit_kinds": ["outside_body"]}, "audience-outside"),
        ({"outline": [{"key": "I", "title": "A"}, {"key": "I", "title": "B"}]}, "section-repeated"),
    ],
)
def test_a_review_that_does_not_hold_together_is_refused(wrong: dict[str, Any], code: str) -> None:
    given(RULES).knowing(UNITS).when(opening(**wrong), on=ASKED).rejected(code)


@pytest.mark.requirement("S003-16", "B19")
def test_each_sum_that_is_another_one_is_a_version() -> None:
    first, again = Known(consolidated=summed(100)), Known(consolidated=summed(140, 2))
    given(RULES, OPENED).knowing(first).when(ConsolidateReview()).then(consolidated(1, 100))
    given(RULES, OPENED, consolidated(1, 100)).knowing(first).when(ConsolidateReview()).nothing()
    corrected = given(RULES, OPENED, consolidated(1, 100)).knowing(again).when(ConsolidateAgain(because=REPORT))
    corrected.then(consolidated(2, 140, REPORT, 2))
    given(RULES, OPENED).knowing(again).when(ConsolidateAgain(because=REPORT)).nothing()


def test_without_an_accepted_report_there_is_nothing_to_add_up() -> None:
    given(RULES, OPENED).knowing(Known()).when(ConsolidateReview()).rejected("review-nothing-accepted")
    given(RULES, OPENED).knowing(Known(consolidated=Consolidated((), (), 0, 2))).when(ConsolidateReview()).rejected(
        "review-nothing-accepted"
    )


@pytest.mark.requirement("B19")
def test_a_review_is_closed_and_reopened_for_a_reason_naming_who_has_not_reported() -> None:
    waiting = Known(unaccepted=(OTHER,))
    closed = ReviewClosed(**OF, units=(OTHER,))
    given(RULES, OPENED).knowing(waiting).when(CloseReview()).then(closed)
    given(RULES, OPENED, closed).knowing(waiting).when(CloseReview()).nothing()
    reopened = ReviewReopened(**OF, units=(OTHER,), reason="Bão")
    given(RULES, OPENED, closed).knowing(waiting).when(ReopenReview(reason="Bão")).then(reopened)
    given(RULES, OPENED).knowing(waiting).when(ReopenReview(reason="Bão")).rejected("review-not-closed")
    given(RULES).when(CloseReview()).rejected("review-unknown")


@pytest.mark.requirement("S003-13")
def test_a_unit_that_came_to_stand_there_later_is_asked_once_a_person_decides_so() -> None:
    new, later = UUID(int=99, version=4), date(2020, 9, 10)
    known = Known(unasked={new: UnitKind.PROVINCIAL})
    wanted = ExtendReview(unit_id=new, before=later)
    extended = ReviewExtended(**OF, asked_unit_id=new, before=later)
    asked = given(RULES, OPENED).knowing(known)
    asked.when(wanted, on=BEFORE).then(extended)
    asked.when(ExtendReview(unit_id=new, before=BEFORE), on=BEFORE).rejected("review-day-passed")
    asked.when(ExtendReview(unit_id=ROOT, before=later), on=BEFORE).rejected("review-unit-not-to-be-asked")
    given(RULES, OPENED).knowing(Known()).when(wanted, on=BEFORE).rejected("review-all-asked")
    given(RULES, OPENED, extended).knowing(Known()).when(wanted, on=BEFORE).nothing()
    given(RULES, OPENED, ReviewClosed(**OF)).knowing(known).when(wanted, on=BEFORE).rejected("review-closed")
    assert folded(RULES, OPENED, extended).units == (PROVINCE, OTHER, new)
    one = consolidated(1, 100)
    more = Known(consolidated=replace(summed(100), asked=3))
    given(RULES, OPENED, one, extended).knowing(more).when(ConsolidateReview()).then(
        one.model_copy(update={"version": 2, "asked": 3})
    )


@pytest.mark.requirement("B19", "S003-16")
def test_a_version_that_lacks_a_report_accepted_since_is_said_to_once_until_the_next_one() -> None:
    late = UsedReport(report_id=UUID(int=98, version=4), unit_id=OTHER, revision=1)
    note, outdated = NoteReviewOutdated(because=late), ReviewOutdated(**OF, because=late)
    one = consolidated(1, 100)
    given(RULES, OPENED, one).when(note).then(outdated)
    given(RULES, OPENED).when(note).nothing()
    given(RULES, OPENED, one, outdated).when(note).nothing()
    given(RULES, OPENED, one).when(NoteReviewOutdated(because=one.used[0])).nothing()
    newer = one.used[0].model_copy(update={"revision": 2})
    given(RULES, OPENED, one).when(NoteReviewOutdated(because=newer)).then(ReviewOutdated(**OF, because=newer))
    two = consolidated(2, 140, None, 2)
    given(RULES, OPENED, one, outdated, two).when(note).then(outdated)
