"""Tasks: which thing waits for a step, of whom, since when and until when, and when it was done. Fed by all services.

Which step is open on a thing the owning service says when it is opened; a task only brings a person there.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Tell
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.awards import NominationEvent
from contracts.campaigns import (
    CampaignEvent,
    CampaignSays,
    ConfirmationEvent,
    FindingClosed,
    FindingRecorded,
    ObstacleRaised,
    ObstacleResolved,
    ReportOpened,
    ScorecardEvent,
)
from contracts.registry import PersonalRegistrationEvent, RegistrationEvent, Role
from services.portal.pages.inbox.confirming import confirming
from services.portal.pages.inbox.matters import Deadlines, asking, due, fixing, proposing
from services.portal.pages.inbox.papers import Move, Papers, move
from services.portal.pages.inbox.persons import persons
from services.portal.pages.inbox.press import Press, Violated, pressed
from services.portal.pages.inbox.registering import registering
from services.portal.pages.inbox.reporting import reporting
from services.portal.pages.inbox.reviewing import (
    Remedying,
    ReportRow,
    Reviewing,
    ReviewRow,
    Stepping,
    adding_up,
    remedying,
    reviewing,
    stepping,
)
from services.portal.pages.inbox.waiting import DoneRow, TaskRow, done, task
from services.portal.shell.told import Told


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
    "adjust": [Role.UNIT_HEAD],
    "confirm_persons": [Role.UNIT_HEAD],
    "confirm_persons_below": [Role.UNIT_HEAD],
    "mend_persons": _OWN,
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
    "take_down": [Role.COMMUNICATIONS, Role.OFFICER, Role.UNIT_HEAD],
    "hand_over": [Role.EMULATION_DEPARTMENT],
    "look_into": [Role.EMULATION_DEPARTMENT],
    "inspect": [Role.INSPECTOR],
    "judge": [Role.EMULATION_DEPARTMENT],
    "send_report": _OWN,
    "mend_report": _OWN,
    "accept_report": [Role.EMULATION_DEPARTMENT],
    "accept_report_below": _OWN,
    "refresh_report": _OWN,
    "remedy": _OWN,
    "consolidate": [Role.EMULATION_DEPARTMENT, Role.UNIT_HEAD],
}
"""For whom each step waits, in its unit and above."""
DIRECTLY_BELOW: Final = ("confirm_below", "confirm_persons_below", "accept_report_below")
"""Steps that wait for the unit directly above alone, as a district's for its province: nobody else sees them."""
HERE: Final = ("sign", "adjust", "confirm_persons", "consolidate")
"""Steps that wait in the unit itself, or in the one that took its duties over: whoever stands above has no part."""

_Matters = ObstacleRaised | ObstacleResolved | FindingRecorded | FindingClosed
_Registering = RegistrationEvent | PersonalRegistrationEvent
_Reported = Stepping | Remedying | Reviewing
_Moving = Papers | Press | ConfirmationEvent
Reads = _Registering | CampaignEvent | ScorecardEvent | NominationEvent | Deadlines | _Matters | _Moving | _Reported


def project(recorded: Recorded[Reads]) -> Iterable[Change]:  # noqa: C901 - a line for each aggregate
    """What waits after a fact, and what waits no longer; who may see either is told."""
    event, on, by = recorded.data, recorded.occurred_on, recorded.actor
    if isinstance(event, CampaignEvent):
        if isinstance(event, CampaignSays):
            yield CampaignRow.put(event.campaign_id, code=event.code, theme=event.theme)
    elif isinstance(event, RegistrationEvent):
        yield from _telling("registrations", event.registration_id, event, by, registering(event, on))
    elif isinstance(event, PersonalRegistrationEvent):
        yield from _telling("personal-registrations", event.registration_id, event, by, persons(event, on))
    elif isinstance(event, ScorecardEvent):
        yield from _telling("results", event.scorecard_id, event, by, reporting(event, on))
    elif isinstance(event, NominationEvent):
        yield from _telling("nominations", event.nomination_id, event, by, proposing(event, on))
    elif isinstance(event, Deadlines):
        yield from _telling("deadlines", event.deadline_id, event, by, due(event, on))
    elif isinstance(event, ObstacleRaised | ObstacleResolved):
        yield from _telling("obstacles", event.obstacle_id, event, by, asking(event, on))
    elif isinstance(event, FindingRecorded | FindingClosed):
        yield from _telling("inspections", event.inspection_id, event, by, fixing(event, on))
    elif isinstance(event, _Reported):
        yield from _reported(event, on, by)
    elif isinstance(event, _Moving):
        moved = _move(event)
        own = () if isinstance(event, Violated) else _OWN  # the unit does not see that something of it was reported
        yield from _telling(moved.page, moved.thing, event, by, _moved(moved, event, on), own)
    else:
        assert_never(event)


def _move(event: _Moving) -> Move:
    if isinstance(event, ConfirmationEvent):
        return confirming(event)
    return pressed(event) if isinstance(event, Press) else move(event)


def _reported(event: _Reported, on: date, by: UUID | None) -> Iterable[Change]:
    if isinstance(event, Reviewing):
        keepers = (*_OWN, Role.EMULATION_DEPARTMENT)
        yield from reviewing(event)
        yield from _telling("reviews", event.review_id, event, by, adding_up(event, on), keepers)
        return
    if isinstance(event, ReportOpened):
        yield ReportRow.put(event.report_id, review_id=event.review_id, title=event.title)
    waits = remedying(event, on) if isinstance(event, Remedying) else stepping(event, on)
    yield from _telling("reports", event.report_id, event, by, waits)


def _telling(  # noqa: PLR0917
    page: str, thing: UUID, event: Reads, by: UUID | None, changes: Iterable[Change], own: Sequence[Role] = _OWN
) -> Iterable[Change]:
    """The changes, and that the thing has changed, for its unit's `own` and for whom it waits or waited for."""
    steps = dict[str, None]()
    for change in changes:
        yield change
        if not isinstance(change, Tell):
            steps[str(change.key[1])] = None
    unit: UUID | None = getattr(event, "unit_id", None)
    if unit is not None:
        yield Tell(Told(page, thing, unit, _concerned(tuple(own), *steps), by))


@cache
def _concerned(own: tuple[Role, ...], *steps: str) -> tuple[Role, ...]:
    return tuple(sorted({*own, *(role for step in steps for role in ROLES[step])}))


def _moved(moved: Move, event: _Moving, on: date) -> Iterable[Change]:
    if moved.over:
        yield TaskRow.drop(moved.thing, moved.over, "", 0)
    if moved.taken:
        yield from done(moved.thing, moved.taken, event, on)
    if moved.waits:
        yield task(moved.thing, moved.waits, event, on)


_TABLES: Final = [TaskRow.table, DoneRow.table, CampaignRow.table, ReportRow.table, ReviewRow.table]
INBOX: Final = Projection("inbox", 8, _TABLES, project)
LEARNS: Final[tuple[Learns, ...]] = (
    (INBOX, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
