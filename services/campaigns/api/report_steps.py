"""The steps of a report, each a route of its own: written, sent, returned, accepted, corrected, urged.

Source: S003-12 … S003-15, B7, B12, B18, B19.
"""

from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.facts.decider import Command
from chassis.facts.files import MAX_BYTES
from chassis.facts.kinds import Day, Line
from chassis.facts.problem import Problem, not_found
from chassis.store.execute import Step
from chassis.web.api import Answer, Asked, asked_router, command, takes_up_to, tells
from chassis.web.files import UPLOAD, FileName, received
from contracts.campaigns import ReportOpened
from contracts.registry import Role
from contracts.values import SigningCapacity, StoredFile
from services.campaigns import report_words
from services.campaigns.api.report_known import RECEIVES, REPORTS, known_of
from services.campaigns.api.review_units import above, standing_below
from services.campaigns.api.reviews import asking
from services.campaigns.domain import annex
from services.campaigns.domain import deadline as days
from services.campaigns.domain import report_causes as causes
from services.campaigns.domain import report_commands as steps
from services.campaigns.domain.deadline import DEADLINE, MeetDeadline, SetSubDeadline, TakeBackDeadline, deadline_id
from services.campaigns.domain.report import REPORT, below_of
from services.campaigns.domain.report_state import Known, Report
from services.campaigns.domain.review import REVIEW

router = asked_router(tags=["campaigns"])
WRITES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
SIGNS: Final = frozenset({Role.UNIT_HEAD, Role.DEPUTY})
"""Who may come to sign a report; in which capacity, if any, offices and delegations say."""

_PAPERS: Final = RECEIVES | {Role.CLERK}


@router.post(REPORTS / "sections", status_code=201)
@tells(may=WRITES, where=REPORTS, step=steps.WriteSection)
async def write_section(id: UUID, command: steps.WriteSection, asked: Asked) -> Answer:  # noqa: A002 - the path's name
    """Say something else in a section of the outline; every version of a text stays."""
    async with report_words.kept(asked.pool, id, [command.text]):
        return await asked.execute_looking(REPORT, id, command, partial(known_of, asked))


@router.post(REPORTS / "annex-rows", status_code=201)
@tells(may=WRITES, where=REPORTS, step=steps.FillAnnex)
async def fill_annex(id: UUID, command: steps.FillAnnex, asked: Asked) -> Answer:  # noqa: A002
    """Say anew what stands in a year's row of an annex; everything that is wrong with it is named, cell by cell."""
    return await _filled(asked, id, command, sending=False)


@router.post(REPORTS / "corrections", status_code=201)
@tells(may=WRITES, where=REPORTS, step=steps.CorrectReport)
async def correct_report(id: UUID, command: steps.CorrectReport, asked: Asked) -> Answer:  # noqa: A002
    """Say what a row of an accepted report should have been; it counts once somebody else has accepted it."""
    return await _filled(asked, id, command, sending=True)


async def _filled(asked: Asked, key: UUID, wanted: steps.FillAnnex | steps.CorrectReport, *, sending: bool) -> Answer:
    _, state = await asked.platform.executor.state(REPORT, key)
    known, row = await known_of(asked, state), wanted.fact()
    if known.review is not None:
        found = annex.faults(annex.table_of(known.review.annexes, row.table), row, sending=sending)
        if found:
            _refuse(found)
    return await asked.execute_looking(REPORT, key, wanted, partial(known_of, asked))


def _refuse(found: tuple[annex.Fault, ...]) -> None:
    """Name every place that is wrong; raises Problem 409 with one of them as the sentence, all of them beside it."""
    first = found[0].refused
    errors = [
        {"field": f"{each.table}.{each.year}.{each.column}".rstrip("."), "vi": each.refused.vi, "en": each.refused.en}
        for each in found
    ]
    raise Problem(409, first.code, first.vi, first.en, first.source, errors=errors)


@router.post(REPORTS / "files", status_code=201, openapi_extra=UPLOAD)
@takes_up_to(MAX_BYTES)
@tells(may=WRITES, where=REPORTS, step=steps.AttachReportFile)
async def attach_report_file(
    asked: Asked,
    id: UUID,  # noqa: A002
    name: FileName,
    title: Annotated[str, Line(200), Query(min_length=1, max_length=200)],
) -> Answer:
    """Let a file, which is the body, go along with the report under a title: PDF, PNG, JPEG, DOCX or XLSX."""

    def wanted(file: StoredFile) -> steps.AttachReportFile:
        return steps.AttachReportFile(file=file, title=title)

    _, state = await asked.platform.executor.state(REPORT, id)
    known = await known_of(asked, state)
    file = await received(
        asked, id, name, first=lambda file: REPORT.decide(wanted(file), state, known, asked.context())
    )
    return await asked.execute(REPORT, id, wanted(file), known)


