"""Which results wait to be reported or verified after a fact of a scorecard."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from chassis.facts.projection import Change
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    EvidenceAttached,
    EvidenceBytesDeleted,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultsFiledOnBehalf,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
)
from services.portal.pages.inbox.waiting import TaskRow, done, task


def reporting(event: ScorecardEvent, on: date) -> Iterable[Change]:
    """What waits after a fact of a scorecard."""
    match event:
        case ScorecardOpened(scorecard_id=thing):
            for target in event.targets:
                place, end = (target.indicator, target.year), date(target.year, 12, 31)
                yield task(thing, "report", event, on, until=end, place=place)
        case ResultReported(estimate=True):
            return  # the real figure is still waited for
        case ResultReported() | ResultReturned() | ResultCorrected() | ResultVerified():
            yield from _step_of_a_result(event, on)
        case ResultRecomputed() | TargetsReplaced() | EvidenceAttached() | EvidenceBytesDeleted():
            return
        case ResultsFiledOnBehalf():
            return  # its figures are still to be reported
        case TargetAttained() | TargetMissed() | AttainmentLost() | AttainmentRegained():
            return
        case _:
            assert_never(event)


def _step_of_a_result(
    event: ResultReported | ResultReturned | ResultCorrected | ResultVerified, on: date
) -> Iterable[Change]:
    """Who is waited for next; after a part of the year, the unit again, for the rest of it."""
    thing, place, end = event.scorecard_id, (event.indicator, event.year), date(event.year, 12, 31)
    match event:
        case ResultReported():
            yield from done(thing, "report", event, on, place=place)
            yield TaskRow.drop(thing, "report_again", *place)
            yield task(thing, "verify", event, on, place=place)
        case ResultCorrected():
            yield task(thing, "verify", event, on, place=place)
        case ResultReturned():
            yield from done(thing, "verify", event, on, place=place)
            yield task(thing, "report_again", event, on, place=place)
        case ResultVerified(through=through):
            yield from done(thing, "verify", event, on, place=place)
            if through is not None and through < end:
                yield task(thing, "report", event, on, until=end, place=place)
        case _:
            assert_never(event)
