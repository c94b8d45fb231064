"""Deadline: by when one unit does one thing. Passed: accepted, late. Closed: refused. Reopened: accepted again.

Source: B18
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day, Line, Paragraphs
from chassis.facts.offers import offered
from chassis.facts.reminders import days_late, last_day, reminder_due
from contracts.campaigns import (
    DeadlineApproaching,
    DeadlineClosed,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlinePassed,
    DeadlineReopened,
    DeadlineSet,
    DeadlineTakenBack,
    LatenessExcused,
    SubDeadlineSet,
    ThingKind,
)
from services.campaigns.domain import deadline_refusals as refuse

Reason = Annotated[str, Paragraphs(500)]
_DAY: Final = timedelta(days=1)


def deadline_id(thing: UUID, unit: UUID) -> UUID:
    """Id of a unit's deadline for a thing."""
    return uuid5(thing, f"deadline/{unit}")


class SetDeadline(Command):
    """Ask a unit to have done something before a day; `instead_of` one that a campaign has named before."""

    unit_id: UUID
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID
    title: Annotated[str, Line(200, shortest=0)] = ""
    before: Day
    under: UUID | None = None
    instead_of: Day | None = None


class LookAtDeadline(Command):
    """Remind the unit, or note that the day is over, if it is time."""


@offered(
    vi="Ghi nhận đã nộp",
    en="Note that it has come",
    trials=lambda deadline, _: [MeetDeadline(on=deadline.since)] if deadline.since else [],
)
class MeetDeadline(Command):
    """Note that it has come: on the day in the incoming book, which decides whether it was late. Source: B12."""

    on: Day


class TakeBackDeadline(Command):
    """What had come was taken back by the unit: nothing has come. Source: B19."""


@offered(
    vi="Đặt hạn cho đơn vị cấp dưới",
    en="Set a day for the units below",
    trials=lambda deadline, _: [SetSubDeadline(before=deadline.before - _DAY)] if deadline.before else [],
)
class SetSubDeadline(Command):
    """Ask all units directly below to be done before an earlier day."""

    before: Day


@offered(
    vi="Lùi hạn của đơn vị",
    en="Move it for this unit",
    trials=lambda _, __: [MoveDeadline(before=date.max, reason="…")],
)
class MoveDeadline(Command):
    """Give this unit a later day, for a reason such as a flood."""

    before: Day
    reason: Reason


@offered(vi="Ghi nhận lý do chậm", en="Excuse the lateness", trials=lambda _, __: [ExcuseLateness(reason="…")])
class ExcuseLateness(Command):
    """Find that the unit is late for a good reason; it stays listed."""

    reason: Reason


@offered(vi="Khóa nhận", en="Close it")
class CloseDeadline(Command):
    """Accept nothing any more."""


@offered(
    vi="Mở lại",
    en="Reopen it",
    trials=lambda deadline, _: [ReopenDeadline(until=date.max, reason="…")] if deadline.before else [],
)
class ReopenDeadline(Command):
    """Accept it once more until before a day; it stays late."""

    until: Day
    reason: Reason


