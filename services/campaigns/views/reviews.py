"""Read model of campaigns: reviews, whom they ask and by when, and in which version they were added up. S003."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    ReviewClosed,
    ReviewConsolidated,
    ReviewEvent,
    ReviewExtended,
    ReviewKind,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
)
from services.campaigns.views.reports import counting


class ReviewRow(Row, named="reviews", key=("review_id",), by=(("campaign_id",), ("unit_id",), ("before", "review_id"))):
    """A review: which unit holds it, what for, by when; how many units were `asked` by the one that holds it.

    `consolidated` is the version that counts, 0 before there is one.
    """

    review_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    code: str
    kind: ReviewKind
    title: str
    period_start: date
    period_end: date
    before: date
    opened_on: date
    asked: int
    refuse_late: bool
    closed: bool = False
    consolidated: int = 0
    consolidated_on: date | None


class ListedReview(ReviewRow):
    """A review in a list: of so many units a report was `sent` or `accepted`; so many are or were `late`."""

    sent: int
    accepted: int
    late: int


class VersionRow(Row, named="review_versions", key=("review_id", "version")):
    """A version of the sums: when, of how many of the units that were asked, because of which corrected report."""

    review_id: UUID
    version: int
    consolidated_on: date
    reported: int
    asked: int
    because: UUID | None


def project_reviews(recorded: Recorded[ReviewEvent]) -> Iterable[Change]:
    """The rows of a review."""
    match event := recorded.data:
        case ReviewOpened(review_id=key):
            said = event.model_dump(include={"unit_id", "campaign_id", "code", "title", "before", "opened_on"})
            yield ReviewRow.put(
                key,
                **said,
                kind=event.kind.value,
                period_start=event.period.start,
                period_end=event.period.end,
                asked=len(event.units),
                refuse_late=event.refuse_late,
                closed=False,
                consolidated=0,
            )
        case ReviewExtended(review_id=key):
            yield ReviewRow.add(key, asked=1)
        case ReviewConsolidated(review_id=key, version=version):
            counts = event.model_dump(include={"reported", "asked", "because"})
            yield ReviewRow.put(key, consolidated=version, consolidated_on=recorded.occurred_on)
            yield VersionRow.put(key, version, consolidated_on=recorded.occurred_on, **counts)
        case ReviewOutdated():
            return
        case ReviewClosed(review_id=key):
            yield ReviewRow.put(key, closed=True)
        case ReviewReopened(review_id=key):
            yield ReviewRow.put(key, closed=False)
        case _:
            assert_never(event)


REVIEWS: Final = Projection("reviews", 2, [ReviewRow.table, VersionRow.table], project_reviews)
_LISTED: Final = f"""
    select {ReviewRow.columns("r")} from reviews r
    where ($1::uuid is null or r.review_id > $1) and ($3::uuid is null or r.campaign_id = $3)
    and ($4::boolean is null or not r.closed = $4)
    and ($5::uuid is null or r.unit_id = $5 or exists (
        select from reports a where a.review_id = r.review_id and (a.unit_id = $5 or a.to_unit_id = $5)
    ))
    order by r.review_id limit $2
"""  # noqa: S608 - our own text
_COUNTED: Final = f"""
    select r.*, c.sent, c.accepted, c.late
    from ({_LISTED}) r cross join lateral ({counting("$6::date", "r.review_id", "r.unit_id", "r.before")}) c
    order by r.review_id
"""  # noqa: S608
_VERSIONS: Final = f"select {VersionRow.columns()} from review_versions where review_id = $1 order by version desc"  # noqa: S608


async def listed(
    pool: asyncpg.Pool,
    today: date,
    after: UUID | None,
    limit: int,
    *,
    campaign_id: UUID | None,
    is_open: bool | None,
    unit_id: UUID | None,
) -> list[ListedReview]:
    """Reviews by id: of a campaign, open or closed ones, those in which a unit asks or is asked; how far each is."""
    rows = await pool.fetch(_COUNTED, after, limit, campaign_id, is_open, unit_id, today)
    return [ListedReview.of(row) for row in rows]


async def versions(pool: asyncpg.Pool, review: UUID) -> list[VersionRow]:
    """The versions of a review's sums, the latest first."""
    return [VersionRow.of(row) for row in await pool.fetch(_VERSIONS, review)]
