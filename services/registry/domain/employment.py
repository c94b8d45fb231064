"""Where a person works: main assignment, posts beside it, leaving and returning, which record is whose. Source: B3."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import assert_never
from uuid import UUID

from chassis.facts.decider import Rejected
from contracts.registry import (
    AssignmentCorrected,
    LeavingCancelled,
    LeavingReason,
    PersonAssigned,
    PersonLeft,
    PersonReturned,
    PersonsJoined,
    PersonsParted,
    PostEnded,
    PostKind,
    PostTaken,
    RemarkGiven,
)
from services.registry.domain.person_refusals import (
    BEFORE_ASSIGNED,
    DIED,
    LEFT_ALREADY,
    NEVER_THERE,
    NO_ASSIGNMENT,
    NO_POST,
    NOT_LEFT,
    NOT_THERE,
    OVERLAPS,
    OWN_POST,
    POST_ENDS_BEFORE,
    POST_TAKEN,
    RETURNS_BEFORE,
    TO_COME,
)

WorkEvent = (
    PersonAssigned
    | AssignmentCorrected
    | PersonLeft
    | LeavingCancelled
    | PersonReturned
    | PostTaken
    | PostEnded
    | PersonsJoined
    | PersonsParted
    | RemarkGiven
)


@dataclass(frozen=True, slots=True)
class Stay:
    """Main work in one unit, from a day to a day, both included; None: until further notice."""

    unit_id: UUID
    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the person was there on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


Absence = tuple[PersonLeft, date | None]
"""A leaving, with the day of the return."""


@dataclass(frozen=True, slots=True)
class Work:
    """Assignments in the order of their days, absences from the sector, posts beside, and the record that counts."""

    assignments: tuple[PersonAssigned, ...] = ()
    absences: tuple[Absence, ...] = ()
    posts: tuple[PostTaken, ...] = ()
    remarks: tuple[RemarkGiven, ...] = ()
    into: UUID | None = None

    @property
    def left(self) -> PersonLeft | None:
        """The leaving from which there was no return yet."""
        return self.absences[-1][0] if self.absences and self.absences[-1][1] is None else None

    def stays(self) -> tuple[Stay, ...]:
        """Where the person mainly worked, from when to when, absences left out."""
        found = []
        for each, following in zip_longest(self.assignments, self.assignments[1:]):
            last = None if following is None else following.since - timedelta(days=1)
            gone = [left.on - timedelta(days=1) for left, _ in self.absences if left.on > each.since]
            last = min([*gone, *([] if last is None else [last])], default=None)
            if last is None or last >= each.since:
                found.append(Stay(each.unit_id, each.since, last))
        return tuple(found)

    def after(self, event: WorkEvent) -> "Work":
        """The work after one fact."""
        match event:
            case PersonAssigned() | AssignmentCorrected():
                return replace(self, assignments=_assigned(self.assignments, event))
            case PersonLeft() | LeavingCancelled() | PersonReturned():
                return replace(self, absences=_absent(self.absences, event))
            case PostTaken() | PostEnded():
                return replace(self, posts=_posts(self.posts, event))
            case PersonsJoined() | PersonsParted():
                return replace(self, into=event.into_id if isinstance(event, PersonsJoined) else None)
            case RemarkGiven():
                return replace(self, remarks=(*self.remarks, event))
            case _:
                assert_never(event)


def _assigned(
    before: tuple[PersonAssigned, ...], event: PersonAssigned | AssignmentCorrected
) -> tuple[PersonAssigned, ...]:
    if isinstance(event, PersonAssigned):
        return (*before, event)
    right = PersonAssigned(**event.model_dump(exclude={"assigned_on"}))
    rest = [each for each in before if each.since != event.assigned_on]
    return tuple(sorted([*rest, right], key=lambda each: each.since))


def _absent(before: tuple[Absence, ...], event: PersonLeft | LeavingCancelled | PersonReturned) -> tuple[Absence, ...]:
    match event:
        case PersonLeft():
            return (*before, (event, None))
        case LeavingCancelled():
            return before[:-1]
        case PersonReturned(on=on):
            return (*before[:-1], (before[-1][0], on))


def _posts(before: tuple[PostTaken, ...], event: PostTaken | PostEnded) -> tuple[PostTaken, ...]:
    if isinstance(event, PostTaken):
        return (*before, event)
    last, found = event.on - timedelta(days=1), []
    for each in before:
        ends = _same(each, event) and each.since == event.since
        found.append(each.model_copy(update={"until": last}) if ends else each)
    return tuple(each for each in found if each.until is None or each.until >= each.since)


def _same(one: PostTaken | PostEnded, other: PostTaken | PostEnded) -> bool:
    return (one.unit_id, one.kind) == (other.unit_id, other.kind)


def _covers(post: PostTaken, day: date) -> bool:
    return post.since <= day and (post.until is None or day <= post.until)


def still_there(work: Work, until: date | None) -> None:
    """Raises `person-not-there` for something that would hold on days after the person has left."""
    left = work.left
    if left is not None and (until is None or until >= left.on):
        raise NOT_THERE(day=f"{left.on:%d/%m/%Y}", day_en=f"{left.on}")


def assign(wanted: PersonAssigned, work: Work) -> Sequence[WorkEvent]:
    """The next assignment, on the day of the present one or later."""
    present = work.assignments[-1] if work.assignments else None
    if present == wanted:
        return []
    still_there(work, None)
    if present is not None and wanted.since < present.since:
        raise Rejected(
            "assignment-before-present-one",
            f"Người này đã được phân công từ ngày {present.since:%d/%m/%Y}; hãy chọn ngày không sớm hơn, hoặc sửa lần"
            " phân công đó.",
            f"This person has been assigned since {present.since}; choose that day or later, or correct it.",
        )
    return [wanted]


def correct(wanted: AssignmentCorrected, work: Work) -> Sequence[WorkEvent]:
    """An assignment as it really was; those before and after it stay as they are."""
    days = [each.since for each in work.assignments]
    if wanted.assigned_on not in days:
        day = wanted.assigned_on
        raise NO_ASSIGNMENT(day=f"{day:%d/%m/%Y}", day_en=f"{day}")
    place = days.index(wanted.assigned_on)
    if PersonAssigned(**wanted.model_dump(exclude={"assigned_on"})) == work.assignments[place]:
        return []
    before, after = days[:place], days[place + 1 :]
    if (before and wanted.since <= before[-1]) or (after and wanted.since >= after[0]):
        raise OVERLAPS()
    return [wanted]


def leave(reason: LeavingReason, on: date, person: UUID, work: Work, today: date) -> Sequence[WorkEvent]:
    """Leaving as of a day, from the unit of the day before; a death is never of a day to come."""
    there = [stay.unit_id for stay in work.stays() if stay.covers(on - timedelta(days=1))]
    wanted = PersonLeft(person_id=person, unit_id=there[0] if there else None, reason=reason, on=on)
    if (left := work.left) is not None and (left.reason, left.on) == (reason, on):
        return []
    if left is not None:
        raise LEFT_ALREADY(day=f"{left.on:%d/%m/%Y}", day_en=f"{left.on}")
    if wanted.reason is LeavingReason.DIED and wanted.on > today:
        raise TO_COME()
    if work.assignments and wanted.on < (since := work.assignments[-1].since):
        raise BEFORE_ASSIGNED(day=f"{since:%d/%m/%Y}", day_en=f"{since}")
    return [wanted]


def cancel(person: UUID, work: Work) -> Sequence[WorkEvent]:
    """The leaving was entered wrong, a death too."""
    if work.left is None:
        raise NOT_LEFT()
    return [LeavingCancelled(person_id=person)]


def come_back(wanted: PersonAssigned, work: Work) -> Sequence[WorkEvent]:
    """Somebody who left works here again, in a unit, from a later day on."""
    if (left := work.left) is None:
        raise NOT_LEFT()
    if left.reason is LeavingReason.DIED:
        raise DIED()
    if wanted.since < left.on:
        raise RETURNS_BEFORE(day=f"{left.on:%d/%m/%Y}", day_en=f"{left.on}")
    return [PersonReturned(person_id=wanted.person_id, on=wanted.since), wanted]


def take_post(wanted: PostTaken, work: Work) -> Sequence[WorkEvent]:
    """A second post, or a secondment for a time."""
    if wanted.until is not None and wanted.until < wanted.since:
        raise POST_ENDS_BEFORE()
    if wanted in work.posts:
        return []
    still_there(work, wanted.until)
    if any(stay.unit_id == wanted.unit_id and stay.covers(wanted.since) for stay in work.stays()):
        raise OWN_POST()
    until = wanted.until or date.max
    same = [each for each in work.posts if _same(each, wanted)]
    if any(each.since <= until and wanted.since <= (each.until or date.max) for each in same):
        raise POST_TAKEN()
    return [wanted]


def end_post(person: UUID, unit: UUID, kind: PostKind, on: date, work: Work) -> Sequence[WorkEvent]:
    """The end of a post beside the main one: nothing where it has ended by then."""
    held = [each for each in work.posts if (each.unit_id, each.kind) == (unit, kind)]
    if any(each.until is not None and each.until < on for each in held) and not any(_covers(each, on) for each in held):
        return []
    for each in held:
        if _covers(each, on):
            return [PostEnded(person_id=person, unit_id=unit, kind=kind, since=each.since, on=on)]
    raise NO_POST()


def remark(wanted: RemarkGiven, work: Work) -> Sequence[WorkEvent]:
    """A remark of a unit in which the person worked in that year."""
    first, last = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
    there = [stay for stay in work.stays() if stay.unit_id == wanted.unit_id]
    if not any(stay.since <= last and (stay.until is None or stay.until >= first) for stay in there):
        raise NEVER_THERE()
    return [] if wanted in work.remarks else [wanted]
