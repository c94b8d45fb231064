"""What waits for a person: tasks of the roles that the person holds, in the units below."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from contracts.registry import Role


class Task(BaseModel):
    """A thing that waits for a step; `parts` counts what is to be done in it, such as results of one year."""

    thing: UUID
    step: str
    year: int
    unit_id: UUID
    unit_name: str | None
    campaign_id: UUID
    code: str | None
    theme: str | None
    since: date
    until: date | None
    strict: bool
    parts: int
    done_on: date | None = None


_REACH: Final = """
    with recursive reach as (
        select role, unit_id from unnest($1::text[], $2::uuid[]) as held (role, unit_id)
        union
        select reach.role, u.unit_id from organisation_units u join reach on u.parent_id = reach.unit_id
    )
"""
_TOLD: Final = f"""{_REACH}
    select t.thing, t.step, t.year, t.unit_id, u.name as unit_name, t.campaign_id, c.code, c.theme,
        min(t.since) as since, t.until, t.strict, t.done_on, count(distinct t.indicator) as parts
    from inbox_tasks t
    join reach on reach.unit_id = t.unit_id and t.roles::jsonb ? reach.role
    left join organisation_units u on u.unit_id = t.unit_id
    left join inbox_campaigns c on c.campaign_id = t.campaign_id
    where %s
    group by t.thing, t.step, t.year, t.unit_id, u.name, t.campaign_id, c.code, c.theme, t.until, t.strict, t.done_on
    order by %s, u.name, t.thing
    limit $4
"""  # noqa: S608 - our own text
_TASKS: Final = _TOLD % ("t.done_on is null and ($3 = '' or t.step = $3)", "t.until nulls last, since")
_DONE: Final = _TOLD % ("t.done_on >= $3", "t.done_on desc")


_WAITING: Final = f"""{_REACH}
    select t.step, count(distinct (t.thing, t.year))
    from inbox_tasks t join reach on reach.unit_id = t.unit_id and t.roles::jsonb ? reach.role
    where t.done_on is null
    group by t.step
"""  # noqa: S608


async def tasks(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], step: str, limit: int) -> list[Task]:
    """Tasks by deadline; `step` narrows them to one kind, an empty text does not."""
    rows = await pool.fetch(_TASKS, [role for role, _ in held], [unit for _, unit in held], step, limit)
    return [Task(**row) for row in rows]


async def done(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], since: date, limit: int) -> list[Task]:
    """What was done since a day, whoever did it; the latest first."""
    rows = await pool.fetch(_DONE, [role for role, _ in held], [unit for _, unit in held], since, limit)
    return [Task(**row) for row in rows]


async def waiting(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]]) -> Mapping[str, int]:
    """How many tasks of each kind wait for who holds these roles."""
    return dict(await pool.fetch(_WAITING, [role for role, _ in held], [unit for _, unit in held]))
