"""Tasks: which thing waits for a step, of whom, since when and until when, and when it was done. Fed by all services.

Which step is open on a thing the owning service says when it is opened; a task only brings a person there.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put, Tell
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.awards import (
    AwardGranted,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationSubmitted,
)
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    CampaignEvent,
    CampaignSays,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlineSet,
    EvidenceAttached,
    EvidenceBytesDeleted,
    FindingClosed,
    FindingRecorded,
    ObstacleRaised,
    ObstacleResolved,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
    ThingKind,
)
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    Role,
)
from services.portal.pages.inbox.papers import Move, Papers, move
from services.portal.shell.told import Told


class TaskRow(
    Row,
    named="inbox_tasks",
    key=("thing", "step", "indicator", "year"),
    by=(("unit_id", "step", "thing", "year", "until", "since"),),
):
    """What waits now: a step as a whole (no indicator, year 0) or for one result.

    What waits no longer is no row here: every page counts what waits, in a table of that alone.
    """

    thing: UUID
    step: str
    indicator: str
    year: int
    unit_id: UUID
    campaign_id: UUID | None
    since: date
    until: date | None
    strict: bool


class DoneRow(
    Row, named="inbox_done", key=("thing", "step", "indicator", "year"), by=(("unit_id", "step", "done_on"),)
):
    """What waited: `done_on` is the day on which the step was taken last."""

    thing: UUID
    step: str
    indicator: str
    year: int
    unit_id: UUID
    campaign_id: UUID | None
    done_on: date


class CampaignRow(Row, named="inbox_campaigns", key=("campaign_id",)):
    """What a campaign is called."""

    campaign_id: UUID
    code: str
    theme: str


_OWN: Final = [Role.OFFICER, Role.UNIT_HEAD]
ROLES: Final = {
    "register": _OWN,
    "appraise": [Role.PROFESSIONAL_DEPARTMENT],
    "approve": [Role.SECTOR_LEADER, Role.DIRECTOR_GENERAL],
    "confirm": [Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL],
    "confirm_below": [Role.UNIT_HEAD],
    "report": _OWN,
    "report_again": _OWN,
    "verify": [Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT],
    "complete": _OWN,
    "decide": [Role.DIRECTOR_GENERAL],
    "meet": _OWN,
    "answer": [Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT],
    "fix": _OWN,
    "check": [Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.PROFESSIONAL_DEPARTMENT],
    "sign": [Role.UNIT_HEAD, Role.DIRECTOR_GENERAL],
    "number": [Role.CLERK],
    "send": [Role.CLERK],
    "receive": [Role.CLERK, Role.OFFICER],
}
"""For whom each step waits, in its unit and above."""
DIRECTLY_BELOW: Final = ("confirm_below",)
"""Steps that wait for the unit directly above alone, as a district's for its province: nobody else sees them."""
_CONFIRMING: Final = {Judge.SECTOR: "confirm", Judge.UNIT_ABOVE: "confirm_below"}

_Matters = ObstacleRaised | ObstacleResolved | FindingRecorded | FindingClosed
_Deadlines = DeadlineSet | DeadlineMovedFor | DeadlineMet
Reads = RegistrationEvent | CampaignEvent | ScorecardEvent | NominationEvent | _Deadlines | _Matters | Papers


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """What waits after a fact, and what waits no longer; who may see either is told."""
    event, on, by = recorded.data, recorded.occurred_on, recorded.actor
    if isinstance(event, CampaignEvent):
        if isinstance(event, CampaignSays):
            yield CampaignRow.put(event.campaign_id, code=event.code, theme=event.theme)
    elif isinstance(event, RegistrationEvent):
        yield from _telling("registrations", event.registration_id, event, by, _registering(event, on))
    elif isinstance(event, ScorecardEvent):
        yield from _telling("results", event.scorecard_id, event, by, _reporting(event, on))
    elif isinstance(event, NominationEvent):
        yield from _telling("nominations", event.nomination_id, event, by, _proposing(event, on))
    elif isinstance(event, _Deadlines):
        yield from _telling("deadlines", event.deadline_id, event, by, _due(event, on))
    elif isinstance(event, ObstacleRaised | ObstacleResolved):
        yield from _telling("obstacles", event.obstacle_id, event, by, _asking(event, on))
    elif isinstance(event, FindingRecorded | FindingClosed):
        yield from _telling("inspections", event.inspection_id, event, by, _fixing(event, on))
    elif isinstance(event, Papers):
        moved = move(event)
        yield from _telling(moved.page, moved.thing, event, by, _moved(moved, event, on))
    else:
        assert_never(event)


def _telling(page: str, thing: UUID, event: Reads, by: UUID | None, changes: Iterable[Change]) -> Iterable[Change]:
    """The changes, and that the thing has changed, for its unit and for whom it waits or waited for."""
    steps = dict[str, None]()
    for change in changes:
        yield change
        if not isinstance(change, Tell):
            steps[str(change.key[1])] = None
    unit: UUID | None = getattr(event, "unit_id", None)
    if unit is not None:
        yield Tell(Told(page, thing, unit, _concerned(*steps), by))


@cache
def _concerned(*steps: str) -> tuple[Role, ...]:
    return tuple(sorted({*_OWN, *(role for step in steps for role in ROLES[step])}))


