"""Recipients of a document: groups become the units that stood on its day, below its issuer as it was then.

Source: M-2.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from chassis.organisation.organisation import Unit
from chassis.organisation.units import ON
from contracts.campaigns import Content, OutsideRecipient, Recipient, SentTo
from contracts.values import UnitKind

_STOOD: Final = """
    select unit_id from organisation_units where established_on <= $1 and coalesce($1 <= until, true) order by code
"""
"""Units of a day; whatever is in doubt gets its paper all the same."""


async def recipients(
    pool: asyncpg.Pool, issuer: UUID, content: Content, on: date
) -> tuple[tuple[SentTo, ...], tuple[OutsideRecipient, ...]]:
    """Units on the platform, each once, for the first purpose that names it; and bodies outside it."""
    ids = [UUID(int=row["unit_id"].int) for row in await pool.fetch(_STOOD, on)]
    stood = {UUID(int=row["unit_id"].int): Unit(*row) for row in await pool.fetch(ON, ids, on)}
    below = {key for key in stood if _is_below(key, issuer, stood)}
    units: dict[UUID, SentTo] = {}
    outside: dict[str, OutsideRecipient] = {}
    for entry in (*content.addressees, *content.copies):
        for key in _of(entry, ids, stood, below):
            if stood[key].kind == UnitKind.OUTSIDE_BODY:
                outside.setdefault(stood[key].name, OutsideRecipient(name=stood[key].name, purpose=entry.purpose))
            else:
                units.setdefault(key, SentTo(unit_id=key, purpose=entry.purpose))
    return tuple(units.values()), tuple(outside.values())


def _of(entry: Recipient, ids: Iterable[UUID], stood: Mapping[UUID, Unit], below: set[UUID]) -> Iterable[UUID]:
    for key in ids:
        if key in stood and ((stood[key].kind in entry.unit_kinds and key in below) or key in entry.unit_ids):
            yield key


def _is_below(unit: UUID, issuer: UUID, stood: Mapping[UUID, Unit]) -> bool:
    """Whether a unit stood below the issuer; a unit does not stand below itself."""
    seen, step = {unit}, _parent(stood.get(unit))
    while step is not None and step not in seen:
        if step == issuer:
            return True
        seen.add(step)
        step = _parent(stood.get(step))
    return False


def _parent(unit: Unit | None) -> UUID | None:
    return None if unit is None or unit.parent_id is None else UUID(int=unit.parent_id.int)
