"""Read model of registry: the organisation's units."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import UnitEstablished, UnitEvent, UnitNameCorrected
from contracts.values import UnitKind


class UnitView(Row, named="units", key=("unit_id",), by=(("code",), ("parent_id",))):
    """A unit as it is known now."""

    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None
    established_on: date = Field(exclude=True)


def project_units(recorded: Recorded[UnitEvent]) -> Iterable[Change]:
    """Rows of units."""
    match event := recorded.data:
        case UnitEstablished() as unit:
            yield UnitView.put(
                unit.unit_id,
                code=unit.code,
                name=unit.name,
                kind=unit.kind,
                parent_id=unit.parent_id,
                established_on=unit.established_on,
            )
        case UnitNameCorrected(unit_id=corrected, name=name):
            yield UnitView.put(corrected, name=name)
        case _:
            assert_never(event)


UNITS: Final = Projection("units", 1, [UnitView.table], project_units)
ESTABLISHED: Final = UnitView.listing("kind", "parent_id", "code", by="code")


async def unit_kinds(pool: asyncpg.Pool, kinds: Iterable[UnitKind]) -> list[tuple[UUID, UnitKind]]:
    """Ids and kinds of all units of these kinds."""
    rows = await pool.fetch("select unit_id, kind from units where kind = any($1::text[]) order by code", list(kinds))
    return [(row["unit_id"], UnitKind(row["kind"])) for row in rows]
