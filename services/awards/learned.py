"""What awards must know of others, learned from their events: campaigns, confirmed targets, verified results.

Each table is fed by one topic alone, so that the order between topics does not matter.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Numeric, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.campaigns import CampaignLaunched, TargetAttained, TargetMissed
from contracts.registry import RegistrationConfirmed
from contracts.values import Period

_metadata = MetaData()

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


Reads = CampaignLaunched | RegistrationConfirmed | TargetAttained | TargetMissed


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from one event of registry or campaigns."""
    match event := recorded.data:
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


LEARNED: Final = Projection("learned", 2, [CAMPAIGNS, PLEDGED_TARGETS, ACHIEVEMENTS], project)


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


async def targets(pool: asyncpg.Pool, campaign_id: UUID, unit_id: UUID) -> list[TargetRow]:
    """The unit's confirmed targets in a campaign, each with its verified result."""
    return [TargetRow.model_validate(dict(row)) for row in await pool.fetch(_TARGETS, campaign_id, unit_id)]


async def period(pool: asyncpg.Pool, campaign_id: UUID) -> Period | None:
    """The campaign's period, None when no such campaign was launched."""
    row = await pool.fetchrow('select start, "end" from campaigns where campaign_id = $1', campaign_id)
    return None if row is None else Period(**row)
