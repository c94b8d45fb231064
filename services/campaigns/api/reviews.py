"""The door for reviews: opened for units of some kinds, closed and reopened; who has reported, and who is late.

Source: S003 I, III, E9.
"""

from collections.abc import Collection
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.store.execute import Step
from chassis.web.api import (
    ANYWHERE,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
    InQuery,
    Page,
    Paged,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.campaigns import AnnexTable, OutlineSection, ReviewOpened, ThingKind, UsedReport
from contracts.values import Document, UnitKind
from services.campaigns.api.concerned import there
from services.campaigns.api.document_known import require_in_force
from services.campaigns.api.report_known import HOLDERS, REVIEWS, known_of_review
from services.campaigns.api.review_units import above as above_of
from services.campaigns.api.review_units import of_kinds, standing_below
from services.campaigns.domain import deadline as days
from services.campaigns.domain import review as domain
from services.campaigns.domain.deadline import DEADLINE, SetDeadline, deadline_id
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_commands import NoteUnitBelow, OpenReport
from services.campaigns.domain.report_state import ReportState, report_id
from services.campaigns.domain.review import REVIEW, OpenReview, opened_of
from services.campaigns.views import annexes, deadlines, reports, reviews

router = asked_router(tags=["campaigns"])
_SHOWN: Final = (reviews.REVIEWS, reports.REPORTS, deadlines.DEADLINES)
_LONGEST: Final = 200
_Of = Annotated[
    UUID | None, Query(description="The unit that receives the reports: the root by default, or one that has asked.")
]


class ReviewCounts(BaseModel):
    """Of the units that were `asked` so many have `sent`, so many were `accepted`; so many are or were `late`."""

    asked: int
    sent: int
    accepted: int
    late: int


class ReviewDetail(reviews.ReviewRow):
    """A review with all that it asks for, how far it has come, its versions, and the steps that it may take.

    `counts` are of the unit that holds it; `version` is what If-Match asks for. `outdated`: a report that was accepted
    and is not in the latest version.
    """

    version: int
    unit_kinds: list[UnitKind]
    units: list[UUID]
    outline: list[OutlineSection]
    annexes: list[AnnexTable]
    document: Document | None
    document_id: UUID | None
    based_on: list[Document]
    reopened_for: str | None
    outdated: UsedReport | None
    counts: ReviewCounts
    versions: list[reviews.VersionRow]
    actions: list[Action]


@router.get("/reviews")
@asks(may=EVERY_ROLE, where=InQuery(), reads=_SHOWN)
async def list_reviews(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    after: UUID | None = None,
) -> Page[reviews.ListedReview]:
    """Reviews that a unit holds or in which it is asked; without one, all, for which a role at the top is needed."""
    found = await reviews.listed(
        asked.pool, business_date(asked.platform.clock()), after, paging.limit + 1,
        campaign_id=campaign_id, is_open=is_open, unit_id=unit_id,
    )  # fmt: skip
    return paging.page(found, lambda row: row.review_id)


@router.get(REVIEWS.one)
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(*_SHOWN, annexes.FIGURES))
async def read_review(asked: Asked, response: Response, id: UUID) -> ReviewDetail:  # noqa: A002 - the path's name
    """A review with what it asks for; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(REVIEW, id)
    row, opened = await reviews.ReviewRow.one(asked.pool, id), state.opened
    if row is None or opened is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    today = business_date(asked.platform.clock())
    counts = await reports.counts(asked.pool, today, id, opened.unit_id, opened.before)
    said: dict[str, Any] = {
        name: getattr(opened, name)
        for name in ("unit_kinds", "outline", "annexes", "document", "document_id", "based_on")
    }
    return ReviewDetail(
        **dict(row) | said,
        version=version,
        units=list(state.units),
        reopened_for=state.reopened.reason if state.reopened else None,
        outdated=state.outdated,
        counts=ReviewCounts(**dict(counts)),
        versions=await reviews.versions(asked.pool, id),
        actions=await actions(asked, REVIEWS, id, state),
    )


@router.post("/reviews", status_code=201)
@tells(may=HOLDERS, where=InBody())
async def open_review(asked: Asked, new: OpenReview) -> Answer:
    """Ask all units of some kinds below a unit to report; each gets a report and a day of its own, all or none."""
    await there(asked, new.campaign_id, new.unit_id)
    await require_in_force(asked, new.document_id)
    return await opened(asked, new)


async def opened(asked: Asked, new: OpenReview) -> Answer:
    """Open a review; the same one again changes nothing, however the units stand by now."""
    key = domain.review_id(new.campaign_id, new.unit_id, new.review.code)
    _, state = await asked.platform.executor.state(REVIEW, key)
    if state.opened is not None:
        return await asked.execute(REVIEW, key, new, domain.Known())
    stood = await standing_below(asked, new.unit_id)
    units = of_kinds(stood, new.review.unit_kinds)
    known = domain.Known(units=tuple(sorted(units)))
    first = Step(REVIEW, key, new, known)
    if not units:
        return await asked.execute_together(first)
    said, above = opened_of(new, known.units, asked.context()), new.unit_id != await asked.root()
    parted = above_of(stood, units)
    return await asked.execute_together(first, *_asked_for(said, units, parted, above=above))


def _asked_for(
    said: ReviewOpened, units: dict[UUID, UnitKind], parted: Collection[UUID], *, above: bool
) -> list[Step[Any, Any, Any, Any]]:
    """A report and a deadline for each unit, in the same transaction; `parted`: units below these are asked, too."""
    steps = list[Step[Any, Any, Any, Any]]()
    for unit in said.units:
        wanted = OpenReport(
            review=said, unit_id=unit, unit_kind=units[unit], to_unit_id=said.unit_id, before=said.before, above=above,
            own_only=unit in parted,
        )  # fmt: skip
        steps += asking(wanted)
    return steps


def asking(wanted: OpenReport, under: UUID | None = None) -> list[Step[Any, Any, Any, Any]]:
    """The steps that ask a unit for its report: the report, and the day of it; `under` is the deadline above it."""
    said, unit = wanted.review, wanted.unit_id
    title = said.title if len(said.title) <= _LONGEST else f"{said.title[: _LONGEST - 1]}…"
    day = SetDeadline(
        unit_id=unit, campaign_id=said.campaign_id, thing_kind=ThingKind.REVIEW, thing_id=said.review_id, title=title,
        before=wanted.before, under=under,
    )  # fmt: skip
    return [
        Step(REPORT, report_id(said.review_id, unit), wanted, None),
        Step(DEADLINE, deadline_id(said.review_id, unit), day, days.Known()),
    ]


@router.post(REVIEWS / "extension", status_code=201)
@tells(may=HOLDERS, where=REVIEWS, step=domain.ExtendReview)
async def extend_review(id: UUID, command: domain.ExtendReview, asked: Asked) -> Answer:  # noqa: A002
    """Ask one more unit: its report and a day of its own are opened with that, or nothing is."""
    _, state = await asked.platform.executor.state(REVIEW, id)
    if (said := state.opened) is None:
        raise not_found()
    known = await known_of_review(asked, state)
    first = Step(REVIEW, id, command, known)
    if (kind := known.unasked.get(command.unit_id)) is None:
        return await asked.execute_together(first)
    stood = await standing_below(asked, said.unit_id)
    wanted = OpenReport(
        review=said, unit_id=command.unit_id, unit_kind=kind, to_unit_id=said.unit_id, before=command.before,
        above=said.unit_id != await asked.root(), own_only=command.unit_id in above_of(stood, state.units),
    )  # fmt: skip
    parted = [
        Step(REPORT, report_id(id, unit), NoteUnitBelow(review=said, unit_id=unit, below_id=command.unit_id), None)
        for unit in sorted(above_of(stood, [command.unit_id]))
    ]
    return await asked.execute_together(first, *asking(wanted), *parted)


command(router, REVIEWS, "close", domain.CloseReview, may=HOLDERS, name="close_review")
command(router, REVIEWS, "reopen", domain.ReopenReview, may=HOLDERS, name="reopen_review")


@router.get(REVIEWS / "reports")
@asks(may=EVERY_ROLE, where=InQuery(), reads=_SHOWN)
async def list_reports_of_review(
    id: UUID,  # noqa: A002 - the path's name
    asked: Asked,
    paging: Paged,
    *,
    unit_id: _Of = None,
    state: ReportState | None = None,
    after: UUID | None = None,
) -> Page[reports.ListedReport]:
    """The desk of a unit that receives reports in a review: which have come, when, how late, in which revision."""
    today, to = business_date(asked.platform.clock()), unit_id or await asked.root()
    found = await reports.page(asked.pool, today, after, paging.limit + 1, to_unit_id=to, review_id=id, state=state)
    return paging.page(found, lambda row: row.report_id)


@router.get(REVIEWS / "late")
@asks(may=EVERY_ROLE, where=InQuery(), reads=_SHOWN)
async def list_late_reports(
    id: UUID,  # noqa: A002 - the path's name
    asked: Asked,
    unit_id: _Of = None,
    on: Annotated[Day | None, Query(description="The day of the list: today by default.")] = None,
) -> list[reports.ListedReport]:
    """Whose report came late or had not come by a day, by how many days, and whether it is excused. Source: E9."""
    day = on or business_date(asked.platform.clock())
    return await reports.late(asked.pool, day, id, unit_id or await asked.root())