DeadlineCommand = (
    SetDeadline
    | LookAtDeadline
    | MeetDeadline
    | TakeBackDeadline
    | SetSubDeadline
    | MoveDeadline
    | ExcuseLateness
    | CloseDeadline
    | ReopenDeadline
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as it stands; `given` is None as long as there is none.

    `since` is the day on which the unit learned of the present day, `until` the day until before which it is reopened.
    """

    given: DeadlineSet | None = None
    before: date | None = None
    since: date | None = None
    reminded: date | None = None
    passed: bool = False
    met: DeadlineMet | None = None
    excused: LatenessExcused | None = None
    closed: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up: the units directly below, whether the person acts for a unit above, who brought it."""

    below: frozenset[UUID] = frozenset()
    from_above: bool = False
    met_by: UUID | None = None


def decide(
    command: DeadlineCommand, deadline: Deadline, known: Known | None, context: Context
) -> Sequence[DeadlineEvent]:
    """The rules of deadlines: a unit asks those below it to be early; all else is for who stands above it."""
    if isinstance(command, SetDeadline):
        return _set(command, deadline, context)
    stands = _stands(deadline)
    if stands is None:
        if context.actor is None:
            return []  # what was opened before there were deadlines, or without a day
        raise refuse.NOT_SET()
    known = known or Known()
    match command:
        case LookAtDeadline():
            return _look(deadline, stands, context.occurred_on)
        case TakeBackDeadline():
            before = deadline.until or stands.before
            return [DeadlineTakenBack(**stands.about, on=deadline.met.on, before=before)] if deadline.met else []
        case SetSubDeadline():
            return _sub(command, stands, known)
        case MeetDeadline() | MoveDeadline() | ExcuseLateness() | CloseDeadline() | ReopenDeadline():
            if not (known.from_above or context.actor is None):
                raise refuse.OWN_UNIT()
            return _judge(command, deadline, stands, known, context)
        case _:
            assert_never(command)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of a deadline that was set."""

    about: dict[str, Any]
    before: date
    since: date


def _stands(deadline: Deadline) -> _Standing | None:
    if deadline.given is None or deadline.before is None or deadline.since is None:
        return None
    return _Standing(_about(deadline.given), deadline.before, deadline.since)


def _judge(
    command: MeetDeadline | MoveDeadline | ExcuseLateness | CloseDeadline | ReopenDeadline,
    deadline: Deadline,
    stands: _Standing,
    known: Known,
    context: Context,
) -> Sequence[DeadlineEvent]:
    match command:
        case MeetDeadline():
            return _meet(command, deadline, stands, known, context)
        case MoveDeadline():
            return _move(command, deadline, stands, context.occurred_on)
        case ExcuseLateness():
            return _excuse(command, deadline, stands, context)
        case CloseDeadline():
            return _close(deadline, stands, context.occurred_on)
        case ReopenDeadline():
            return _reopen(command, deadline, stands, context.occurred_on)
        case _:
            assert_never(command)


def _set(command: SetDeadline, deadline: Deadline, context: Context) -> Sequence[DeadlineEvent]:
    """A unit above sets its day for what has one already, too: then the earlier one holds.

    A campaign that moves its day moves it for whom it held; not where the unit above asks for it earlier, nor where
    this unit was given a later one.
    """
    key, stands = deadline_id(command.thing_id, command.unit_id), _stands(deadline)
    if stands is None:
        return [DeadlineSet(deadline_id=key, **command.model_dump(exclude={"instead_of"}), set_on=context.occurred_on)]
    if command.instead_of is not None:
        moves = not deadline.met and command.instead_of <= stands.before < command.before
        return [_moved(stands, command.before, context.occurred_on, "")] if moves else []
    if command.under is not None:
        later = deadline.met or command.before >= stands.before
        return [] if later else [_moved(stands, command.before, context.occurred_on, "")]
    if command.before == stands.before or context.actor is None:
        return []
    raise refuse.ALREADY_SET(before=_shown(stands.before))


def _look(deadline: Deadline, stands: _Standing, today: date) -> Sequence[DeadlineEvent]:
    if deadline.met:
        return []
    about, before = stands.about, stands.before
    if deadline.until is not None and today >= deadline.until:
        return [DeadlineClosed(**about, before=before)]
    if today >= before:
        return [] if deadline.passed else [DeadlinePassed(**about, before=before)]
    reminder = reminder_due(before, stands.since, deadline.reminded, today)
    if reminder is None:
        return []
    left = (last_day(before) - today).days
    return [DeadlineApproaching(**about, before=before, days_left=left, reminder_on=reminder)]


def _sub(command: SetSubDeadline, stands: _Standing, known: Known) -> Sequence[DeadlineEvent]:
    if command.before >= stands.before:
        raise refuse.NOT_EARLIER(before=_shown(stands.before))
    if not known.below:
        raise refuse.NOBODY_BELOW()
    return [SubDeadlineSet(**stands.about, before=command.before, units=tuple(sorted(known.below)))]


def _meet(
    command: MeetDeadline, deadline: Deadline, stands: _Standing, known: Known, context: Context
) -> Sequence[DeadlineEvent]:
    if deadline.met:
        return []
    if (
        is_shut(deadline, context.occurred_on) and context.actor is not None
    ):  # what another service has accepted has come
        raise refuse.CLOSED(before=_shown(stands.before))
    if command.on > context.occurred_on:
        raise refuse.IN_FUTURE(on=_shown(command.on))
    by, late = known.met_by or context.actor, days_late(stands.before, command.on)
    return [DeadlineMet(**stands.about, on=command.on, days_late=late, met_by=by)]


def is_shut(deadline: Deadline, today: date) -> bool:
    """Whether nothing is taken any more: it was closed, or the day until which it was reopened has come."""
    return deadline.closed or (deadline.until is not None and today >= deadline.until)


def _move(command: MoveDeadline, deadline: Deadline, stands: _Standing, today: date) -> Sequence[DeadlineEvent]:
    _unless_met(deadline)
    if command.before <= stands.before:
        raise refuse.NOT_LATER(before=_shown(stands.before))
    if command.before <= today:
        raise refuse.NOT_AHEAD(today=_shown(today))
    return [_moved(stands, command.before, today, command.reason)]


def _moved(stands: _Standing, before: date, on: date, reason: str) -> DeadlineMovedFor:
    return DeadlineMovedFor(**stands.about, before=before, previous=stands.before, moved_on=on, reason=reason)


def _excuse(
    command: ExcuseLateness, deadline: Deadline, stands: _Standing, context: Context
) -> Sequence[DeadlineEvent]:
    late = deadline.met.days_late if deadline.met else days_late(stands.before, context.occurred_on)
    if not late:
        raise refuse.NOT_LATE()
    if deadline.met and deadline.met.met_by == context.actor:
        raise refuse.OWN_LATENESS()
    if deadline.excused and deadline.excused.reason == command.reason:
        return []
    return [LatenessExcused(**stands.about, excused_by=context.actor, reason=command.reason)]


def _close(deadline: Deadline, stands: _Standing, today: date) -> Sequence[DeadlineEvent]:
    _unless_met(deadline)
    if today < stands.before:
        raise refuse.NOT_PASSED(before=_shown(stands.before))
    return [] if deadline.closed else [DeadlineClosed(**stands.about, before=stands.before)]


def _reopen(command: ReopenDeadline, deadline: Deadline, stands: _Standing, today: date) -> Sequence[DeadlineEvent]:
    if not deadline.closed:
        raise refuse.NOT_CLOSED()
    if command.until <= today:
        raise refuse.NOT_AHEAD(today=_shown(today))
    return [DeadlineReopened(**stands.about, until=command.until, reason=command.reason)]


def _unless_met(deadline: Deadline) -> None:
    if deadline.met:
        raise refuse.MET(on=_shown(deadline.met.on))


def _about(given: DeadlineSet) -> dict[str, Any]:
    return given.model_dump(include={"deadline_id", "unit_id", "campaign_id", "thing_kind", "thing_id", "title"})


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def evolve(deadline: Deadline, event: DeadlineEvent) -> Deadline:  # noqa: C901 - a line for each fact
    """The deadline after an event of its stream."""
    match event:
        case DeadlineSet():
            after = Deadline(event, event.before, event.set_on)
        case DeadlineApproaching(reminder_on=day):
            after = replace(deadline, reminded=day)
        case DeadlinePassed():
            after = replace(deadline, passed=True)
        case DeadlineMet():
            after = replace(deadline, met=event)
        case DeadlineTakenBack():
            after = replace(deadline, met=None, passed=False)
        case DeadlineMovedFor(before=before, moved_on=on):
            after = replace(deadline, before=before, since=on, passed=False, closed=False, until=None)
        case LatenessExcused():
            after = replace(deadline, excused=event)
        case DeadlineClosed():
            after = replace(deadline, closed=True, until=None)
        case DeadlineReopened(until=until):
            after = replace(deadline, closed=False, until=until)
        case SubDeadlineSet():
            after = deadline
        case _:
            assert_never(event)
    return after


DEADLINE: Final[Decider[DeadlineCommand, Deadline, DeadlineEvent, Known | None]] = Decider(
    "deadline", Deadline(), decide, evolve
)