def _registering(event: RegistrationEvent, on: date) -> Iterable[Change]:
    match event:
        case RegistrationOpened(registration_id=thing):
            yield _task(thing, "register", event, on, until=event.submit_before, strict=True)
        case DraftSentForAppraisal(registration_id=thing, for_approval=whole):
            step = "approve" if whole else "appraise"
            yield _task(thing, step, event, on, until=event.appraise_before, strict=True)
        case AppraisalCompleted(registration_id=thing):
            yield from _done(thing, "appraise", event, on)
        case RegistrationApproved(registration_id=thing):
            yield from _done(thing, "approve", event, on)
        case RegistrationSubmitted(registration_id=thing):
            yield from _done(thing, "register", event, on)
            yield _task(thing, _CONFIRMING[event.judge], event, on)
        case RegistrationReturned(registration_id=thing) | RegistrationReopened(registration_id=thing):
            if isinstance(event, RegistrationReturned):
                yield from _done(thing, _CONFIRMING[event.judge], event, on)
            yield _task(thing, "register", event, on)
        case RegistrationConfirmed(registration_id=thing):
            yield from _done(thing, _CONFIRMING[event.judge], event, on)
        case _:  # what is written meanwhile waits for nobody else
            return


def _reporting(event: ScorecardEvent, on: date) -> Iterable[Change]:
    match event:
        case ScorecardOpened(scorecard_id=thing):
            for target in event.targets:
                place, end = (target.indicator, target.year), date(target.year, 12, 31)
                yield _task(thing, "report", event, on, until=end, place=place)
        case ResultReported(estimate=True):
            return  # the real figure is still waited for
        case ResultReported() | ResultReturned() | ResultCorrected() | ResultVerified():
            yield from _step_of_a_result(event, on)
        case ResultRecomputed() | TargetsReplaced() | EvidenceAttached() | EvidenceBytesDeleted():
            return
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
            yield from _done(thing, "report", event, on, place=place)
            yield TaskRow.drop(thing, "report_again", *place)
            yield _task(thing, "verify", event, on, place=place)
        case ResultCorrected():
            yield _task(thing, "verify", event, on, place=place)
        case ResultReturned():
            yield from _done(thing, "verify", event, on, place=place)
            yield _task(thing, "report_again", event, on, place=place)
        case ResultVerified(through=through):
            yield from _done(thing, "verify", event, on, place=place)
            if through is not None and through < end:
                yield _task(thing, "report", event, on, until=end, place=place)
        case _:
            assert_never(event)


def _proposing(event: NominationEvent, on: date) -> Iterable[Change]:
    match event:
        case NominationDrafted(nomination_id=thing):
            yield _task(thing, "complete", event, on)
        case DossierDocumentAdded():
            return
        case NominationSubmitted(nomination_id=thing):
            yield from _done(thing, "complete", event, on)
            yield _task(thing, "decide", event, on)
        case AwardGranted(nomination_id=thing):
            yield from _done(thing, "decide", event, on)
        case _:
            assert_never(event)


def _asking(event: ObstacleRaised | ObstacleResolved, on: date) -> Iterable[Change]:
    if isinstance(event, ObstacleRaised):
        yield _task(event.obstacle_id, "answer", event, on)
    else:
        yield from _done(event.obstacle_id, "answer", event, on)


def _fixing(event: FindingRecorded | FindingClosed, on: date) -> Iterable[Change]:
    """Each finding is a part of what is to be put right."""
    place = (str(event.finding), 0)
    if isinstance(event, FindingRecorded):
        yield _task(event.inspection_id, "fix", event, on, until=event.before, strict=True, place=place)
    else:
        yield from _done(event.inspection_id, "fix", event, on, place=place)


def _due(event: _Deadlines, on: date) -> Iterable[Change]:
    """What has a deadline of its own waits for its unit; a registration is a task by itself."""
    if event.thing_kind is ThingKind.REGISTRATION:
        return
    match event:
        case DeadlineSet(deadline_id=thing) | DeadlineMovedFor(deadline_id=thing):
            yield _task(thing, "meet", event, on, until=event.before, strict=True)
        case DeadlineMet(deadline_id=thing):
            yield from _done(thing, "meet", event, on)
        case _:
            assert_never(event)


def _moved(moved: Move, event: Papers, on: date) -> Iterable[Change]:
    if moved.over:
        yield TaskRow.drop(moved.thing, moved.over, "", 0)
    if moved.taken:
        yield from _done(moved.thing, moved.taken, event, on)
    if moved.waits:
        yield _task(moved.thing, moved.waits, event, on)


_InUnit = (
    ObstacleRaised
    | ObstacleResolved
    | FindingRecorded
    | FindingClosed
    | Papers
    | DeadlineSet
    | DeadlineMovedFor
    | DeadlineMet
    | RegistrationOpened
    | DraftSentForAppraisal
    | AppraisalCompleted
    | RegistrationApproved
    | RegistrationSubmitted
    | RegistrationReturned
    | RegistrationReopened
    | RegistrationConfirmed
    | ScorecardOpened
    | ResultReported
    | ResultCorrected
    | ResultReturned
    | ResultVerified
    | NominationDrafted
    | NominationSubmitted
    | AwardGranted
)


def _task(
    thing: UUID,
    step: str,
    event: _InUnit,
    since: date,
    *,
    until: date | None = None,
    strict: bool = False,
    place: tuple[str, int] = ("", 0),
) -> Put:
    return TaskRow.put(
        *(thing, step, *place),
        unit_id=event.unit_id,
        campaign_id=getattr(event, "campaign_id", None),
        since=since,
        until=until,
        strict=strict,
    )


def _done(thing: UUID, step: str, event: _InUnit, on: date, *, place: tuple[str, int] = ("", 0)) -> Iterable[Change]:
    """A step was taken: it waits no longer."""
    key = (thing, step, *place)
    yield TaskRow.drop(*key)
    yield DoneRow.put(*key, unit_id=event.unit_id, campaign_id=getattr(event, "campaign_id", None), done_on=on)


INBOX: Final = Projection("inbox", 4, [TaskRow.table, DoneRow.table, CampaignRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = (
    (INBOX, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
