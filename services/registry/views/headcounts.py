"""Read model of registry: how many people were said to work in each unit at which day, and the posts that it was given.

Source: B2.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import EstablishmentAssigned, HeadcountCorrected, HeadcountEvent, HeadcountReported, Heads


class HeadcountRow(Row, named="headcounts", key=("unit_id", "on", "revision")):
    """What was said of a unit's people at a day: by category, why it was corrected, and on which day it was entered."""

    unit_id: UUID
    on: date
    revision: int
    heads: dict[str, int]
    reason: str | None
    entered_on: date


class EstablishmentRow(Row, named="establishments", key=("unit_id", "on")):
    """The posts that a unit was given from a day on, and the paper that says so."""

    unit_id: UUID
    on: date
    posts: int
    number: str
    issuer: str
    issued_on: date


def project_headcounts(recorded: Recorded[HeadcountEvent]) -> Iterable[Change]:
    """Rows of what was said; a correction stands beside what it corrects."""
    event, entered = recorded.data, recorded.occurred_on
    match event:
        case HeadcountReported():
            yield HeadcountRow.put(event.unit_id, event.on, 1, heads=_by_category(event.heads), entered_on=entered)
        case HeadcountCorrected(revision=revision, reason=reason):
            heads = _by_category(event.heads)
            yield HeadcountRow.put(event.unit_id, event.on, revision, heads=heads, reason=reason, entered_on=entered)
        case EstablishmentAssigned(posts=posts, basis=basis):
            yield EstablishmentRow.put(event.unit_id, event.on, posts=posts, **basis.model_dump())
        case _:
            assert_never(event)


def _by_category(heads: Iterable[Heads]) -> dict[str, int]:
    return {each.category.value: each.people for each in heads}


HEADCOUNTS: Final = Projection("headcounts", 1, [HeadcountRow.table, EstablishmentRow.table], project_headcounts)

_COUNTED: Final = f"""
    select distinct on (unit_id) {HeadcountRow.columns()} from headcounts
    where unit_id = any($1::uuid[]) and "on" <= $2 order by unit_id, "on" desc, revision desc
"""  # noqa: S608 - our own text
_SAID: Final = f"""
    select {HeadcountRow.columns()} from headcounts where unit_id = $1 order by "on" desc, revision desc limit $2
"""  # noqa: S608
_POSTS: Final = f"""
    select distinct on (unit_id) {EstablishmentRow.columns()} from establishments
    where unit_id = any($1::uuid[]) and "on" <= $2 order by unit_id, "on" desc
"""  # noqa: S608


async def counted(pool: asyncpg.Pool, units: Collection[UUID], on: date) -> dict[UUID, HeadcountRow]:
    """Of each unit what holds on a day: the last day by then that was reported, as it was corrected last."""
    rows = [HeadcountRow.of(row) for row in await pool.fetch(_COUNTED, list(units), on)]
    return {row.unit_id: row for row in rows}


async def said(pool: asyncpg.Pool, unit: UUID, most: int) -> list[HeadcountRow]:
    """All that was said of a unit's own people, the newest day first, corrections before what they correct."""
    return [HeadcountRow.of(row) for row in await pool.fetch(_SAID, unit, most)]


async def posts(pool: asyncpg.Pool, units: Collection[UUID], on: date) -> dict[UUID, EstablishmentRow]:
    """Of each unit the posts that it has on a day."""
    rows = [EstablishmentRow.of(row) for row in await pool.fetch(_POSTS, list(units), on)]
    return {row.unit_id: row for row in rows}
