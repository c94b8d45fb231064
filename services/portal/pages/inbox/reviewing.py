"""Which step of a report waits after a fact: to be sent is what its deadline asks for, the rest its own facts say."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.projection import Change
from chassis.facts.rows import Row
from contracts.campaigns import (
    RemedyChecked,
    RemedyPlanned,
    ReportAccepted,
    ReportCorrected,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportSubmitted,
    ReportUrged,
    ReviewClosed,
    ReviewConsolidated,
    ReviewOpened,
    ReviewReopened,
)
from services.portal.pages.inbox.waiting import InUnit, TaskRow, done, task

Stepping = (
    ReportOpened | ReportSubmitted | ReportReturned | ReportRecalled | ReportAccepted | ReportCorrected | ReportOutdated
    | ReportUrged
)  # fmt: skip
Remedying = RemedyPlanned | RemedyChecked
Reviewing = ReviewOpened | ReviewConsolidated | ReviewClosed | ReviewReopened

_ACCEPTING: Final = {False: "accept_report", True: "accept_report_below"}


class ReportRow(Row, named="inbox_reports", key=("report_id",)):
    """What the review of a report is called."""

    report_id: UUID
    title: str


class _Of:
    """A unit's report, as what waits for that unit, where a fact is about several."""

    def __init__(self, unit_id: UUID, campaign_id: UUID | None) -> None:
        self.unit_id, self.campaign_id = unit_id, campaign_id


def report_of(review: UUID, unit: UUID) -> UUID:
    """Id of the report of a unit in a review."""
    return uuid5(review, f"report/{unit}")


def stepping(event: Stepping, on: date) -> Iterable[Change]:
    """Who has something to do after a step of a report."""
    thing = event.report_id
    match event:
        case ReportSubmitted() | ReportCorrected():
            for step in ("mend_report", "refresh_report"):
                yield TaskRow.drop(thing, step, "", 0)
            yield task(thing, _ACCEPTING[event.above], event, on)
        case ReportRecalled(above=above):
            yield TaskRow.drop(thing, _ACCEPTING[above], "", 0)
        case ReportReturned(above=above, revision=revision):
            yield from done(thing, _ACCEPTING[above], event, on)
            if revision == 1:  # of a correction the accepted revision stays
                yield task(thing, "mend_report", event, on)
        case ReportAccepted(above=above):
            yield from done(thing, _ACCEPTING[above], event, on)
        case ReportOutdated():
            yield task(thing, "refresh_report", event, on)
        case ReportOpened() | ReportUrged():
            return  # its deadline asks for it
        case _:
            assert_never(event)


def remedying(event: Remedying, on: date) -> Iterable[Change]:
    """What a unit has planned is a part of what it has to do, until a later report says what became of it."""
    place = (str(event.number), 0)
    if isinstance(event, RemedyPlanned):
        yield task(event.report_id, "remedy", event, on, until=event.before, strict=True, place=place)
    else:
        yield from done(event.earlier_report_id, "remedy", event, on, place=place)


def reviewing(event: Reviewing, on: date) -> Iterable[Change]:
    """What is closed takes no report; what is open again takes those that are missing."""
    match event:
        case ReviewClosed(review_id=review, units=units):
            for unit in units:
                for step in ("send_report", "mend_report"):
                    yield TaskRow.drop(report_of(review, unit), step, "", 0)
        case ReviewReopened(review_id=review, units=units):
            for unit in units:
                of: InUnit = _Of(unit, event.campaign_id)
                yield task(report_of(review, unit), "send_report", of, on)
        case ReviewOpened() | ReviewConsolidated():
            return
        case _:
            assert_never(event)
