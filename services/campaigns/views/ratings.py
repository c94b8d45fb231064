"""Read model of campaigns: how units were rated, year by year. Source: A7."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import RatingCorrected, RatingEvent, UnitRated


class RatingRow(Row, named="unit_ratings", key=("unit_id", "year"), by=(("year",),)):
    """A unit's rating of a year as it stands; `corrected` counts how often it was another one, `reason` says why."""

    unit_id: UUID
    year: int
    rating: str
    document_number: str
    document_date: date
    corrected: int = 0
    previous: str | None = None
    reason: str | None = None
    entered_by: UUID | None = None


def project_ratings(recorded: Recorded[RatingEvent]) -> Iterable[Change]:
    """The row of a unit's rating."""
    event = recorded.data
    key = (event.unit_id, event.year)
    said = {
        "rating": event.rating,
        "document_number": event.document.number,
        "document_date": event.document.issued_on,
        "entered_by": recorded.actor,
    }
    match event:
        case UnitRated():
            yield RatingRow.put(*key, **said, corrected=0)
        case RatingCorrected(previous=previous, reason=reason):
            yield RatingRow.put(*key, **said, previous=previous, reason=reason)
            yield RatingRow.add(*key, corrected=1)
        case _:
            assert_never(event)


RATINGS: Final = Projection("unit_ratings", 1, [RatingRow.table], project_ratings)
_OF_UNIT: Final = f"""
    select {RatingRow.columns()} from unit_ratings where unit_id = $1 and year between $2 and $3 order by year
"""  # noqa: S608 - our own column names


async def ratings(pool: asyncpg.Pool, unit: UUID, first: int, last: int) -> list[RatingRow]:
    """A unit's ratings of these years, as far as there are any."""
    return [RatingRow.of(row) for row in await pool.fetch(_OF_UNIT, unit, first, last)]
