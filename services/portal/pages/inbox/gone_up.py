"""Work that has waited for two working days in a unit in which nobody can do it: it goes up. Source: B7."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.decider import Rejected
from chassis.facts.working_days import is_working_day
from chassis.organisation.organisation import OPEN
from services.portal.pages.inbox.queries import TAKEN
from services.portal.pages.inbox.rows import ROLES

WORKING_DAYS: Final = 2
"""So long a unit may find somebody itself. Source: B7 [to be confirmed]."""


_AT_THE_LATEST: Final = timedelta(days=4)


class Stuck(BaseModel):
    """A step that waits in a unit where nobody holds a role that takes it."""

    unit_id: UUID
    unit_name: str | None
    step: str
    things: int
    since: date


_STUCK: Final = f"""
    with recursive reach as (
        select u.unit_id from organisation_units u where u.unit_id = any($1::uuid[]) and {OPEN}
        union
        select u.unit_id from organisation_units u join reach on u.parent_id = reach.unit_id where {OPEN}
    ), held as materialized (
        select distinct g.unit_id, does.step
        from organisation_roles g join unnest($4::text[], $5::text[]) as does (step, role) on does.role = g.role
        where g.since <= $6 and coalesce($6 <= g.until, true)
        and not exists (
            select from organisation_revocations r
            where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
            and r.revoked_on > g.since and r.revoked_on <= $6
        )
    ), lacking as materialized (
        select unit_id, step from reach cross join unnest($3::text[]) as wanted (step)
        where (unit_id, step) not in (select unit_id, step from held) and not unit_id = any($1::uuid[])
    )
    select t.unit_id, u.name as unit_name, t.step, count(distinct t.thing)::int as things, min(t.since) as since
    from lacking join inbox_tasks t using (unit_id, step) join organisation_units u using (unit_id)
    where t.since <= $2 and {TAKEN}
    group by t.unit_id, u.name, t.step order by since, unit_name, t.step limit 200
"""  # noqa: S608 - our own text
_OWN: Final = ("register", "report", "complete", "send_report", "mend_report")
"""Steps that a unit takes itself."""


def gone_up(today: date) -> date:
    """Work that has waited since this day or longer goes up today: two working days have passed since."""
    day, left = today, WORKING_DAYS
    try:
        while left:
            left -= is_working_day(day)
            day -= timedelta(days=1)
    except Rejected:  # a year whose days off are not known yet: rather later than too early
        return today - _AT_THE_LATEST
    return day


async def stuck(pool: asyncpg.Pool, units: Sequence[UUID], today: date) -> list[Stuck]:
    """What waits below these units where nobody can do it, the longest first."""
    if not units:
        return []
    does = [(step, role) for step in _OWN for role in ROLES[step]]
    rows = await pool.fetch(
        _STUCK, units, gone_up(today), list(_OWN), [step for step, _ in does], [role.value for _, role in does], today
    )
    return [Stuck(**row) for row in rows]
