"""What waits for a person: tasks of the roles that the person holds, in the units below."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.organisation.organisation import OPEN
from contracts.registry import Role
from services.portal.pages.inbox.rows import ROLES


class Done(BaseModel):
    """A thing on which a step was taken; `parts` counts what was done in it, such as results of one year."""

    thing: UUID
    step: str
    year: int
    unit_id: UUID
    unit_name: str | None
    parts: int
    done_on: date


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


_REACH: Final = f"""
    with recursive reach as (
        select u.unit_id as held, u.unit_id from organisation_units u where u.unit_id = any($2::uuid[]) and {OPEN}
        union
        select reach.held, u.unit_id from organisation_units u join reach on u.parent_id = reach.unit_id where {OPEN}
    ), may as (
        select step, reach.unit_id from unnest($1::text[], $2::uuid[]) as own (step, held) join reach using (held)
    )
"""  # noqa: S608 - our own text
_TASKS: Final = f"""{_REACH}, waiting as (
        select t.thing, t.step, t.year, t.unit_id, t.campaign_id, t.until, t.strict,
            min(t.since) as since, count(distinct t.indicator) as parts
        from inbox_tasks t
        where ($3 = '' or t.step = $3) and (t.step, t.unit_id) in (select step, unit_id from may)
        group by t.thing, t.step, t.year, t.unit_id, t.campaign_id, t.until, t.strict
    )
    select w.*, u.name as unit_name, c.code, c.theme
    from waiting w
    left join organisation_units u on u.unit_id = w.unit_id
    left join inbox_campaigns c on c.campaign_id = w.campaign_id
    order by w.until nulls last, w.since, u.name, w.thing
    limit $4
"""  # noqa: S608
_DONE: Final = f"""{_REACH}
    select d.thing, d.step, d.year, d.unit_id, u.name as unit_name, d.done_on, count(*) as parts
    from inbox_done d
    left join organisation_units u on u.unit_id = d.unit_id
    where d.done_on >= $3 and (d.step, d.unit_id) in (select step, unit_id from may)
    group by d.thing, d.step, d.year, d.unit_id, u.name, d.done_on
    order by d.done_on desc, u.name, d.thing
    limit $4
"""  # noqa: S608
_WAITING: Final = f"""{_REACH}
    select step, count(*) from (
        select distinct t.step, t.thing, t.year from inbox_tasks t
        where (t.step, t.unit_id) in (select step, unit_id from may)
    ) as things
    group by step
"""  # noqa: S608


def _steps(held: Sequence[tuple[Role, UUID]]) -> tuple[list[str], list[UUID]]:
    """What these roles do, each step with the unit of the role."""
    steps = list(dict.fromkeys((step, unit) for role, unit in held for step, roles in ROLES.items() if role in roles))
    return [step for step, _ in steps], [unit for _, unit in steps]


async def tasks(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], step: str, limit: int) -> list[Task]:
    """Tasks by deadline; `step` narrows them to one kind, an empty text does not."""
    return [Task(**row) for row in await pool.fetch(_TASKS, *_steps(held), step, limit)]


async def done(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], since: date, limit: int) -> list[Done]:
    """What was done since a day, whoever did it; the latest first."""
    return [Done(**row) for row in await pool.fetch(_DONE, *_steps(held), since, limit)]


async def waiting(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]]) -> Mapping[str, int]:
    """How many tasks of each kind wait for who holds these roles."""
    return dict(await pool.fetch(_WAITING, *_steps(held)))
