"""Read model of registry: where each person works now, which posts are held beside, who has left."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    AssignmentCorrected,
    LeavingCancelled,
    LeavingReason,
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    PersonLeft,
    PersonReturned,
    PersonsJoined,
    PersonsParted,
    PostEnded,
    PostKind,
    PostTaken,
    RemarkGiven,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)


class PersonRow(Row, named="persons", key=("person_id",), by=(("into_id",),)):
    """Whether a person has left, since when and why; into which record this one was joined."""

    person_id: UUID
    left_on: date | None
    reason: LeavingReason | None
    into_id: UUID | None


class AssignmentRow(Row, named="assignments", key=("person_id", "since"), by=(("unit_id", "since"),)):
    """A person's main work in a unit, until the next assignment."""

    person_id: UUID
    since: date
    unit_id: UUID
    category: StaffCategory
    works_directly: bool


class PostRow(Row, named="posts", key=("person_id", "kind", "unit_id", "since"), by=(("unit_id",),)):
    """A second post or a secondment."""

    person_id: UUID
    kind: PostKind
    unit_id: UUID
    since: date
    until: date | None


def project_posts(recorded: Recorded[PersonEvent]) -> Iterable[Change]:
    """Rows of people, of their assignments and posts."""
    match event := recorded.data:
        case PersonEnrolled(person_id=person) | LeavingCancelled(person_id=person) | PersonReturned(person_id=person):
            yield PersonRow.put(person, left_on=None, reason=None)
        case PersonLeft(person_id=person, on=on, reason=reason):
            yield PersonRow.put(person, left_on=on, reason=reason)
        case PersonsJoined(person_id=person, into_id=into):
            yield PersonRow.put(person, into_id=into)
        case PersonsParted(person_id=person):
            yield PersonRow.put(person, into_id=None)
        case AssignmentCorrected():
            yield AssignmentRow.drop(event.person_id, event.assigned_on)
            yield _assigned(event)
        case PersonAssigned():
            yield _assigned(event)
        case PostTaken():
            yield PostRow.put(event.person_id, event.kind, event.unit_id, event.since, until=event.until)
        case PostEnded(on=on):
            last = on - timedelta(days=1)
            yield PostRow.put(event.person_id, event.kind, event.unit_id, event.since, until=last)
        case RoleGranted() | RoleRevoked() | RoleCancelled() | RemarkGiven():
            return
        case _:
            assert_never(event)


def _assigned(event: PersonAssigned | AssignmentCorrected) -> Change:
    return AssignmentRow.put(
        event.person_id,
        event.since,
        unit_id=event.unit_id,
        category=event.category,
        works_directly=event.works_directly,
    )


POSTS: Final = Projection("posts", 1, [PersonRow.table, AssignmentRow.table, PostRow.table], project_posts)

_WORKING: Final = f"""
    select {AssignmentRow.columns("a")} from assignments a left join persons p using (person_id)
    where a.since <= $1 and (p.left_on is null or p.left_on > $1) and p.into_id is null
    and not exists (
        select from assignments later
        where later.person_id = a.person_id and later.since > a.since and later.since <= $1
    )
    and ($2::uuid[] is null or a.unit_id = any($2::uuid[]))
    order by a.unit_id, a.person_id
"""  # noqa: S608 - our own text


async def working(pool: asyncpg.Pool, on: date, units: Sequence[UUID] | None = None) -> list[AssignmentRow]:
    """Who mainly works where on a day, each human once: of joined records only the one that stays."""
    return [AssignmentRow.of(row) for row in await pool.fetch(_WORKING, on, units)]
