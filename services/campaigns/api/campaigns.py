"""The door for campaigns: launch, and what was launched."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Answer, Asked, Page, Paged, asked_router, asks, tells
from contracts.campaigns import CampaignLaunched
from contracts.registry import Role
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign, campaign_id
from services.campaigns.domain.pack import Pack
from services.campaigns.views import campaigns

router = asked_router(tags=["campaigns"])

After = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="A campaign's code.")]


@router.post("/campaigns", status_code=201)
@tells(may=frozenset({Role.DIRECTOR_GENERAL}), where=AT_ROOT)
async def launch_campaign(asked: Asked, pack: Pack) -> Answer:
    """Launch a campaign from its pack; the same pack again changes nothing."""
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), LaunchCampaign(pack=pack))


@router.get("/campaigns")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def list_campaigns(asked: Asked, paging: Paged, after: After = "") -> Page[campaigns.CampaignRow]:
    """Campaigns by code."""
    return paging.page(await campaigns.campaigns(asked.pool, after, paging.limit + 1), lambda row: row.code)


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def read_campaign(asked: Asked, id: UUID) -> CampaignLaunched:  # noqa: A002 - the path's name
    """All that was said when the campaign was launched."""
    if (campaign := await campaigns.campaign(asked.pool, id)) is None:
        raise not_found()
    return campaign
