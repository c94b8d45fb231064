"""Read models of registry: the organisation's units, registrations and their targets."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Numeric, Table, Text, Uuid

from chassis.envelope import Recorded
from chassis.projection import Change, Projection, Put
from contracts.event import Event
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
    UnitEstablished,
)
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
)
REGISTRATION_ROWS: Final = Table(
    "registrations",
    _metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid),
    Column("unit_id", Uuid),
    Column("status", Text),
    Column("late", Boolean),
    Index("registrations_by_campaign", "campaign_id", "unit_id"),
)
TARGET_ROWS: Final = Table(
    "registration_targets",
    _metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("goal", Numeric),
    Column("direction", Text),
    Column("target", Numeric),
)


def project_units(recorded: Recorded[Event]) -> Iterable[Change]:
    """Rows of units."""
    match recorded.data:
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
        case _:
            return


def project_registrations(recorded: Recorded[Event]) -> Iterable[Change]:
    """Rows of registrations and their targets."""
    match recorded.data:
        case RegistrationOpened() as opened:
            values = {"campaign_id": opened.campaign_id, "unit_id": opened.unit_id, "status": "open"}
            yield Put(REGISTRATION_ROWS, (opened.registration_id,), values)
            for goal in opened.goals:
                key = (opened.registration_id, goal.indicator, goal.year)
                yield Put(TARGET_ROWS, key, {"goal": goal.value, "direction": goal.direction.value})
        case TargetRegistered() | TargetRevised() as target:
            key = (target.registration_id, target.indicator, target.year)
            yield Put(TARGET_ROWS, key, {"target": target.value})
        case RegistrationSubmitted() as submitted:
            yield Put(REGISTRATION_ROWS, (submitted.registration_id,), {"status": "submitted", "late": submitted.late})
        case RegistrationConfirmed() as confirmed:
            yield Put(REGISTRATION_ROWS, (confirmed.registration_id,), {"status": "confirmed"})
        case _:
            return


UNITS: Final = Projection("units", 1, [UNIT_ROWS], project_units)
REGISTRATIONS: Final = Projection("registrations", 1, [REGISTRATION_ROWS, TARGET_ROWS], project_registrations)


class UnitView(BaseModel):
    """A unit as it is known now."""

    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None


class TargetView(BaseModel):
    """One target of a registration beside its goal; either may be missing."""

    indicator: str
    year: int
    goal: Decimal | None
    direction: str | None
    target: Decimal | None


class RegistrationView(BaseModel):
    """A registration: open, submitted or confirmed."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    status: str
    late: bool | None


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


async def registrations(
    pool: asyncpg.Pool, *, after: UUID | None, limit: int, campaign: UUID | None, unit: UUID | None, status: str | None
) -> list[RegistrationView]:
    """Registrations in the order of their ids."""
    rows = await pool.fetch(
        "select registration_id, campaign_id, unit_id, status, late from registrations"
        " where ($1::uuid is null or registration_id > $1) and ($2::uuid is null or campaign_id = $2)"
        " and ($3::uuid is null or unit_id = $3) and ($4::text is null or status = $4)"
        " order by registration_id limit $5",
        after,
        campaign,
        unit,
        status,
        limit,
    )
    return [RegistrationView(**row) for row in rows]


async def targets(pool: asyncpg.Pool, registration: UUID) -> list[TargetView]:
    """Targets of one registration."""
    rows = await pool.fetch(
        "select indicator, year, goal, direction, target from registration_targets where registration_id = $1"
        " order by year, indicator",
        registration,
    )
    return [TargetView(**row) for row in rows]
