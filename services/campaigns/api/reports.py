"""The door for reports: lists, and one report with its outline, annexes, files, causes and what has become of it.

Source: S003-12 … S003-15, B17, B18, B19.
"""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.problem import not_found
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Asked,
    InQuery,
    Page,
    Paged,
    actions,
    asked_router,
    asks,
)
from chassis.web.files import DOWNLOAD, sent
from contracts.campaigns import (
    Covers,
    LessonRecorded,
    RemedyChecked,
    RemedyPlanned,
    ReportAccepted,
    ReportCorrected,
    ReportFileAttached,
    ReportReturned,
    ReportSubmitted,
    ReportUrged,
    ShortfallExplained,
    UsedReport,
)
from contracts.values import UnitKind
from services.campaigns import report_words
from services.campaigns.api.report_causes_shown import MissedTarget, missed_of, unchecked_of
from services.campaigns.api.report_known import REPORTS, known_of, reports_below
from services.campaigns.api.report_shown import (
    AnnexOfReport,
    BelowReport,
    FaultOfReport,
    ReviewOfReport,
    SectionOfReport,
    annexes_of,
    below_of,
    faults_of,
    lacking_of,
    outline_of,
)
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_commands import SectionKey
from services.campaigns.domain.report_state import ReportState
from services.campaigns.views import deadlines, reports, reviews, scorecards

router = asked_router(tags=["campaigns"])
_SHOWN: Final = (reports.REPORTS, reviews.REVIEWS, deadlines.DEADLINES)
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class ReportDetail(BaseModel):
    """A report as its facts have it now; `version` is what If-Match asks for.

    `before` is the unit's own day; where the deadline was reopened, reports are taken before `until`. `revision` is the
    one that is written or waits; `accepted` what counts. `lacking` names sections without a text, and years of annexes
    without a row (`table/year`); `faults` of its rows keep it from being sent. Where it is `own_only` its figures may
    not cover those below. `remedies_before` are what earlier reports have planned and none of them has checked;
    `unchecked` those of which this one says nothing either: it may be sent all the same. `missed` are targets of which
    verified results fall short.
    """

    report_id: UUID
    unit_id: UUID
    unit_kind: UnitKind
    campaign_id: UUID | None
    to_unit_id: UUID
    under: UUID | None
    version: int
    review: ReviewOfReport
    state: ReportState
    revision: int
    before: date
    until: date | None
    shut: bool
    excuse: str | None
    received_on: date | None
    days_late: int | None
    outline: list[SectionOfReport]
    annexes: list[AnnexOfReport]
    covers: Covers
    own_only: bool
    lacking: list[str]
    faults: list[FaultOfReport]
    files: list[ReportFileAttached]
    below: list[BelowReport]
    includes: list[UsedReport]
    outdated: list[UsedReport]
    sent: ReportSubmitted | None
    returned: ReportReturned | None
    recalled_for: str | None
    accepted: ReportAccepted | None
    correction: ReportCorrected | None
    urged: list[ReportUrged]
    shortfalls: list[ShortfallExplained]
    remedies: list[RemedyPlanned]
    lessons: list[LessonRecorded]
    checks: list[RemedyChecked]
    remedies_before: list[RemedyPlanned]
    unchecked: list[RemedyPlanned]
    missed: list[MissedTarget]
    history: list[reports.ReportActRow]
    actions: list[Action]


class TextVersion(BaseModel):
    """A version of a section's text, from 1; none where what was written is kept no more."""

    version: int
    text: str | None


@router.get("/reports")
@asks(may=EVERY_ROLE, where=InQuery(), reads=_SHOWN)
async def list_reports(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    review_id: UUID | None = None,
    campaign_id: UUID | None = None,
    state: ReportState | None = None,
    is_open: Annotated[bool | None, Query(alias="open", description="Whether it is still to be sent.")] = None,
    after: UUID | None = None,
) -> Page[reports.ListedReport]:
    """Reports of a unit; without one, those of all units, for which a role at the top is needed."""
    found = await reports.page(
        asked.pool, business_date(asked.platform.clock()), after, paging.limit + 1,
        unit_id=unit_id, review_id=review_id, campaign_id=campaign_id, state=state, is_open=is_open,
    )  # fmt: skip
    return paging.page(found, lambda row: row.report_id)


