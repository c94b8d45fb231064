"""The way of a report: signed and sent, or entered from paper; returned, recalled, accepted; corrected afterwards.

Source: S003-10, S003-15, B12, B18, B19.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, assert_never

from chassis.facts.decider import Context
from chassis.facts.reminders import days_late
from contracts.campaigns import (
    AnnexRow,
    Covers,
    ReportAccepted,
    ReportCorrected,
    ReportEvent,
    ReportOpened,
    ReportRecalled,
    ReportReturned,
    ReportSubmitted,
    ReturnedPlace,
)
from services.campaigns.domain import report_commands as ask
from services.campaigns.domain import report_refusals as refuse
from services.campaigns.domain.annex import check_row
from services.campaigns.domain.annex_sums import whole
from services.campaigns.domain.deadline_refusals import CLOSED
from services.campaigns.domain.report_state import Known, Report, ReportState, RowPlace, step_of

_WAITING = frozenset({ReportState.SENT, ReportState.CORRECTING})


def decide(command: ask.Sending, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    """The steps between a unit and who receives its report."""
    opened = report.asked_of_it()
    match command:
        case ask.SubmitReport():
            return _submit(command, report, known, context)
        case ask.EnterPaperReport():
            return _enter(command, report, known, context)
        case ask.ReturnReport():
            return _return(command, report, known, context)
        case ask.RecallReport(reason=reason):
            return _recall(reason, report, known, opened, context)
        case ask.AcceptReport():
            return _accept(report, known, opened, context)
        case ask.CorrectReport():
            return _correct(command, report, known, context)
        case _:
            assert_never(command)


def _submit(command: ask.SubmitReport, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    _unsent(report)
    if command.capacity not in known.capacities:
        raise refuse.NO_CAPACITY()
    said = {"capacity": command.capacity, "signed_for": known.capacities[command.capacity]}
    return [_sent(report, known, context.occurred_on, context, said)]


def _enter(command: ask.EnterPaperReport, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    """What came on paper is late by its day of receipt, whoever enters it when; another person accepts it. B12."""
    _unsent(report)
    if not known.receives:
        raise refuse.NOT_RECEIVER()
    opened, on = report.asked_of_it(), command.received_on
    if on > context.occurred_on:
        raise refuse.IN_FUTURE(on=f"{on:%d/%m/%Y}")
    if on < opened.opened_on:
        raise refuse.BEFORE_ASKED(on=f"{on:%d/%m/%Y}", asked=f"{opened.opened_on:%d/%m/%Y}")
    late_entry = on < known.on_time_since
    return [_sent(report, known, on, context, {**command.model_dump(), "late_entry": late_entry})]


def _unsent(report: Report) -> None:
    if report.state is ReportState.SENT:
        raise refuse.SENT()
    if report.accepted is not None:
        raise refuse.ACCEPTED()


def _sent(report: Report, known: Known, on: date, context: Context, said: Mapping[str, Any]) -> ReportSubmitted:
    """The sending; one that was sent back keeps the day on which it came first. Source: B18."""
    opened = report.asked_of_it()
    if not any(each[-1].digest for each in report.sections.values()) and not report.rows:
        raise refuse.EMPTY()
    if report.rows and report.covers is Covers.WHOLE and report.own_only:
        raise refuse.COUNTED_TWICE()
    for row in report.rows.values():
        check_row(known.review.annexes if known.review else (), row, sending=True)
    before = known.before or opened.before
    if report.first is None:
        if known.shut:
            raise CLOSED(before=f"{before:%d/%m/%Y}")
        if known.review and known.review.refuse_late and on >= before:
            raise refuse.LATE_REFUSED(before=f"{before:%d/%m/%Y}")
    first = report.first
    day, late = (first.received_on, first.days_late) if first else (on, days_late(before, on))
    facts = {**step_of(opened), **said, "received_on": day, "days_late": late, "revision": report.revision}
    return ReportSubmitted(**facts, **_sums(report, report.rows, known), submitted_by=context.actor)


def _sums(report: Report, rows: Mapping[RowPlace, AnnexRow], known: Known) -> dict[str, Any]:
    """The figures that count for the unit and all below it, and the reports below that are in them. Source: E21."""
    below = [each.whole for each in known.below]
    return {
        "whole": whole(rows.values(), below, report.covers),
        "includes": tuple(each.used for each in known.below),
    }


def _receiver(report: Report, known: Known) -> None:
    if report.state not in _WAITING:
        raise refuse.ACCEPTED() if report.accepted else refuse.NOT_SENT()
    if not known.receives:
        raise refuse.NOT_RECEIVER()


def _return(command: ask.ReturnReport, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    _receiver(report, known)
    for each in command.places:
        _known_place(each, known)
    places = tuple(ReturnedPlace(**each.model_dump()) for each in command.places)
    about = step_of(report.asked_of_it())
    said: dict[str, Any] = {"revision": report.revision, "reason": command.reason, "places": places}
    return [ReportReturned(**about, **said, returned_by=context.actor)]


def _known_place(place: ask.Place, known: Known) -> None:
    """Go on where a review has this place; raises Rejected for any other."""
    review = known.review
    if review is None or place.section in {each.key for each in review.outline}:
        return
    table = next((each for each in review.annexes if each.key == place.table), None)
    columns = {each.key for each in table.columns} if table else set[str]()
    if table is None or (place.column and place.column not in columns):
        raise refuse.PLACE_UNKNOWN(place=" ".join(filter(None, [place.section, place.table, place.column])) or "?")


def _recall(reason: str, report: Report, known: Known, opened: ReportOpened, context: Context) -> Sequence[ReportEvent]:
    if report.accepted is not None:
        raise refuse.ACCEPTED()
    if report.sent is None:
        raise refuse.NOT_SENT()
    late = context.occurred_on >= (known.before or opened.before)
    if known.review and known.review.refuse_late and late:
        raise refuse.RECALL_TOO_LATE()
    return [ReportRecalled(**step_of(opened), reason=reason, recalled_by=context.actor)]


def _accept(report: Report, known: Known, opened: ReportOpened, context: Context) -> Sequence[ReportEvent]:
    if report.state is ReportState.ACCEPTED:
        return []
    _receiver(report, known)
    if context.actor is None or context.actor in report.hands:
        raise refuse.OWN_WORK()
    waits = report.correction or report.sent
    if waits is None:
        raise refuse.NOT_SENT()
    return [ReportAccepted(**step_of(opened), revision=waits.revision, whole=waits.whole, accepted_by=context.actor)]


def _correct(command: ask.CorrectReport, report: Report, known: Known, context: Context) -> Sequence[ReportEvent]:
    """A row of what was accepted is said anew; what it says below counts as it does by now. Source: B19."""
    if report.accepted is None:
        raise refuse.NOT_ACCEPTED()
    row = command.fact()
    check_row(known.review.annexes if known.review else (), row, sending=True)
    sums = _sums(report, {**report.rows, (row.table, row.year): row}, known)
    stands = report.correction or report.accepted
    same = report.rows.get((row.table, row.year)) == row and stands.whole == sums["whole"]
    if same and not report.outdated:
        return []
    return [
        ReportCorrected(
            **step_of(report.asked_of_it()), revision=report.accepted.revision + 1, row=row, reason=command.reason,
            corrected_by=context.actor, **sums,
        )
    ]  # fmt: skip
