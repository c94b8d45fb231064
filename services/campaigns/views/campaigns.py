"""Read model of campaigns: what was launched."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import CampaignEvent, CampaignLaunched


class CampaignRow(Row, named="campaigns", key=("campaign_id",)):
    """A campaign in a list."""

    campaign_id: UUID
    code: str
    theme: str
    kind: str
    level: str
    starts_on: date
    ends_on: date
    launched: dict[str, Any] = Field(exclude=True)


def project_campaigns(recorded: Recorded[CampaignEvent]) -> Iterable[Change]:
    """The row of a launched campaign."""
    launched = recorded.data
    yield CampaignRow.put(
        launched.campaign_id,
        code=launched.code,
        theme=launched.theme,
        kind=launched.kind,
        level=launched.level,
        starts_on=launched.period.start,
        ends_on=launched.period.end,
        launched=launched.model_dump(mode="json"),
    )


CAMPAIGNS: Final = Projection("campaigns", 1, [CampaignRow.table], project_campaigns)
LAUNCHED: Final = CampaignRow.listing(by="code")


async def campaign(pool: asyncpg.Pool, campaign_id: UUID) -> CampaignLaunched | None:
    """All that was said when the campaign was launched."""
    row = await CampaignRow.one(pool, campaign_id)
    return None if row is None else CampaignLaunched.model_validate(row.launched)
