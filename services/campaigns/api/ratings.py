"""The door for units' ratings: stated as a table for a year that is over, corrected, asked for year by year.

Source: A7, S003-3.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.web.api import AT_ROOT, EVERY_ROLE, Answer, Asked, InQuery, asked_router, asks, tells
from contracts.registry import Role
from services.campaigns.domain.rating import RATINGS, CorrectRating, Known, RateUnits, rating_id
from services.campaigns.reference.rating_rules import Rating, ratings_of
from services.campaigns.views import ratings

router = asked_router(tags=["campaigns"])
RATE: Final = frozenset({Role.EMULATION_DEPARTMENT})
Year = Annotated[int, Query(ge=1990, le=2100)]
_MOST: Final = 50


class RatingState(StrEnum):
    """Whether a year is rated: the open one is not rated yet, which is no fail; a closed one may lack its rating."""

    RATED = "rated"
    OPEN = "open"
    MISSING = "missing"


class RatedYear(BaseModel):
    """A unit's rating of one year, in words; `vi` is “chưa xếp loại” as long as there is none.

    `excellent` is null where nothing is known: not rated is neither passed nor failed. `choices` are the ratings that
    a unit can have for the year, the best first; none as long as it is open.
    """

    year: int
    state: RatingState
    vi: str
    en: str
    excellent: bool | None
    rating: ratings.RatingRow | None
    choices: tuple[Rating, ...]


@router.post("/ratings", status_code=201)
@tells(may=RATE, where=AT_ROOT)
async def rate_units(asked: Asked, table: RateUnits) -> Answer:
    """State the ratings of units for a year that is over, by a document: all rows or none."""
    wanted = [each.unit_id for each in table.ratings]
    rows = await asked.pool.fetch("select unit_id from organisation_units where unit_id = any($1::uuid[])", wanted)
    known = _known(table.year, frozenset(UUID(int=row[0].int) for row in rows))
    return await asked.execute(RATINGS, rating_id(table.year), table, known)


@router.post("/ratings/corrections", status_code=201)
@tells(may=RATE, where=AT_ROOT)
async def correct_rating(asked: Asked, correction: CorrectRating) -> Answer:
    """State what a unit's rating should have been, by a document; what was said before stays in the store."""
    return await asked.execute(RATINGS, rating_id(correction.year), correction, _known(correction.year))


@router.get("/ratings")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(ratings.RATINGS,))
async def list_ratings(
    asked: Asked, unit_id: Annotated[UUID, Query()], first_year: Year, last_year: Year
) -> list[RatedYear]:
    """How a unit was rated in these years, the open one too: “chưa xếp loại”."""
    last = min(last_year, first_year + _MOST - 1)
    rows = {row.year: row for row in await ratings.ratings(asked.pool, unit_id, first_year, last)}
    today = asked.context().occurred_on
    return [rated_year(year, rows.get(year), today) for year in range(first_year, last + 1)]


def rated_year(year: int, row: ratings.RatingRow | None, today: date) -> RatedYear:
    """What is to be said of one year. Source: A7."""
    choices = ratings_of(year) if year < today.year else ()
    if row is None:
        state = RatingState.MISSING if choices else RatingState.OPEN
        return RatedYear(
            year=year, state=state, vi="chưa xếp loại", en="not rated yet", excellent=None, rating=None, choices=choices
        )
    called = {each.code: each for each in ratings_of(year)}[row.rating]
    return RatedYear(
        year=year, state=RatingState.RATED, vi=called.vi, en=called.en, excellent=called.excellent, rating=row,
        choices=choices,
    )  # fmt: skip


def _known(year: int, units: frozenset[UUID] = frozenset()) -> Known:
    return Known({each.code: each.vi for each in ratings_of(year)}, units)
