"""What waits for a person: tasks of the roles that the person holds, in the units below."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.organisation.organisation import OPEN
from chassis.organisation.units import REACHED
from contracts.registry import Role
from services.portal.pages.inbox.reviewing import CLOSES
from services.portal.pages.inbox.rows import DIRECTLY_BELOW, HERE, ROLES


class Done(BaseModel):
    """A thing on which a step was taken; `parts` counts what was done in it, such as results of one year.

    `title` is that of a review, or of a report's.
    """

    thing: UUID
    step: str
    year: int
    unit_id: UUID
    unit_name: str | None
    campaign_id: UUID | None
    parts: int
    done_on: date
    title: str | None


class Task(BaseModel):
    """A thing that waits for a step; `parts` counts what is to be done in it, such as results of one year.

    `title` is that of a review, or of a report's.
    """

    thing: UUID
    step: str
    year: int
    unit_id: UUID
    unit_name: str | None
    campaign_id: UUID | None
    code: str | None
    theme: str | None
    title: str | None
    since: date
    until: date | None
    strict: bool
    parts: int


_REACH: Final = f"""
    with recursive own as (
        select units, array_agg(step) as steps from (
            select step, array_agg(held order by held) as units
            from unnest($1::text[], $2::uuid[]) as own (step, held) group by step
        ) as steps group by units
    ), wide as (
        select u.unit_id, own.steps
        from own cross join unnest(own.units) as held join organisation_units u on u.unit_id = held where {OPEN}
        union
        select u.unit_id, wide.steps from {REACHED} u join wide on u.by_id = wide.unit_id where {OPEN}
    ), reach as (
        select unit_id, steps from wide
        union all
        select u.unit_id, '{{{",".join(DIRECTLY_BELOW)}}}'::text[] from organisation_units u
        where u.parent_id = any($3::uuid[]) and {OPEN}
        union all
        select here.unit_id, array_agg(distinct here.step) from (
            select step, unit_id from unnest($4::text[], $5::uuid[]) as held (step, unit_id)
            union all
            select step, t.unit_id from unnest($4::text[], $5::uuid[]) as held (step, unit_id)
            join organisation_takeovers t on t.to_id = held.unit_id
        ) as here group by here.unit_id
    )
"""  # noqa: S608 - our own text
TAKEN: Final = f"""
    not (t.step in ({", ".join(f"'{each}'" for each in CLOSES)}) and exists (
        select from inbox_reports said join inbox_reviews of using (review_id)
        where said.report_id = t.thing and of.closed
    ))
"""
"""Whether the step of a task `t` is taken at all: none of a report in a closed review."""
# A unit is there once for each of its steps. `offset 0`: one look into the index for each unit, however many there are
_TASKS: Final = f"""{_REACH}, waiting as (
        select t.thing, t.step, t.year, t.unit_id, min(t.until) as until, min(t.since) as since, count(*) as parts
        from reach cross join lateral (
            select t.thing, t.step, t.year, t.unit_id, t.until, t.since from inbox_tasks t
            where t.unit_id = reach.unit_id and t.step = any(reach.steps) and ($6 = '' or t.step = $6) and {TAKEN}
            offset 0
        ) as t
        group by t.thing, t.step, t.year, t.unit_id
    ), first as (
        select w.*, u.name as unit_name from waiting w left join organisation_units u using (unit_id)
        order by w.until nulls last, w.since, u.name, w.thing, w.step, w.year
        limit $7
    ), whole as materialized (
        select first.*, one.strict, one.campaign_id from first cross join lateral (
            select t.strict, t.campaign_id from inbox_tasks t
            where (t.thing, t.step, t.year) = (first.thing, first.step, first.year) order by t.until nulls last limit 1
        ) as one
    )
    select w.*, c.code, c.theme, coalesce(r.title, v.title) as title
    from whole w left join inbox_campaigns c using (campaign_id)
    left join inbox_reports r on r.report_id = w.thing left join inbox_reviews v on v.review_id = w.thing
    order by w.until nulls last, w.since, w.unit_name, w.thing, w.step, w.year
"""  # noqa: S608
_DONE: Final = f"""{_REACH}, taken as (
        select d.thing, d.step, d.year, d.unit_id, d.campaign_id, d.done_on, count(*) as parts
        from reach cross join lateral (
            select d.thing, d.step, d.year, d.unit_id, d.campaign_id, d.done_on from inbox_done d
            where d.unit_id = reach.unit_id and d.step = any(reach.steps) and d.done_on >= $6 offset 0
        ) as d
        group by d.thing, d.step, d.year, d.unit_id, d.campaign_id, d.done_on
        order by d.done_on desc, d.thing, d.step, d.year
        limit $7
    )
    select taken.*, u.name as unit_name, coalesce(r.title, v.title) as title
    from taken left join organisation_units u using (unit_id)
    left join inbox_reports r on r.report_id = taken.thing left join inbox_reviews v on v.review_id = taken.thing
    order by done_on desc, unit_name, thing, step, year
"""  # noqa: S608
_WAITING: Final = f"""{_REACH}
    select t.step, sum(t.things)::bigint from reach cross join lateral (
        select step, count(*) as things from (
            select distinct t.step, t.thing, t.year from inbox_tasks t
            where t.unit_id = reach.unit_id and t.step = any(reach.steps) and {TAKEN} offset 0
        ) as t
        group by step
    ) as t
    group by t.step
"""  # noqa: S608


def _steps(held: Sequence[tuple[Role, UUID]]) -> tuple[list[str], list[UUID], list[UUID], list[str], list[UUID]]:
    """What these roles do, each step with the unit of the role; the units whose direct subunits wait for them.

    Then the steps that wait in the unit of the role alone, each with that.
    """
    steps = list(dict.fromkeys((step, unit) for role, unit in held for step, roles in ROLES.items() if role in roles))
    wide = [(step, unit) for step, unit in steps if step not in {*DIRECTLY_BELOW, *HERE}]
    here = [(step, unit) for step, unit in steps if step in HERE]
    below = list(dict.fromkeys(unit for step, unit in steps if step in DIRECTLY_BELOW))
    return [step for step, _ in wide], [unit for _, unit in wide], below, [s for s, _ in here], [u for _, u in here]


async def tasks(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], step: str, limit: int) -> list[Task]:
    """Tasks by deadline; `step` narrows them to one kind, an empty text does not."""
    return [Task(**row) for row in await pool.fetch(_TASKS, *_steps(held), step, limit)]


async def done(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]], since: date, limit: int) -> list[Done]:
    """What was done since a day, whoever did it; the latest first."""
    return [Done(**row) for row in await pool.fetch(_DONE, *_steps(held), since, limit)]


async def waiting(pool: asyncpg.Pool, held: Sequence[tuple[Role, UUID]]) -> Mapping[str, int]:
    """How many tasks of each kind wait for who holds these roles."""
    return dict(await pool.fetch(_WAITING, *_steps(held)))
