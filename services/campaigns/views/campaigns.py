"""Read model of campaigns: what was launched."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import JSON, Column, Date, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.campaigns import CampaignEvent, CampaignLaunched

_metadata = MetaData()

CAMPAIGN_ROWS: Final = Table(
    "campaigns",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("theme", Text),
    Column("kind", Text),
    Column("level", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("launched", JSON),
)


def project_campaigns(recorded: Recorded[CampaignEvent]) -> Iterable[Change]:
    """The row of a launched campaign."""
    launched = recorded.data
    yield Put(
        CAMPAIGN_ROWS,
        (launched.campaign_id,),
        {
            "code": launched.code,
            "theme": launched.theme,
            "kind": launched.kind.value,
            "level": launched.level.value,
            "starts_on": launched.period.start,
            "ends_on": launched.period.end,
            "launched": launched.model_dump(mode="json"),
        },
    )


CAMPAIGNS: Final = Projection("campaigns", 1, [CAMPAIGN_ROWS], project_campaigns)


class CampaignRow(BaseModel):
    """A campaign in a list."""

    campaign_id: UUID
    code: str
    theme: str
    kind: str
    level: str
    starts_on: date
    ends_on: date


async def campaigns(pool: asyncpg.Pool, after: str, limit: int) -> list[CampaignRow]:
    """Campaigns by code, those after the code given."""
    rows = await pool.fetch(
        "select campaign_id, code, theme, kind, level, starts_on, ends_on from campaigns where code > $1"
        " order by code limit $2",
        after,
        limit,
    )
    return [CampaignRow(**row) for row in rows]


async def campaign(pool: asyncpg.Pool, campaign_id: UUID) -> CampaignLaunched | None:
    """All that was said when the campaign was launched."""
    launched = await pool.fetchval("select launched from campaigns where campaign_id = $1", campaign_id)
    return None if launched is None else CampaignLaunched.model_validate_json(launched)
