"""Read models of registry: the organisation's units, and how far its registrations have come."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from chassis.facts.rows import Row
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
    UnitEstablished,
    UnitEvent,
    UnitNameCorrected,
)
from contracts.values import UnitKind

_metadata = MetaData()


class Status(StrEnum):
    """How far a registration has come."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"


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


class RegistrationRow(
    Row, named="registrations", key=("registration_id",), by=(("campaign_id", "unit_id"), ("unit_id",))
):
    """A registration: how many goals it was opened with, how many targets it holds, whether it came late."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    status: Status
    submit_before: date | None
    goals: int
    targets: int
    late: bool | None


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


def project_registrations(recorded: Recorded[RegistrationEvent]) -> Iterable[Change]:
    """Rows of registrations."""
    match event := recorded.data:
        case RegistrationOpened() as opened:
            yield RegistrationRow.put(
                opened.registration_id,
                campaign_id=opened.campaign_id,
                unit_id=opened.unit_id,
                status=Status.OPEN,
                submit_before=opened.submit_before,
                goals=len(opened.goals),
                targets=0,
            )
        case TargetRegistered(registration_id=key):
            yield RegistrationRow.add(key, targets=1)
        case RegistrationSubmitted(registration_id=key, late=late):
            yield RegistrationRow.put(key, status=Status.SUBMITTED, late=late)
        case RegistrationConfirmed(registration_id=key):
            yield RegistrationRow.put(key, status=Status.CONFIRMED)
        case TargetRevised():
            return
        case _:
            assert_never(event)


UNITS: Final = Projection("units", 1, [UNIT_ROWS], project_units)
REGISTRATIONS: Final = Projection("registrations", 1, [RegistrationRow.table], project_registrations)
REGISTERED: Final = RegistrationRow.listing("campaign_id", "unit_id", "status", by="registration_id")


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
