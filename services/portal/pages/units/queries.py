"""What the pages of units ask: the tree, one unit with what is above and below it, its roles and its timeline."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from contracts.registry import Role
from services.portal.pages.units.rows import FactRow
from services.portal.pages.units.unit_facts import Seen


class Unit(NamedTuple):
    """A unit as it is today; a page shows all of them."""

    unit_id: UUID
    code: str
    name: str
    kind: str
    parent_id: UUID | None
    until: date | None


class Held(BaseModel):
    """A role that a person holds in a unit."""

    person_id: UUID
    role: Role
    since: date
    until: date | None


_COLUMNS: Final = "u.unit_id, u.code, u.name, u.kind, u.parent_id, u.until"
_THERE: Final = "u.code is not null and (u.until is null or u.until >= $1)"
_ALL: Final = f"select {_COLUMNS} from organisation_units u where {_THERE} order by u.code"  # noqa: S608 - our own text
_BELOW: Final = f"select {_COLUMNS} from organisation_units u where {_THERE} and u.parent_id = $2 order by u.code"  # noqa: S608
_PATH: Final = f"""
    with recursive path as (
        select unit_id, parent_id, 0 as step from organisation_units where unit_id = $1
        union all
        select p.unit_id, p.parent_id, path.step + 1 from organisation_units p join path on p.unit_id = path.parent_id
        where path.step < 20
    )
    select {_COLUMNS} from path join organisation_units u using (unit_id) order by path.step desc
"""  # noqa: S608
_ROLES: Final = """
    with held as (
        select g.person_id, g.role, g.since, least(g.until, min(r.revoked_on) - 1) as until
        from organisation_roles g
        left join organisation_revocations r
            on (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id) and r.revoked_on > g.since
        where g.unit_id = $1
        group by g.person_id, g.role, g.unit_id, g.since
    )
    select person_id, role, since, until from held
    where since <= $2 and (until is null or until >= $2) order by role, since, person_id limit 100
"""
_TIMELINE: Final = f"""
    select {FactRow.columns()} from timeline
    where unit_id = $1 and seen = any($2::text[]) and ($3::uuid is null or (occurred_on, recorded_at, event_id) <
        (select occurred_on, recorded_at, event_id from timeline where event_id = $3 and unit_id = $1))
    order by occurred_on desc, recorded_at desc, event_id desc limit $4
"""  # noqa: S608
_CODED: Final = "select code, unit_id from organisation_units where code = any($1::text[]) and until is null"
_INDICATORS: Final = "select distinct indicator, name from progress_goals where campaign_id = any($1::uuid[])"


async def everything(pool: asyncpg.Pool, on: date) -> list[Unit]:
    """All units that there are on a day, by code."""
    return [Unit(*row) for row in await pool.fetch(_ALL, on)]


async def path(pool: asyncpg.Pool, unit: UUID) -> list[Unit]:
    """A unit after all those above it, the topmost first; nothing for one that is not known."""
    return [Unit(*row) for row in await pool.fetch(_PATH, unit)]


async def below(pool: asyncpg.Pool, unit: UUID, on: date) -> list[Unit]:
    """Units directly below one, by code."""
    return [Unit(*row) for row in await pool.fetch(_BELOW, on, unit)]


async def by_code(pool: asyncpg.Pool, units: Collection[str]) -> dict[str, UUID]:
    """Units that exist by their codes of today."""
    return dict(await pool.fetch(_CODED, list(units)))


async def roles(pool: asyncpg.Pool, unit: UUID, on: date) -> list[Held]:
    """Who holds which role in just this unit on a day."""
    return [Held(**row) for row in await pool.fetch(_ROLES, unit, on)]


async def timeline(
    pool: asyncpg.Pool, unit: UUID, seen: Collection[Seen], after: UUID | None, limit: int
) -> list[FactRow]:
    """Facts of a unit that may be seen, the newest first, those after the one given."""
    return [FactRow.of(row) for row in await pool.fetch(_TIMELINE, unit, [each.value for each in seen], after, limit)]


async def indicators(pool: asyncpg.Pool, campaigns: Collection[str]) -> Mapping[str, str]:
    """What the indicators of these campaigns are called, by their codes."""
    return dict(await pool.fetch(_INDICATORS, list(campaigns)))


def campaigns_of(facts: Sequence[FactRow]) -> list[str]:
    """The campaigns that facts are of, by their ids as texts."""
    named: list[Any] = [fact.said.get("campaign") for fact in facts]
    return [each for each in dict.fromkeys(named) if each is not None]
