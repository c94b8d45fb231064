"""The door for the annexes of a review: what accepted reports add up to now, and in each version. S003-16, A10, B19."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, EVERY_ROLE, Answer, Asked, asked_router, asks, tells
from contracts.campaigns import AnnexCell, AnnexSum, ReviewConsolidated, ReviewOpened, UsedReport
from services.campaigns.api.report_known import HOLDERS, REVIEWS
from services.campaigns.domain import consolidating
from services.campaigns.domain.consolidating import Counted, Difference, Said
from services.campaigns.domain.report_state import report_id
from services.campaigns.domain.review import REVIEW, ConsolidateReview, Known, Review
from services.campaigns.views import annexes, reports, reviews

router = asked_router(tags=["campaigns"])
_Key = Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Annex(BaseModel):
    """Sums over units, those `used` in them, and what they say in words; `version` 0 is how it stands now.

    `reported` of `asked` units stand in it. `current`: nothing was accepted or corrected since.
    """

    review_id: UUID
    version: int
    current: bool
    reported: int
    asked: int
    sums: list[AnnexSum]
    used: list[UsedReport]
    texts: list[Said]


class UsedCell(UsedReport):
    """What a report that stands in the sums says in one place; nothing where it leaves that open."""

    cell: AnnexCell | None


class AnnexVersion(reviews.VersionRow):
    """A version with the sums that are others than in the version before it."""

    changed: list[Difference]


@router.get(REVIEWS / "annex")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(reports.REPORTS, annexes.FIGURES))
async def read_annex(
    id: UUID,  # noqa: A002 - the path's name
    asked: Asked,
    version: Annotated[int, Query(ge=0, le=100_000, description="0: as it stands now.")] = 0,
    unit_id: Annotated[UUID | None, Query(description="A unit that has asked those below it: their sums.")] = None,
) -> Annex:
    """What the accepted reports of a review add up to: now, or in one version; now also below one of its units."""
    return await annex_of(asked, id, version, unit_id)


async def annex_of(asked: Asked, key: UUID, version: int, unit_id: UUID | None = None) -> Annex:
    """The annex of a review, as it is asked for; raises Problem 404 where there is none."""
    _, review = await asked.platform.executor.state(REVIEW, key)
    if (opened := review.opened) is None or version > len(review.versions):
        raise not_found()
    if unit_id is not None:
        if version:
            raise not_found()
        under = report_id(key, unit_id)
        counted = await annexes.latest(asked.pool, key, under)
        return await asyncio.to_thread(_now, opened, counted, await annexes.asked_below(asked.pool, key, under))
    if not version:
        return await asyncio.to_thread(_now, opened, await annexes.latest(asked.pool, key), len(review.units))
    said = review.versions[version - 1]
    now = await annexes.named(asked.pool, key)
    return _annex(opened, said, await annexes.used(asked.pool, said.used), current=now == said.used)


@router.get(REVIEWS / "annex-cells")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(reports.REPORTS, annexes.FIGURES))
async def list_annex_cells(
    id: UUID,  # noqa: A002 - the path's name
    asked: Asked,
    *,
    table: _Key,
    year: Annotated[int, Query(ge=1900, le=2200)],
    column: _Key,
    version: Annotated[int, Query(ge=0, le=100_000, description="0: as it stands now.")] = 0,
) -> list[UsedCell]:
    """Of which units' figures one sum is made: now, or in one version."""
    _, review = await asked.platform.executor.state(REVIEW, id)
    if review.opened is None or version > len(review.versions):
        raise not_found()
    if version:
        counted = await annexes.used(asked.pool, review.versions[version - 1].used)
    else:
        counted = await annexes.latest(asked.pool, id)
    return [UsedCell(**dict(each.used), cell=consolidating.cell_of(each, table, year, column)) for each in counted]


@router.get(REVIEWS / "versions")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(reviews.REVIEWS,))
async def list_versions(id: UUID, asked: Asked) -> list[AnnexVersion]:  # noqa: A002
    """The versions of a review's sums, the latest first: because of which report, and in which sums they differ."""
    _, review = await asked.platform.executor.state(REVIEW, id)
    if review.opened is None:
        raise not_found()
    rows = await reviews.versions(asked.pool, id)
    return [AnnexVersion(**dict(row), changed=_changed(review, row.version)) for row in rows]


@router.post(REVIEWS / "consolidation", status_code=201)
@tells(may=HOLDERS, where=REVIEWS, step=ConsolidateReview)
async def consolidate_review(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Add up the accepted reports: the next version of the annex; where nothing has changed, nothing happens."""
    head = await asked.platform.store.head()
    await asked.platform.at_least(annexes.FIGURES, head)
    await asked.platform.at_least(reports.REPORTS, head)

    async def looked_up(review: Review) -> Known:
        if (opened := review.opened) is None:
            return Known()
        used = await annexes.named(asked.pool, id)
        if review.last is not None and review.last.used == used:  # nothing is added up to be thrown away
            return Known(consolidated=consolidating.uncounted(used, len(review.units)))
        counted = await annexes.latest(asked.pool, id)
        found = await asyncio.to_thread(consolidating.consolidated, opened, counted, len(review.units))
        return Known(consolidated=found)

    return await asked.execute_looking(REVIEW, id, ConsolidateReview(), looked_up)


def _now(opened: ReviewOpened, counted: Sequence[Counted], units: int) -> Annex:
    found = consolidating.consolidated(opened, counted, units)
    return Annex(
        review_id=opened.review_id,
        version=0,
        current=True,
        reported=found.reported,
        asked=found.asked,
        sums=list(found.sums),
        used=list(found.used),
        texts=list(consolidating.texts(opened, counted)),
    )


def _annex(opened: ReviewOpened, said: ReviewConsolidated, counted: Sequence[Counted], *, current: bool) -> Annex:
    return Annex(
        current=current,
        texts=list(consolidating.texts(opened, counted)),
        **said.model_dump(include={"review_id", "version", "reported", "asked", "sums", "used"}),
    )


def _changed(review: Review, version: int) -> list[Difference]:
    before = review.versions[version - 2].sums if version > 1 else review.versions[version - 1].sums
    return list(consolidating.differences(before, review.versions[version - 1].sums))
