"""Turns the groups that rules name into people, from notify's own picture of roles and units on the event's day.

Whose roles are held up by a parked record is told nothing: nobody can say whether they still hold them.
"""

from collections.abc import Iterable
from datetime import date
from typing import assert_never
from uuid import UUID

import asyncpg

from chassis.organisation.organisation import HELD_UP, ROOT
from services.notify.domain.rule import AtTheTop, DirectlyAbove, Group, InKinds, InUnit, Oneself

_HOLDERS = f"""
    select distinct g.person_id from organisation_roles g
    where g.role = any($1::text[]) and g.since <= $2 and (g.until is null or g.until >= $2)
        and not exists (
            select from organisation_revocations r
            where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
                and r.revoked_on > g.since and r.revoked_on <= $2)
        and 'person-' || g.person_id not in ({HELD_UP}) and 'unit-' || g.unit_id not in ({HELD_UP})
        and g.unit_id
"""  # noqa: S608 - our own text
_EXISTS = "and not exists (select from organisation_units e where e.unit_id = g.unit_id and e.until < $2)"
_IN_UNIT = f"""{_HOLDERS} in (
    with recursive heirs as (
        select $3::uuid as unit_id union select t.to_id from organisation_takeovers t join heirs using (unit_id)
    ) select unit_id from heirs) {_EXISTS}
"""  # noqa: S608 - our own text
_IN_FORMER_UNIT = f"{_HOLDERS} = $3"
_IN_KINDS = f"""{_HOLDERS} in (select u.unit_id from organisation_units u where u.kind = any($3::text[])) {_EXISTS}
"""  # noqa: S608 - our own text
_ABOVE = f"{_HOLDERS} = (select u.parent_id from organisation_units u where u.unit_id = $3)"  # noqa: S608 - our own text
_DIED = "select person_id from departed where person_id = any($1::uuid[])"
_AT_THE_TOP = f"{_HOLDERS} = ({ROOT})"


async def people_in(pool: asyncpg.Pool, groups: Iterable[Group], on: date) -> set[UUID]:
    """Everybody who belongs to one of the groups on that day, but for who has died."""
    people: set[UUID] = set()
    for group in groups:
        if isinstance(group, Oneself):
            people.add(group.person_id)
            continue
        roles = [role.value for role in group.roles]
        match group:
            case InUnit(unit_id=unit, former=former):
                rows = await pool.fetch(_IN_FORMER_UNIT if former else _IN_UNIT, roles, on, unit)
            case DirectlyAbove(unit_id=unit):
                rows = await pool.fetch(_ABOVE, roles, on, unit)
            case InKinds(kinds=kinds):
                rows = await pool.fetch(_IN_KINDS, roles, on, [kind.value for kind in kinds])
            case AtTheTop(but=but):
                rows = [row for row in await pool.fetch(_AT_THE_TOP, roles, on) if row["person_id"] not in but]
            case _:
                assert_never(group)
        people.update(row["person_id"] for row in rows)
    return people - {row["person_id"] for row in await pool.fetch(_DIED, list(people))}
