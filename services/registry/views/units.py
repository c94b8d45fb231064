"""Read model of registry: the organisation's units."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import UnitKind


class UnitView(Row, named="units", key=("unit_id",), by=(("code",), ("parent_id",))):
    """A unit as it is known now."""

    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None
    until: date | None = Field(default=None, description="Its last day; null as long as it exists.")
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
        case UnitRenamed(unit_id=renamed, name=name, code=code, kind=kind):
            yield UnitView.put(renamed, name=name, code=code, kind=kind)
        case UnitMoved(unit_id=moved, parent_id=parent):
            yield UnitView.put(moved, parent_id=parent)
        case UnitMerged(unit_id=ended, on=on) | UnitSplit(unit_id=ended, on=on) | UnitDissolved(unit_id=ended, on=on):
            yield UnitView.put(ended, until=on - timedelta(days=1))
        case UnitChangeWithdrawn(unit_id=unit_id):
            held = event.model_dump(include={"name", "code", "kind", "parent_id", "until"})
            yield UnitView.put(unit_id, **held)
        case DutiesTakenOver() | UnitJoinedBloc() | UnitLeftBloc():
            return
        case _:
            assert_never(event)


UNITS: Final = Projection("units", 2, [UnitView.table], project_units)
ESTABLISHED: Final = UnitView.listing("kind", "parent_id", "code", by="code")


_KINDS: Final = "select unit_id, kind from units where kind = any($1::text[]) and until is null order by code"


async def takes_new(pool: asyncpg.Pool, unit: UUID) -> bool:
    """Tell whether there is such a unit, and it has not ended: what has ended takes nothing new."""
    found = await UnitView.one(pool, unit)
    return found is not None and found.until is None


async def unit_kinds(pool: asyncpg.Pool, kinds: Iterable[UnitKind]) -> list[tuple[UUID, UnitKind]]:
    """Ids and kinds of all units of these kinds that have not ended."""
    rows = await pool.fetch(_KINDS, list(kinds))
    return [(row["unit_id"], UnitKind(row["kind"])) for row in rows]
