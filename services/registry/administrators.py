"""Administrators: who gives roles, that somebody always does, and whose roles do not go together."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.decider import Context
from chassis.service.platform import Platform
from chassis.store.execute import Accepted, Precondition
from contracts.registry import Role
from services.registry.domain.person import PERSON, JoinPersons, Known, LeavePerson, Person, RevokeRole
from services.registry.domain.roles import ADMINISTRATOR, Span, nobody_from
from services.registry.reference import ROLE_RULES
from services.registry.reference.role_rules import Conflict

_CANDIDATES: Final = "select distinct person_id from organisation_roles where role = $1 and unit_id = $2"
_HELD: Final = """
    with held as (
        select g.person_id, g.role, g.unit_id, g.since, least(g.until, min(r.revoked_on) - 1) as until
        from organisation_roles g
        left join organisation_revocations r
            on (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id) and r.revoked_on > g.since
        group by g.person_id, g.role, g.unit_id, g.since
    ), live as (
        select * from held where until is null or (until >= $1 and until >= since)
    )
    select a.person_id, a.role as one_role, a.unit_id as one_unit, b.role as other_role, b.unit_id as other_unit,
        greatest(a.since, b.since) as since, least(a.until, b.until) as until
    from unnest($2::text[], $3::text[]) as pair (one, other)
    join live a on a.role = pair.one
    join live b on b.person_id = a.person_id and b.role = pair.other
    where greatest(a.since, b.since) <= least(coalesce(a.until, 'infinity'), coalesce(b.until, 'infinity'))
    order by a.person_id, a.role, b.role, a.unit_id, b.unit_id, since
"""
_ABOVE: Final = """
    with recursive above as (
        select unit_id as below, unit_id, parent_id from organisation_units where unit_id = any($1::uuid[])
        union
        select a.below, u.unit_id, u.parent_id from organisation_units u join above a on u.unit_id = a.parent_id
    )
    select below, unit_id from above
"""
_MOST: Final = 500


class Administrator(BaseModel):
    """Somebody who gives roles, from a day to a day, both included."""

    person_id: UUID
    since: date
    until: date | None


class Administrators(BaseModel):
    """Who gives roles today and later; `nobody_from` is the first day without anybody, None where there is none."""

    administrators: list[Administrator]
    nobody_from: date | None


class RoleConflict(BaseModel):
    """Two roles of one person that should not go together, where one reaches the other's unit."""

    person_id: UUID
    roles: tuple[Role, Role]
    units: tuple[UUID, UUID]
    since: date
    until: date | None
    why: str
    why_en: str
    source: str
    to_be_confirmed: str


async def candidates(pool: asyncpg.Pool, root: UUID) -> list[UUID]:
    """Who is known to have been made an administrator, whatever came of it."""
    rows = await pool.fetch(_CANDIDATES, ADMINISTRATOR.value, root)
    return [UUID(int=row[0].int) for row in rows]


def spans(people: Iterable[Person], root: UUID) -> tuple[Span, ...]:
    """From when to when each of these people is an administrator."""
    return tuple(chain.from_iterable(each.roles.spans(ADMINISTRATOR, root) for each in people))


async def administrators(platform: Platform, root: UUID, today: date) -> Administrators:
    """As the facts have it today."""
    found: list[tuple[UUID, Span]] = []
    for person in await candidates(platform.pool, root):
        _, state = await platform.executor.state(PERSON, person)
        found += [(person, span) for span in spans([state], root) if span[1] >= max(today, span[0])]
    return Administrators(
        administrators=[
            Administrator(person_id=person, since=first, until=None if last == date.max else last)
            for person, (first, last) in sorted(found, key=lambda each: (each[1], each[0]))
        ],
        nobody_from=nobody_from([span for _, span in found], today),
    )


async def revoke(
    platform: Platform, command: RevokeRole, context: Context, root: UUID, expected: Precondition | None
) -> Accepted:
    """End a role; an administrator's only while all others stay as they were looked at, so that one is left.

    An administrator who was made so a moment ago, and is not known to the read model yet, does not count as one left.
    """
    person = command.person_id
    is_administrator = (command.role, command.unit_id) == (ADMINISTRATOR, root)
    others = [each for each in await candidates(platform.pool, root) if each != person] if is_administrator else []
    return await platform.executor.execute_watching(
        PERSON, person, command, context, watched=others,
        known=lambda people: Known(root=root, administrators=spans(people, root)), expected=expected,
    )  # fmt: skip


async def ended(
    platform: Platform,
    command: LeavePerson | JoinPersons,
    context: Context,
    root: UUID,
    expected: Precondition | None,
    *,
    other: bool,
) -> Accepted:
    """End all roles of a person with a leaving or joining; while all other administrators stay, so that one is left."""
    person = command.person_id
    others = [each for each in await candidates(platform.pool, root) if each != person]
    return await platform.executor.execute_watching(
        PERSON, person, command, context, watched=others,
        known=lambda people: Known(root=root, other=other, administrators=spans(people, root)), expected=expected,
    )  # fmt: skip


async def conflicts(pool: asyncpg.Pool, on: date) -> list[RoleConflict]:
    """People who hold, on a day or later, two roles that do not go together; at most 500."""
    pairs = {pair.roles: pair for pair in ROLE_RULES.conflicts_on(on)}
    rows = await pool.fetch(_HELD, on, [one.value for one, _ in pairs], [other.value for _, other in pairs])
    units = {row[name] for row in rows for name in ("one_unit", "other_unit")}
    above = {tuple(row) for row in await pool.fetch(_ABOVE, list(units))}
    found = [
        row for row in rows if above & {(row["one_unit"], row["other_unit"]), (row["other_unit"], row["one_unit"])}
    ]
    return [_conflict(row, pairs[Role(row["one_role"]), Role(row["other_role"])]) for row in found[:_MOST]]


def _conflict(row: asyncpg.Record, pair: Conflict) -> RoleConflict:
    return RoleConflict(
        person_id=row["person_id"], units=(row["one_unit"], row["other_unit"]), since=row["since"], until=row["until"],
        **pair.model_dump(include={"roles", "why", "why_en", "source", "to_be_confirmed"}),
    )  # fmt: skip


async def ever(platform: Platform, root: UUID) -> Sequence[UUID]:
    """Everybody who was ever made an administrator, as the store has it: no read model is asked."""
    rows = await platform.pool.fetch(_EVER, ADMINISTRATOR.value, str(root))
    return [UUID(row[0]) for row in rows]


_EVER: Final = """
    select distinct data ->> 'person_id' from store.events
    where type like 'thidua.registry.RoleGranted.%' and data ->> 'role' = $1 and data ->> 'unit_id' = $2
"""
