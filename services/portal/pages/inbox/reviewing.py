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
    ReviewExtended,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
)
from services.portal.pages.inbox.waiting import TaskRow, done, task

Stepping = (
    ReportOpened | ReportSubmitted | ReportReturned | ReportRecalled | ReportAccepted | ReportCorrected | ReportOutdated
    | ReportUrged
)  # fmt: skip
Remedying = RemedyPlanned | RemedyChecked
Reviewing = ReviewOpened | ReviewExtended | ReviewConsolidated | ReviewOutdated | ReviewClosed | ReviewReopened

_ACCEPTING: Final = {False: "accept_report", True: "accept_report_below"}


class ReportRow(Row, named="inbox_reports", key=("report_id",)):
    """Of which review a report is, and what that is called."""

    report_id: UUID
    review_id: UUID
    title: str


class ReviewRow(Row, named="inbox_reviews", key=("review_id",)):
    """What a review is called, and whether it is closed: then no step of its reports waits.

    Facts of a review, of reports and of deadlines come in no order among each other; so none undoes another's row.
    """

    review_id: UUID
    title: str | None
    closed: bool


CLOSES: Final = ("send_report", "mend_report", "accept_report", "accept_report_below", "refresh_report")
"""Steps that are refused in a closed review."""


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


def reviewing(event: Reviewing) -> Iterable[Change]:
    """What is closed takes no report; what is open again takes those that are missing."""
    match event:
        case ReviewOpened(review_id=review, title=title):
            yield ReviewRow.put(review, title=title, closed=False)
        case ReviewClosed(review_id=review):
            yield ReviewRow.put(review, closed=True)
        case ReviewReopened(review_id=review):
            yield ReviewRow.put(review, closed=False)
        case ReviewExtended() | ReviewConsolidated() | ReviewOutdated():
            return
        case _:
            assert_never(event)


def adding_up(event: Reviewing, on: date) -> Iterable[Change]:
    """A version that lacks a report waits to be made anew, also of a review that is closed by now."""
    match event:
        case ReviewOutdated(review_id=review):
            yield task(review, "consolidate", event, on)
        case ReviewConsolidated(review_id=review, because=because):
            yield from (
                done(review, "consolidate", event, on)
                if because is None
                else [TaskRow.drop(review, "consolidate", "", 0)]
            )
        case ReviewOpened() | ReviewExtended() | ReviewClosed() | ReviewReopened():
            return
        case _:
            assert_never(event)
