"""Who holds which role where, as the organisation's facts say; what people are called, only registry knows."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.organisation.organisation import reach
from services.portal.pages.people.rows import WaitingRow


class Held(BaseModel):
    """A role that a person holds in a unit on a day."""

    person_id: UUID
    role: str
    unit_id: UUID
    unit_name: str | None
    since: date
    until: date | None


_HELD: Final = f"""
    with recursive {reach("$1")}, held as (
        select g.person_id, g.role, g.unit_id, g.since, least(g.until, min(r.revoked_on) - 1) as until
        from organisation_roles g
        left join organisation_revocations r
            on (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id) and r.revoked_on > g.since
        group by g.person_id, g.role, g.unit_id, g.since
    )
    select h.person_id, h.role, h.unit_id, u.name as unit_name, h.since, h.until
    from held h join reach using (unit_id) left join organisation_units u using (unit_id)
    where (h.until is null or h.until >= $2) and ($3::uuid is null or h.person_id = $3)
    order by u.code, h.role, h.person_id
    limit $4
"""  # noqa: S608 - our own text


async def held(
    pool: asyncpg.Pool, units: Sequence[UUID], on: date, person: UUID | None = None, limit: int = 200
) -> list[Held]:
    """Roles in these units and below, that are held on a day or later."""
    return [Held(**row) for row in await pool.fetch(_HELD, units, on, person, limit)]


_TO_CONFIRM: Final = """
    select count(*) from proposals_waiting where lapses_after >= $2 and proposed_by <> $1 and person_id <> $1
"""
_WAITING_FOR: Final = f"""
    select {WaitingRow.columns()} from proposals_waiting where person_id = $1 and lapses_after >= $2
    order by lapses_after, proposal_id
"""  # noqa: S608 - our own text


async def to_confirm(pool: asyncpg.Pool, person: UUID, on: date) -> int:
    """How many proposed roles this person might confirm as a second person."""
    return int(await pool.fetchval(_TO_CONFIRM, person, on))


async def waiting_for(pool: asyncpg.Pool, person: UUID, on: date) -> list[WaitingRow]:
    """Roles that were proposed for a person and wait."""
    return [WaitingRow.of(row) for row in await pool.fetch(_WAITING_FOR, person, on)]
