"""Recipients of a document: groups become the units that stood on its day, below its issuer. Source: M-2."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from contracts.campaigns import Content, OutsideRecipient, Recipient, SentTo
from contracts.values import UnitKind

_STOOD: Final = """
    with recursive below as (
        select $1::uuid as unit_id
        union
        select u.unit_id from organisation_units u join below b on u.parent_id = b.unit_id
    )
    select u.unit_id, u.kind, u.name from organisation_units u
    where ((u.kind = any($2::text[]) and u.unit_id <> $1 and u.unit_id in (select unit_id from below))
        or u.unit_id = any($3::uuid[]))
    and u.established_on <= $4 and coalesce($4 <= u.until, true)
    order by u.code
"""
"""Units of some kinds below the issuer, and those that are named; whatever is in doubt gets its paper all the same."""


async def recipients(
    pool: asyncpg.Pool, issuer: UUID, content: Content, on: date
) -> tuple[tuple[SentTo, ...], tuple[OutsideRecipient, ...]]:
    """Units on the platform, each once, for the first purpose that names it; and bodies outside it."""
    entries = [*content.addressees, *content.copies]
    kinds = {kind.value for each in entries for kind in each.unit_kinds}
    named = {unit for each in entries for unit in each.unit_ids}
    rows = await pool.fetch(_STOOD, issuer, sorted(kinds), sorted(named), on)
    units: dict[UUID, SentTo] = {}
    outside: dict[str, OutsideRecipient] = {}
    for entry in entries:
        for unit, kind, name in _of(entry, rows):
            if kind == UnitKind.OUTSIDE_BODY:
                outside.setdefault(name, OutsideRecipient(name=name, purpose=entry.purpose))
            else:
                units.setdefault(unit, SentTo(unit_id=unit, purpose=entry.purpose))
    return tuple(units.values()), tuple(outside.values())


def _of(entry: Recipient, rows: Iterable[asyncpg.Record]) -> Iterable[tuple[UUID, str, str]]:
    for row in rows:
        unit = UUID(int=row["unit_id"].int)
        if row["kind"] in entry.unit_kinds or unit in entry.unit_ids:
            yield unit, row["kind"], row["name"]
