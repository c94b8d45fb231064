"""What waits after facts of nominations, obstacles, findings of inspections and deadlines."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from chassis.facts.projection import Change
from contracts.awards import (
    AwardGranted,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.campaigns import (
    DeadlineClosed,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    DeadlineTakenBack,
    FindingClosed,
    FindingRecorded,
    ObstacleRaised,
    ObstacleResolved,
    ThingKind,
)
from services.portal.pages.inbox.reviewing import report_of
from services.portal.pages.inbox.waiting import TaskRow, done, task

Deadlines = DeadlineSet | DeadlineMovedFor | DeadlineMet | DeadlineTakenBack | DeadlineClosed | DeadlineReopened


def proposing(event: NominationEvent, on: date) -> Iterable[Change]:
    """What waits after a fact of a nomination."""
    match event:
        case NominationDrafted(nomination_id=thing):
            yield task(thing, "complete", event, on)
        case DossierDocumentAdded() | NominationFlagged():
            return
        case NominationSubmitted(nomination_id=thing):
            yield from done(thing, "complete", event, on)
            yield task(thing, "decide", event, on)
        case AwardGranted(nomination_id=thing):
            yield from done(thing, "decide", event, on)
        case _:
            assert_never(event)


def asking(event: ObstacleRaised | ObstacleResolved, on: date) -> Iterable[Change]:
    """An obstacle waits for its answer."""
    if isinstance(event, ObstacleRaised):
        yield task(event.obstacle_id, "answer", event, on)
    else:
        yield from done(event.obstacle_id, "answer", event, on)


def fixing(event: FindingRecorded | FindingClosed, on: date) -> Iterable[Change]:
    """Each finding is a part of what is to be put right."""
    place = (str(event.finding), 0)
    if isinstance(event, FindingRecorded):
        yield task(event.inspection_id, "fix", event, on, until=event.before, strict=True, place=place)
    else:
        yield from done(event.inspection_id, "fix", event, on, place=place)


def due(event: Deadlines, on: date) -> Iterable[Change]:
    """What has a deadline of its own waits for its unit; a registration is a task by itself, a report its own one."""
    if event.thing_kind is ThingKind.REGISTRATION:
        return
    reports = event.thing_kind is ThingKind.REVIEW
    thing, step = (report_of(event.thing_id, event.unit_id), "send_report") if reports else (event.deadline_id, "meet")
    match event:
        case DeadlineSet(before=day) | DeadlineMovedFor(before=day) | DeadlineTakenBack(before=day):
            yield task(thing, step, event, on, until=day, strict=True)
        case DeadlineMet():
            yield from done(thing, step, event, on)
        case DeadlineClosed():
            if reports:
                yield TaskRow.drop(thing, step, "", 0)
        case DeadlineReopened(until=day):
            yield task(thing, step, event, on, until=day, strict=True)
        case _:
            assert_never(event)