@router.get(REPORTS.one)
@asks(may=EVERY_ROLE, where=REPORTS, reads=(reports.REPORTS, deadlines.DEADLINES, scorecards.SCORECARDS))
async def read_report(asked: Asked, response: Response, id: UUID) -> ReportDetail:  # noqa: A002 - the path's name
    """A report with all that it says; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(REPORT, id)
    known = await known_of(asked, state)
    opened, review = state.opened, known.review
    if opened is None or review is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    said = await report_words.words(asked.pool, [id])
    due = await deadlines.of_thing(asked.pool, review.review_id, opened.unit_id)
    about: dict[str, Any] = review.model_dump(
        include={"review_id", "unit_id", "code", "kind", "title", "document_id", "refuse_late"}
    )
    return ReportDetail(
        **opened.model_dump(include={"report_id", "unit_id", "unit_kind", "campaign_id", "to_unit_id", "under"}),
        version=version,
        review=ReviewOfReport(**about, period=review.period, document=review.document, closed=known.closed),
        state=state.state,
        revision=state.revision,
        before=known.before or opened.before,
        until=due.until if due else None,
        shut=known.shut,
        excuse=due.excuse if due else None,
        received_on=state.first.received_on if state.first else None,
        days_late=state.first.days_late if state.first else None,
        outline=outline_of(state, known, said),
        annexes=annexes_of(state, known),
        covers=state.covers,
        own_only=state.own_only,
        lacking=lacking_of(state, known),
        faults=faults_of(state, known),
        files=list(state.files.values()),
        below=[below_of(each) for each in await reports_below(asked, state) if each.opened],
        includes=list(state.includes),
        outdated=list(state.outdated),
        sent=state.sent,
        returned=state.returned,
        recalled_for=state.recalled.reason if state.recalled else None,
        accepted=state.accepted,
        correction=state.correction,
        urged=list(state.urged),
        shortfalls=list(state.causes.shortfalls.values()),
        remedies=list(state.causes.remedies.values()),
        lessons=list(state.causes.lessons.values()),
        checks=list(state.causes.checks.values()),
        remedies_before=list(known.remedies),
        unchecked=unchecked_of(state, known),
        missed=await missed_of(asked, state, known),
        history=await reports.acts(asked.pool, id),
        actions=await actions(asked, REPORTS, id, state, known),
    )


@router.get(REPORTS / "texts/{section}")
@asks(may=EVERY_ROLE, where=REPORTS, reads=())
async def list_texts(asked: Asked, id: UUID, section: Annotated[SectionKey, Path()]) -> list[TextVersion]:  # noqa: A002
    """All versions of a section's text, the first one first."""
    _, state = await asked.platform.executor.state(REPORT, id)
    if section not in state.sections:
        raise not_found()
    said = await report_words.words(asked.pool, [id])
    return [
        TextVersion(version=number, text=said.get((id, each.digest)) if each.digest else "")
        for number, each in enumerate(state.sections[section], start=1)
    ]


@router.get(REPORTS / "files/{sha256}", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=REPORTS, reads=())
async def read_report_file(asked: Asked, id: UUID, sha256: Digest) -> Response:  # noqa: A002
    """A file that goes along with a report, or the paper on which it came."""
    _, state = await asked.platform.executor.state(REPORT, id)
    paper = state.first.paper if state.first else None
    there = [each.file for each in state.files.values()] + ([paper] if paper else [])
    found = next((each for each in there if each.sha256 == sha256), None)
    if found is None:
        raise not_found()
    return await sent(asked, id, found, "bao-cao")
