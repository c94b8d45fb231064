"""Read model of registry: the organisation's units."""

from collections.abc import Iterable
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.registry import UnitEstablished, UnitEvent, UnitNameCorrected
from contracts.values import UnitKind

_metadata = MetaData()

UNIT_ROWS: Final = Table(
    "units",
    _metadata,
    Column("unit_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("name", Text),
    Column("kind", Text),
    Column("parent_id", Uuid),
    Column("established_on", Date),
    Index("units_by_code", "code"),
    Index("units_by_parent", "parent_id"),
)


def project_units(recorded: Recorded[UnitEvent]) -> Iterable[Change]:
    """Rows of units."""
    match event := recorded.data:
        case UnitEstablished() as unit:
            yield Put(
                UNIT_ROWS,
                (unit.unit_id,),
                {
                    "code": unit.code,
                    "name": unit.name,
                    "kind": unit.kind.value,
                    "parent_id": unit.parent_id,
                    "established_on": unit.established_on,
                },
            )
        case UnitNameCorrected(unit_id=corrected, name=name):
            yield Put(UNIT_ROWS, (corrected,), {"name": name})
        case _:
            assert_never(event)


UNITS: Final = Projection("units", 1, [UNIT_ROWS], project_units)


class UnitView(BaseModel):
    """A unit as it is known now."""

    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None


async def units(
    pool: asyncpg.Pool, *, after: str | None, limit: int, kind: UnitKind | None, parent: UUID | None, code: str | None
) -> list[UnitView]:
    """Units in the order of their codes."""
    rows = await pool.fetch(
        "select unit_id, code, name, kind, parent_id from units where ($1::text is null or code > $1)"
        " and ($2::text is null or kind = $2) and ($3::uuid is null or parent_id = $3)"
        " and ($4::text is null or code = $4) order by code limit $5",
        after,
        kind,
        parent,
        code,
        limit,
    )
    return [UnitView(**row) for row in rows]


async def unit(pool: asyncpg.Pool, unit_id: UUID) -> UnitView | None:
    """One unit."""
    row = await pool.fetchrow("select unit_id, code, name, kind, parent_id from units where unit_id = $1", unit_id)
    return None if row is None else UnitView(**row)


async def unit_kinds(pool: asyncpg.Pool, kinds: Iterable[UnitKind]) -> list[tuple[UUID, UnitKind]]:
    """Ids and kinds of all units of these kinds."""
    rows = await pool.fetch("select unit_id, kind from units where kind = any($1::text[]) order by code", list(kinds))
    return [(row["unit_id"], UnitKind(row["kind"])) for row in rows]
