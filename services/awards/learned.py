"""What awards must know of others, learned from their events: units, campaigns, confirmed targets, verified results.

Each table is fed by one topic alone, so that the order between topics does not matter.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Numeric, Table, Text, Uuid

from chassis.envelope import Recorded
from chassis.projection import Change, Projection, Put
from contracts.campaigns import CampaignLaunched, TargetAttained, TargetMissed
from contracts.registry import RegistrationConfirmed, UnitEstablished, UnitEvent, UnitNameCorrected
from contracts.values import Period

_metadata = MetaData()

UNITS: Final = Table(
    "units",
    _metadata,
    Column("unit_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("name", Text),
)
CAMPAIGNS: Final = Table(
    "campaigns",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("start", Date),
    Column("end", Date),
)
PLEDGED_TARGETS: Final = Table(
    "pledged_targets",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("target", Numeric),
)
ACHIEVEMENTS: Final = Table(
    "achievements",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("value", Numeric),
    Column("attained", Boolean),
)


Reads = UnitEvent | CampaignLaunched | RegistrationConfirmed | TargetAttained | TargetMissed


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from one event of registry or campaigns."""
    match event := recorded.data:
        case UnitEstablished(unit_id=unit):
            yield Put(UNITS, (unit,), event.model_dump(include={"code", "name"}))
        case UnitNameCorrected(unit_id=unit, name=name):
            yield Put(UNITS, (unit,), {"name": name})
        case CampaignLaunched(campaign_id=campaign, code=code, period=period):
            yield Put(CAMPAIGNS, (campaign,), {"code": code, **period.model_dump()})
        case RegistrationConfirmed(campaign_id=campaign, unit_id=unit, targets=targets):
            for target in targets:
                key = (campaign, unit, target.indicator, target.year)
                yield Put(PLEDGED_TARGETS, key, {"target": target.value})
        case TargetAttained() | TargetMissed():
            key = (event.campaign_id, event.unit_id, event.indicator, event.year)
            attained = isinstance(event, TargetAttained)
            yield Put(ACHIEVEMENTS, key, {"value": event.value, "attained": attained})
        case _:
            assert_never(event)


LEARNED: Final = Projection("learned", 1, [UNITS, CAMPAIGNS, PLEDGED_TARGETS, ACHIEVEMENTS], project)


class TargetRow(BaseModel):
    """A confirmed target; `value` and `attained` are None as long as no verified result has arrived."""

    indicator: str
    year: int
    target: Decimal
    value: Decimal | None
    attained: bool | None


_TARGETS = """
    select p.indicator, p.year, p.target, a.value, a.attained
    from pledged_targets p left join achievements a using (campaign_id, unit_id, indicator, year)
    where p.campaign_id = $1 and p.unit_id = $2 order by p.year, p.indicator
"""

_ROOT = "select unit_id from access_units where parent_id is null order by unit_id limit 1"


async def targets(pool: asyncpg.Pool, campaign_id: UUID, unit_id: UUID) -> list[TargetRow]:
    """The unit's confirmed targets in a campaign, each with its verified result."""
    return [TargetRow.model_validate(dict(row)) for row in await pool.fetch(_TARGETS, campaign_id, unit_id)]


async def period(pool: asyncpg.Pool, campaign_id: UUID) -> Period | None:
    """The campaign's period, None when no such campaign was launched."""
    row = await pool.fetchrow('select start, "end" from campaigns where campaign_id = $1', campaign_id)
    return None if row is None else Period(**row)


async def unit_known(pool: asyncpg.Pool, unit_id: UUID) -> bool:
    """Tell whether the unit was established."""
    return bool(await pool.fetchval("select true from units where unit_id = $1", unit_id))


async def root(pool: asyncpg.Pool) -> UUID | None:
    """The unit above all others, None as long as none is known."""
    unit: UUID | None = await pool.fetchval(_ROOT)
    return unit and UUID(int=unit.int)  # asyncpg's own UUID would not pass into a problem's JSON
