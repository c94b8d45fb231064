"""What is looked up of other units before one of them changes."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import asyncpg

from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform
from contracts.values import UnitKind
from services.registry.domain.unit import unit_id
from services.registry.domain.unit_commands import (
    JoinBloc,
    LifeCommand,
    MergeUnit,
    MoveUnit,
    RenameUnit,
    SplitUnit,
    TakeDutiesOver,
)
from services.registry.domain.unit_state import Known, Other, Unit

_OTHERS: Final = "select unit_id, name, kind, until from organisation_units where unit_id = any($1::uuid[])"
_BELOW: Final = "select kind from organisation_units where parent_id = $1 and until is null"
_CODE: Final = "select exists (select from organisation_units where code = $1 and until is null and unit_id <> $2)"
_ABOVE: Final = """
    with recursive above as (
        select unit_id, parent_id from organisation_units where unit_id = $1
        union
        select u.unit_id, u.parent_id from organisation_units u join above on u.unit_id = above.parent_id
    )
    select unit_id from above
"""


async def others(pool: asyncpg.Pool, units: Collection[UUID]) -> dict[UUID, Other]:
    """Units by id: name, kind, and last day of those that have ended."""
    rows = await pool.fetch(_OTHERS, list(units))
    return {UUID(int=key.int): Other(name, UnitKind(kind), until) for key, name, kind, until in rows}


async def parent(platform: Platform, unit: UUID, root: UUID | None, code: str) -> Known:
    """What is known for a unit of this code that is to stand below this one; raises Problem 503."""
    await platform.at_least(ORGANISATION, await platform.store.head())
    above = (await others(platform.pool, [unit])).get(unit)
    taken = bool(await platform.pool.fetchval(_CODE, code, unit_id(code)))
    return Known(
        parent_kind=None if above is None else above.kind, root_id=root, parent=above, code_taken=taken
    )  # fmt: skip


async def known(platform: Platform, unit: Unit, command: LifeCommand) -> Known:
    """What the rules want to know of other units, with everything that is stored by now; raises Problem 503."""
    pool, now = platform.pool, unit.now
    await platform.at_least(ORGANISATION, await platform.store.head())
    own = unit.established.unit_id if unit.established else None
    named = _named(command)
    found = await others(pool, [*named, *([now.parent_id] if now.parent_id else [])])
    above = found.get(now.parent_id) if now.parent_id else None
    stands = await pool.fetch(_ABOVE, command.parent_id) if isinstance(command, MoveUnit) else []
    code = command.code if isinstance(command, RenameUnit) else None
    return Known(
        parent_kind=None if above is None else above.kind,
        parent=above,
        others={each: found[each] for each in named if each in found},
        above=frozenset(UUID(int=row[0].int) for row in stands),
        below=tuple(UnitKind(row[0]) for row in await pool.fetch(_BELOW, own)),
        code_taken=code is not None and bool(await pool.fetchval(_CODE, code, own)),
    )


def _named(command: LifeCommand) -> tuple[UUID, ...]:
    """The other units that a command names."""
    match command:
        case (
            MoveUnit(parent_id=unit)
            | MergeUnit(successor_id=unit)
            | TakeDutiesOver(to_id=unit)
            | JoinBloc(bloc_id=unit)
        ):
            return (unit,)
        case SplitUnit(successor_ids=units):
            return units
        case _:
            return ()
