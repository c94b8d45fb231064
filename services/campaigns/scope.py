"""Which units a campaign reaches, from what is known of the organisation."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from contracts.values import UnitKind

_IN_SCOPE: Final = """
    with recursive above as (
        select unit_id, kind, parent_id from organisation_units where unit_id = $1
        union
        select u.unit_id, u.kind, u.parent_id from organisation_units u join above a on u.unit_id = a.parent_id
    )
    select exists (select from above where kind = any($2::text[]))
"""
_OF_KINDS: Final = """
    select unit_id, kind, code, name from organisation_units
    where kind = any($1::text[]) and established_on <= $2 and (until is null or until > $2)
    order by kind, code limit 2000
"""


class ReachedUnit(BaseModel):
    """A unit that a group of recipients stands for."""

    unit_id: UUID
    kind: UnitKind
    code: str
    name: str


async def in_scope(pool: asyncpg.Pool, unit: UUID, kinds: Collection[UnitKind]) -> bool:
    """Tell whether a unit, or one above it, is of one of these kinds. Source: S002-5."""
    return bool(await pool.fetchval(_IN_SCOPE, unit, list(kinds)))


async def units_of(pool: asyncpg.Pool, kinds: Collection[UnitKind], on: date) -> list[ReachedUnit]:
    """The units of these kinds as they stood on a day. Source: M-2."""
    return [ReachedUnit.model_validate(dict(row)) for row in await pool.fetch(_OF_KINDS, list(kinds), on)]