@router.post(REPORTS / "submission", status_code=201)
@tells(may=SIGNS, where=REPORTS, step=steps.SubmitReport)
async def submit_report(id: UUID, command: steps.SubmitReport, asked: Asked) -> Answer:  # noqa: A002
    """Sign the report and send it, which meets the unit's deadline, in time or late; refused once that is closed."""
    state, known = await _looked_up(asked, id)
    meeting = MeetDeadline(on=asked.context().occurred_on)
    return await asked.execute_together(Step(REPORT, id, command, known), _day_of(asked, state, meeting))


@router.post(REPORTS / "paper-submission", status_code=201, openapi_extra=UPLOAD)
@takes_up_to(MAX_BYTES)
@tells(may=_PAPERS, where=REPORTS, step=steps.EnterPaperReport)
async def enter_paper_report(
    asked: Asked,
    id: UUID,  # noqa: A002
    name: FileName,
    received_on: Annotated[Day, Query(description="The day in the incoming book, which decides whether it is late.")],
    capacity: SigningCapacity = SigningCapacity.DIRECT,
) -> Answer:
    """Enter that the report came on paper, as who receives it; the body is the signed paper, scanned."""

    def wanted(file: StoredFile) -> steps.EnterPaperReport:
        return steps.EnterPaperReport(paper=file, received_on=received_on, capacity=capacity)

    state, known = await _looked_up(asked, id)
    file = await received(
        asked, id, name, first=lambda file: REPORT.decide(wanted(file), state, known, asked.context())
    )
    day = _day_of(asked, state, MeetDeadline(on=received_on))
    return await asked.execute_together(Step(REPORT, id, wanted(file), known), day)


@router.post(REPORTS / "recall", status_code=201)
@tells(may=WRITES, where=REPORTS, step=steps.RecallReport)
async def recall_report(id: UUID, command: steps.RecallReport, asked: Asked) -> Answer:  # noqa: A002
    """Take the report back before it is accepted; the unit's deadline waits again."""
    state, known = await _looked_up(asked, id)
    return await asked.execute_together(Step(REPORT, id, command, known), _day_of(asked, state, TakeBackDeadline()))


@router.post(REPORTS / "reports-below", status_code=201)
@tells(may=frozenset({Role.OFFICER, Role.UNIT_HEAD}), where=REPORTS, step=steps.AskBelow)
async def ask_below(id: UUID, command: steps.AskBelow, asked: Asked) -> Answer:  # noqa: A002
    """Ask the units directly below to report to this one, before a day that is earlier than its own; all or none."""
    state, known = await _looked_up(asked, id)
    opened, review = state.opened, known.review
    if opened is None or review is None:
        raise not_found()
    units, own = below_of(command, state, known), deadline_id(opened.review_id, opened.unit_id)
    parted = await _parted(asked, opened)
    first = Step(REPORT, id, command, known)
    below = SetSubDeadline(before=command.before)
    asked_ones = [
        steps.OpenReport(
            review=review, unit_id=unit, unit_kind=known.units_below[unit], to_unit_id=opened.unit_id,
            before=command.before, under=id, above=True, own_only=unit in parted,
        )
        for unit in units
    ]  # fmt: skip
    return await asked.execute_together(
        first,
        Step(DEADLINE, own, below, days.Known(below=frozenset(units))),
        *(step for each in asked_ones for step in asking(each, under=own)),
    )


async def _parted(asked: Asked, opened: ReportOpened) -> frozenset[UUID]:
    """The units below this one's below which the review asks some itself."""
    _, review = await asked.platform.executor.state(REVIEW, opened.review_id)
    stood = await standing_below(asked, opened.unit_id)
    return above(stood, (unit for unit in review.units if unit in stood))


async def _looked_up(asked: Asked, key: UUID) -> tuple[Report, Known]:
    _, state = await asked.platform.executor.state(REPORT, key)
    return state, await known_of(asked, state)


def _day_of(asked: Asked, report: Report, wanted: days.DeadlineCommand) -> Step[Any, Any, Any, Any]:
    """What becomes of the unit's deadline in the same transaction: the report's own rules have let it happen."""
    if (opened := report.opened) is None:
        raise not_found()
    known = days.Known(from_above=True, met_by=asked.person)
    return Step(DEADLINE, deadline_id(opened.review_id, opened.unit_id), wanted, known)


_STEPS: Final[tuple[tuple[str, type[Command], frozenset[Role], str], ...]] = (
    ("files-detached", steps.DetachReportFile, WRITES, "detach_report_file"),
    ("shortfalls", causes.ExplainShortfall, WRITES, "explain_shortfall"),
    ("remedies", causes.PlanRemedy, WRITES, "plan_remedy"),
    ("remedy-checks", causes.CheckRemedy, WRITES, "check_remedy"),
    ("lessons", causes.RecordLesson, WRITES, "record_lesson"),
    ("return", steps.ReturnReport, RECEIVES, "return_report"),
    ("acceptance", steps.AcceptReport, RECEIVES, "accept_report"),
    ("urgings", steps.UrgeReport, RECEIVES, "urge_report"),
)
for _step, _command, _may, _name in _STEPS:
    command(router, REPORTS, _step, _command, may=_may, name=_name)
