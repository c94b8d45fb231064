"""Report: what one unit says in a review, from the empty outline to its acceptance and later corrections.

Written and sent by the unit; returned and accepted by the unit that receives it, never by who wrote it. Its texts lie
beside the facts. Source: S003 III, A8, B17, B18, B19; decision 65.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, assert_never
from uuid import UUID

from chassis.facts.decider import Context, Decider
from contracts.campaigns import (
    AnnexFilled,
    Covers,
    OutlineSection,
    ReportEvent,
    ReportFileAttached,
    ReportFileDetached,
    ReportOpened,
    ReportOutdated,
    ReportsBelowAsked,
    ReportUrged,
    ReviewOpened,
    SectionWritten,
    UnitBelowAsked,
    UrgingChannel,
)
from services.campaigns.domain import report_commands as ask
from services.campaigns.domain import report_refusals as refuse
from services.campaigns.domain import report_sending as sending
from services.campaigns.domain import review_refusals
from services.campaigns.domain.annex import check_row
from services.campaigns.domain.report_causes import CauseCommand, decide_cause
from services.campaigns.domain.report_state import (
    Known,
    Report,
    ReportState,
    about_of,
    evolve,
    report_id,
    signed,
    step_of,
)

MOST_FILES: Final = 20
_OPENED: Final = {"unit_id", "unit_kind", "to_unit_id", "before", "under", "above", "own_only"}
_WRITABLE: Final = frozenset({ReportState.OPEN, ReportState.RETURNED})


def digest(report: UUID, text: str) -> str:
    """What a fact says of a text: enough to tell it from others, nothing to read; nothing of an empty one."""
    return sha256(f"{report}\n{text}".encode()).hexdigest() if text else ""


def decide(  # noqa: PLR0911 - a line for each command
    command: ask.ReportCommand, report: Report, known: Known | None, context: Context
) -> Sequence[ReportEvent]:
    """The report's rules; raises Rejected for the first one that is broken."""
    known = known or Known()
    if isinstance(command, ask.OpenReport):
        return _open(command, report, context)
    if isinstance(command, ask.NoteUnitBelow):
        return _part(command, report)
    opened = report.asked_of_it()
    if isinstance(command, ask.NoteOutdated):
        return _outdated(command, report, opened)
    if known.closed:
        raise review_refusals.CLOSED()
    match command:
        case ask.AskBelow():
            return _ask_below(command, report, known, context)
        case ask.UrgeReport():
            return _urge(command, report, known, context)
        case _ if isinstance(command, ask.Sending):
            return sending.decide(command, report, known, context)
        case _:
            return _say(command, report, known, opened)


def _open(command: ask.OpenReport, report: Report, context: Context) -> Sequence[ReportEvent]:
    """A unit is asked once: by whoever asks first; a review asks for itself none that reports to the one above."""
    if report.opened is not None:
        if command.under is None and report.opened.under is not None:
            raise refuse.ASKED_ABOVE()
        return []
    said = command.review
    return [
        ReportOpened(
            report_id=report_id(said.review_id, command.unit_id),
            review_id=said.review_id,
            campaign_id=said.campaign_id,
            title=said.title,
            opened_on=context.occurred_on,
            **command.model_dump(include=_OPENED),
        )
    ]


def _part(command: ask.NoteUnitBelow, report: Report) -> Sequence[ReportEvent]:
    """What a unit has sent as the whole holds the unit below already: that one is not asked besides. Source: E21."""
    if any(each.below_id == command.below_id for each in report.parted):
        return []
    if report.covers is Covers.WHOLE and report.state not in _WRITABLE:
        raise refuse.WHOLE_STANDS()
    said = command.review
    return [
        UnitBelowAsked(
            report_id=report_id(said.review_id, command.unit_id),
            review_id=said.review_id,
            campaign_id=said.campaign_id,
            unit_id=command.unit_id,
            below_id=command.below_id,
        )
    ]


def _outdated(command: ask.NoteOutdated, report: Report, opened: ReportOpened) -> Sequence[ReportEvent]:
    """What its sum holds in an earlier revision, or not yet, puts it out of date; the whole holds all below already."""
    now = command.because
    held = max((each.revision for each in report.includes if each.report_id == now.report_id), default=0)
    if held >= now.revision or now in report.outdated or report.state in _WRITABLE:
        return []
    if not held and report.covers is Covers.WHOLE:
        return []
    return [ReportOutdated(**step_of(opened), because=now)]


def unless_closed_to_writing(report: Report) -> None:
    """Go on while the report is written; raises Rejected once it was sent or accepted."""
    if report.state not in _WRITABLE:
        raise refuse.SENT() if report.state is ReportState.SENT else refuse.ACCEPTED()


