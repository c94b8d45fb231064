"""Rules of units' ratings, and what is said of each year."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import RatingCorrected, UnitRated
from contracts.values import Document
from services.campaigns.api.ratings import RatingState, rated_year
from services.campaigns.domain.pack_parts import PackDocument
from services.campaigns.domain.rating import RATINGS, CorrectRating, Known, RateUnits, RatingOf, rating_id
from services.campaigns.reference.rating_rules import ratings_of
from services.campaigns.views.ratings import RatingRow

FIRST, SECOND, STRANGER = (UUID(int=number, version=4) for number in (1, 2, 3))
KNOWN = Known({each.code: each.vi for each in ratings_of(2019)}, frozenset({FIRST, SECOND}))
PAPER = PackDocument(number="15/QĐ-BHXH", issued_on=date(2020, 1, 10))
AUGUST = date(2020, 8, 25)


def table(*ratings: tuple[UUID, str], year: int = 2019, paper: PackDocument = PAPER) -> RateUnits:
    """A table of ratings."""
    return RateUnits(year=year, document=paper, ratings=tuple(RatingOf(unit_id=u, rating=r) for u, r in ratings))


def rated(unit: UUID, rating: str, year: int = 2019) -> UnitRated:
    """A unit has its rating."""
    paper = Document(number=PAPER.number, issued_on=PAPER.issued_on)
    return UnitRated(rating_id=rating_id(year), unit_id=unit, year=year, rating=rating, document=paper)


@pytest.mark.requirement("A7")
def test_only_years_that_are_over_are_rated() -> None:
    whole = table((FIRST, "excellent"), (SECOND, "good"))
    given(RATINGS).knowing(KNOWN).when(whole, on=AUGUST).then(rated(FIRST, "excellent"), rated(SECOND, "good"))
    open_year = table((FIRST, "excellent"), year=2020)
    given(RATINGS).knowing(KNOWN).when(open_year, on=AUGUST).rejected("rating-of-an-open-year")
    given(RATINGS).knowing(KNOWN).when(open_year, on=date(2020, 12, 31)).rejected("rating-of-an-open-year")
    given(RATINGS).knowing(KNOWN).when(open_year, on=date(2021, 1, 1)).then(rated(FIRST, "excellent", 2020))


@pytest.mark.requirement("A7", "S003-3")
def test_the_open_year_is_not_rated_yet_and_no_fail() -> None:
    def row(year: int, rating: str) -> RatingRow:
        said: dict[str, Any] = {"document_number": "15/QĐ-BHXH", "document_date": date(year + 1, 1, 10)}
        return RatingRow(unit_id=FIRST, year=year, rating=rating, **said)

    years = [rated_year(year, row(year, "excellent"), AUGUST) for year in range(2016, 2020)]
    years.append(rated_year(2020, None, AUGUST))
    assert [each.excellent for each in years] == [True, True, True, True, None]
    assert (years[-1].state, years[-1].vi) == (RatingState.OPEN, "chưa xếp loại")
    assert rated_year(2018, row(2018, "good"), AUGUST).excellent is False
    missing = rated_year(2018, None, AUGUST)
    assert (missing.state, missing.excellent) == (RatingState.MISSING, None)
    assert [each.code for each in missing.choices] == ["excellent", "good", "completed", "not_completed"]
    assert years[-1].choices == ()


def test_the_same_again_is_no_news_and_another_one_is_corrected() -> None:
    history = rated(FIRST, "excellent")
    given(RATINGS, history).knowing(KNOWN).when(table((FIRST, "excellent")), on=AUGUST).nothing()
    added = table((FIRST, "excellent"), (SECOND, "good"))
    given(RATINGS, history).knowing(KNOWN).when(added, on=AUGUST).then(rated(SECOND, "good"))
    given(RATINGS, history).knowing(KNOWN).when(table((FIRST, "good")), on=AUGUST).rejected("rating-stands-already")
    paper = PackDocument(number="99/QĐ-BHXH", issued_on=date(2020, 3, 1))
    correct = CorrectRating(unit_id=FIRST, year=2019, rating="good", document=paper, reason="Kết luận kiểm tra")
    corrected = RatingCorrected(
        rating_id=rating_id(2019),
        unit_id=FIRST,
        year=2019,
        rating="good",
        previous="excellent",
        reason="Kết luận kiểm tra",
        document=paper.fact(),
    )
    given(RATINGS, history).knowing(KNOWN).when(correct, on=AUGUST).then(corrected)
    given(RATINGS, history, corrected).knowing(KNOWN).when(correct, on=AUGUST).nothing()
    given(RATINGS).knowing(KNOWN).when(correct, on=AUGUST).rejected("rating-missing")


def test_a_table_is_taken_whole_or_not_at_all() -> None:
    unknown = table((FIRST, "excellent"), (STRANGER, "good"))
    given(RATINGS).knowing(KNOWN).when(unknown, on=AUGUST).rejected("rating-of-unknown-unit")
    twice = table((FIRST, "excellent"), (FIRST, "good"))
    given(RATINGS).knowing(KNOWN).when(twice, on=AUGUST).rejected("rating-stated-twice")
    given(RATINGS).knowing(KNOWN).when(table((FIRST, "best")), on=AUGUST).rejected("rating-unknown")
    later = PackDocument(number="1/QĐ-BHXH", issued_on=date(2020, 8, 26))
    given(RATINGS).knowing(KNOWN).when(table((FIRST, "good"), paper=later), on=AUGUST).rejected(
        "rating-document-to-come"
    )
