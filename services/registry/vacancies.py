"""Units without a head or without an emulation officer: seen before something is due that nobody can do. Source: B7."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.organisation.organisation import BELOW, IN_DOUBT
from contracts.registry import Role
from contracts.values import UnitKind

OFFICES: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.UNIT_HEAD: (Role.UNIT_HEAD, Role.DIRECTOR_GENERAL),
    Role.OFFICER: (Role.OFFICER, Role.EMULATION_DEPARTMENT),
}
"""What a unit is to have, and who counts for it."""

_ACCOUNTLESS: Final = (UnitKind.OUTSIDE_BODY, UnitKind.TEAM, UnitKind.AGENCY_BLOC)
"""Kinds of units in which nobody signs in."""

# Who holds what is looked up once, not for each unit and office
_VACANT: Final = f"""{BELOW}, held as materialized (
        select distinct g.unit_id, counts.office
        from organisation_roles g join unnest($5::text[], $6::text[]) as counts (office, role) on counts.role = g.role
        where g.since <= $2 and coalesce($2 <= g.until, true)
        and 'person-' || g.person_id not in {IN_DOUBT}
        and not exists (
            select from organisation_revocations r
            where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
            and r.revoked_on > g.since and r.revoked_on <= $2
        )
    ), lacking as (
        select u.unit_id, u.code, u.name, u.parent_id, wanted.office
        from below join organisation_units u using (unit_id)
        cross join unnest($3::text[]) as wanted (office)
        where u.code is not null and (u.until is null or u.until >= $2) and u.kind <> all($4::text[])
        and (u.unit_id, wanted.office) not in (select unit_id, office from held)
    )
    select unit_id, code, name, parent_id, array_agg(office order by office desc) as lacks from lacking
    where $7::text is null or code > $7 group by unit_id, code, name, parent_id order by code limit $8
"""  # noqa: S608 - our own text


class VacancyRow(BaseModel):
    """A unit and the offices that nobody holds there."""

    unit_id: UUID
    code: str
    name: str
    parent_id: UUID | None
    lacks: list[Role]


async def vacancies(pool: asyncpg.Pool, unit: UUID, on: date, after: str | None, limit: int) -> list[VacancyRow]:
    """Units from this one downward in which nobody is head, or officer, on a day; by their codes."""
    offices = list(OFFICES)
    counts = [(office, role) for office, roles in OFFICES.items() for role in roles]
    rows = await pool.fetch(
        _VACANT, unit, on, [office.value for office in offices], [kind.value for kind in _ACCOUNTLESS],
        [office.value for office, _ in counts], [role.value for _, role in counts], after, limit,
    )  # fmt: skip
    return [VacancyRow(**row) for row in rows]