def _say(command: ask.Saying, report: Report, known: Known, opened: ReportOpened) -> Sequence[ReportEvent]:
    unless_closed_to_writing(report)
    if isinstance(command, CauseCommand):
        return decide_cause(command, report.causes, opened, known.remedies)
    about = about_of(opened)
    match command:
        case ask.WriteSection():
            return _write(command, report, known, opened)
        case ask.WriteSections(sections=sections):
            return [event for each in sections for event in _write(each, report, known, opened)]
        case ask.FillAnnex():
            return _fill(command, report, known, opened)
        case ask.AttachReportFile(file=file, title=title):
            there = report.files.get(file.sha256)
            if there is None and len(report.files) >= MOST_FILES:
                raise refuse.TOO_MANY_FILES(most=MOST_FILES)
            same = there is not None and there.title == title
            return [] if same else [ReportFileAttached(**about, file=file, title=title)]
        case ask.DetachReportFile(sha256=name):
            if name not in report.files:
                raise refuse.NO_SUCH_FILE()
            return [ReportFileDetached(**about, sha256=name)]
        case _:
            assert_never(command)


def _write(command: ask.WriteSection, report: Report, known: Known, opened: ReportOpened) -> Sequence[ReportEvent]:
    section_of(review_of(known), command.section, opened)
    said, last = digest(opened.report_id, command.text), report.sections.get(command.section)
    if said == (last[-1].digest if last else ""):
        return []
    return [SectionWritten(**about_of(opened), section=command.section, digest=said, characters=len(command.text))]


def _fill(command: ask.FillAnnex, report: Report, known: Known, opened: ReportOpened) -> Sequence[ReportEvent]:
    row = command.fact()
    check_row(review_of(known).annexes, row, sending=False)
    if command.covers is Covers.WHOLE and report.own_only:
        raise refuse.COUNTED_TWICE()
    covers = command.covers or report.covers
    if report.rows.get((row.table, row.year)) == row and covers is report.covers:
        return []
    return [AnnexFilled(**about_of(opened), row=row, covers=covers)]


def review_of(known: Known) -> ReviewOpened:
    """What the review asks for; raises Rejected where there is none."""
    if known.review is None:
        raise review_refusals.UNKNOWN()
    return known.review


def section_of(review: ReviewOpened, key: str, opened: ReportOpened) -> OutlineSection:
    """The section of this key, into which a unit of its kind writes; raises Rejected for any other."""
    found = [each for each in review.outline if each.key == key]
    if not found:
        raise refuse.SECTION_UNKNOWN(section=key)
    if found[0].unit_kinds and opened.unit_kind not in found[0].unit_kinds:
        raise refuse.SECTION_OF_OTHERS(section=key)
    if found[0].heading:
        raise refuse.HEADING(section=key)
    return found[0]


def _ask_below(command: ask.AskBelow, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    """Its units below have a day before its own; those that were asked already are not asked again."""
    unless_closed_to_writing(report)
    opened, asked = report.asked_of_it(), below_of(command, report, known)
    before = known.before or opened.before
    if command.before >= before:
        raise refuse.NOT_EARLIER(before=f"{before:%d/%m/%Y}")
    if command.before <= context.occurred_on:
        raise refuse.BELOW_PASSED(today=f"{context.occurred_on:%d/%m/%Y}")
    if not asked:
        raise refuse.NONE_BELOW()
    return [ReportsBelowAsked(**about_of(opened), before=command.before, units=asked)]


def below_of(command: ask.AskBelow, report: Report, known: Known) -> tuple[UUID, ...]:
    """The units below that this step asks."""
    wanted = {unit for unit, kind in known.units_below.items() if not command.unit_kinds or kind in command.unit_kinds}
    return tuple(sorted(wanted - {*report.unit_ids_below}))


def _urge(command: ask.UrgeReport, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    """Whoever receives it urges the unit; what was done by hand may be written down on a later day."""
    opened = report.asked_of_it()
    if not known.receives:
        raise refuse.NOT_RECEIVER()
    if report.state not in _WRITABLE:
        raise refuse.NOTHING_TO_URGE()
    by_hand = command.channel is not UrgingChannel.PLATFORM
    if command.on > context.occurred_on:
        raise refuse.IN_FUTURE(on=f"{command.on:%d/%m/%Y}")
    if not by_hand and command.on < context.occurred_on:
        raise refuse.URGED_NOT_TODAY(today=f"{context.occurred_on:%d/%m/%Y}")
    said: dict[str, Any] = {**step_of(opened), **command.model_dump()}
    urged = ReportUrged(**said, by_hand=by_hand, urged_by=context.actor)
    return [] if urged in report.urged else [urged]


REPORT: Final[Decider[ask.ReportCommand, Report, ReportEvent, Known | None]] = Decider(
    "report", Report(), decide, evolve, signed
)
