"""What the facts of a report add up to, and what its rules want to know besides. Source: S003 III, B17, B18, B19."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import hand
from contracts.campaigns import (
    AnnexFilled,
    AnnexRow,
    Covers,
    LessonRecorded,
    RemedyChecked,
    RemedyPlanned,
    ReportAccepted,
    ReportCorrected,
    ReportEvent,
    ReportFileAttached,
    ReportFileDetached,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportsBelowAsked,
    ReportSubmitted,
    ReportUrged,
    ReviewOpened,
    SectionWritten,
    ShortfallExplained,
    UnitBelowAsked,
    UsedReport,
)
from contracts.values import SigningCapacity, UnitKind
from services.campaigns.domain import report_refusals as refuse
from services.campaigns.domain.report_causes import NO_CAUSES, CauseEvent, Causes

RowPlace = tuple[str, int]
"""An annex and a year."""


def report_id(review: UUID, unit: UUID) -> UUID:
    """Id of a unit's report in a review: there is one."""
    return uuid5(review, f"report/{unit}")


class ReportState(StrEnum):
    """How far a report has come. `correcting`: a correction of what was accepted waits; the earlier figures count."""

    OPEN = "open"
    SENT = "sent"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CORRECTING = "correcting"


@dataclass(frozen=True, slots=True)
class Below:
    """An accepted report of a unit below that goes into this one."""

    used: UsedReport
    whole: tuple[AnnexRow, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules want to know: what the review asks for; the unit's day; who asks; what is below.

    `closed`: the review takes nothing any more. `before` is the unit's own day, `shut`: its deadline was closed.
    `capacities`: how the person may sign for the unit today, each time for whom. `receives`: the person accepts for the
    unit to which it goes. `remedies`: those that earlier reports of the unit planned. `units_below`: those that may be
    asked to report to this one, by their kinds. `on_time_since`: the first day of which an entry is not late today.
    """

    review: ReviewOpened | None = None
    closed: bool = False
    before: date | None = None
    shut: bool = False
    capacities: Mapping[SigningCapacity, UUID | None] = field(default_factory=dict)
    receives: bool = False
    remedies: tuple[RemedyPlanned, ...] = ()
    below: tuple[Below, ...] = ()
    units_below: Mapping[UUID, UnitKind] = field(default_factory=dict)
    on_time_since: date = date.min


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit is asked for (None: nothing), what it says, and what has become of it.

    `parted` are units below that the review came to ask itself.
    `sections` hold the versions of each text, the last of which counts. `covers`: whose figures the rows hold.
    `first` is the sending whose day counts: kept when it is sent back, lost when it is recalled. `accepted_rows` are
    those that were last accepted.
    `hands`: all who have written, attached, signed or entered something.
    """

    opened: ReportOpened | None = None
    parted: tuple[UnitBelowAsked, ...] = ()
    asked_below: tuple[ReportsBelowAsked, ...] = ()
    sections: Mapping[str, tuple[SectionWritten, ...]] = field(default_factory=dict)
    rows: Mapping[RowPlace, AnnexRow] = field(default_factory=dict)
    covers: Covers = Covers.OWN
    files: Mapping[str, ReportFileAttached] = field(default_factory=dict)
    causes: Causes = NO_CAUSES
    first: ReportSubmitted | None = None
    sent: ReportSubmitted | None = None
    returned: ReportReturned | None = None
    recalled: ReportRecalled | None = None
    accepted: ReportAccepted | None = None
    accepted_rows: Mapping[RowPlace, AnnexRow] = field(default_factory=dict)
    correction: ReportCorrected | None = None
    includes: tuple[UsedReport, ...] = ()
    outdated: tuple[UsedReport, ...] = ()
    urged: tuple[ReportUrged, ...] = ()
    hands: frozenset[UUID] = frozenset()

    @property
    def state(self) -> ReportState:
        """How far it has come."""
        if self.correction is not None:
            return ReportState.CORRECTING
        if self.accepted is not None:
            return ReportState.ACCEPTED
        if self.sent is not None:
            return ReportState.SENT
        return ReportState.RETURNED if self.returned else ReportState.OPEN

    @property
    def revision(self) -> int:
        """The revision that is written or waits, or else the one that is accepted."""
        if self.accepted is None:
            return 1
        return self.accepted.revision + (1 if self.correction else 0)

    @property
    def own_only(self) -> bool:
        """Whether the review asks units below itself, so that this report's figures are those of its unit alone."""
        return bool(self.parted) or (self.opened is not None and self.opened.own_only)

    @property
    def unit_ids_below(self) -> tuple[UUID, ...]:
        """The units below that were asked to report to this one."""
        return tuple(dict.fromkeys(unit for each in self.asked_below for unit in each.units))

    def asked_of_it(self) -> ReportOpened:
        """What was asked; raises Rejected where nothing was."""
        if self.opened is None:
            raise refuse.UNKNOWN()
        return self.opened


def about_of(opened: ReportOpened) -> dict[str, Any]:
    """What each fact about a report says of it."""
    return opened.model_dump(include={"report_id", "review_id", "unit_id", "campaign_id"})


def step_of(opened: ReportOpened) -> dict[str, Any]:
    """What each fact for which somebody has something to do says of a report."""
    return about_of(opened) | {"title": opened.title, "above": opened.above}


_Written = SectionWritten | AnnexFilled | ReportFileAttached | ReportFileDetached
_Sent = ReportSubmitted | ReportReturned | ReportRecalled | ReportAccepted | ReportCorrected


def evolve(report: Report, event: ReportEvent) -> Report:  # noqa: PLR0911 - a line for each fact
    """The report after an event of its stream."""
    match event:
        case ReportOpened():
            return replace(report, opened=event)
        case UnitBelowAsked():
            return replace(report, parted=(*report.parted, event))
        case ReportsBelowAsked():
            return replace(report, asked_below=(*report.asked_below, event))
        case SectionWritten() | AnnexFilled() | ReportFileAttached() | ReportFileDetached():
            return _written(report, event)
        case ShortfallExplained() | RemedyPlanned() | RemedyChecked() | LessonRecorded():
            return replace(report, causes=report.causes.after(event))
        case ReportSubmitted() | ReportReturned() | ReportRecalled() | ReportAccepted() | ReportCorrected():
            return _sent(report, event)
        case ReportOutdated(because=because):
            return replace(report, outdated=(*report.outdated, because))
        case ReportUrged():
            return replace(report, urged=(*report.urged, event))
        case _:
            assert_never(event)


def _written(report: Report, event: _Written) -> Report:
    match event:
        case SectionWritten(section=key):
            return replace(report, sections={**report.sections, key: (*report.sections.get(key, ()), event)})
        case AnnexFilled(row=row, covers=covers):
            return replace(report, rows={**report.rows, (row.table, row.year): row}, covers=covers)
        case ReportFileAttached(file=file):
            return replace(report, files={**report.files, file.sha256: event})
        case ReportFileDetached(sha256=digest):
            return replace(report, files={key: each for key, each in report.files.items() if key != digest})
        case _:
            assert_never(event)


def _sent(report: Report, event: _Sent) -> Report:
    match event:
        case ReportSubmitted():
            first = report.first or event
            return replace(
                report, first=first, sent=event, returned=None, recalled=None, includes=event.includes, outdated=()
            )
        case ReportReturned():
            if report.correction is not None:
                return replace(report, correction=None, returned=event, rows=report.accepted_rows)
            return replace(report, sent=None, returned=event)
        case ReportRecalled():
            return replace(report, first=None, sent=None, recalled=event)
        case ReportAccepted():
            return replace(report, accepted=event, accepted_rows=report.rows, correction=None, returned=None)
        case ReportCorrected(row=row):
            rows = {**report.rows, (row.table, row.year): row}
            return replace(report, correction=event, rows=rows, returned=None, includes=event.includes, outdated=())
        case _:
            assert_never(event)


_HANDLED = SectionWritten | AnnexFilled | ReportFileAttached | ReportSubmitted | ReportCorrected | CauseEvent


def signed(report: Report, event: ReportEvent, actor: UUID) -> Report:
    """The report once it is known who caused an event: who wrote, attached, sent or corrected something."""
    return replace(report, hands=report.hands | hand(actor)) if isinstance(event, _HANDLED) else report
