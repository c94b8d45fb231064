"""The door for campaigns: look before the launch, launch, and what was launched."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.problem import Problem, not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Answer, Asked, Page, Paged, asked_router, asks, tells
from contracts.campaigns import CampaignLaunched
from contracts.registry import Role
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign, campaign_id
from services.campaigns.domain.pack import Pack, PackRefused
from services.campaigns.views import campaigns

router = asked_router(tags=["campaigns"])

After = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="A campaign's code.")]


LEADERS: Final = frozenset({Role.DIRECTOR_GENERAL})


class Trial(BaseModel):
    """What the launch of a pack would do: the campaign's id, and whether it stands already, so that nothing changes."""

    id: UUID
    launched: bool


@router.post("/packs/trial")
@tells(may=LEADERS, where=AT_ROOT)
async def try_campaign(asked: Asked, pack: Pack) -> Trial:
    """Say what the launch of a pack would do, or everything for which it would be refused; nothing is stored."""
    if faults := tuple(pack.faults()):
        refused = PackRefused(faults)
        errors = [{"field": each.path, "vi": each.vi, "en": each.en} for each in faults]
        raise Problem(409, refused.code, refused.vi, refused.en, errors=errors)
    key = campaign_id(pack.code)
    _, campaign = await asked.platform.executor.state(CAMPAIGN, key)
    events = CAMPAIGN.decide(LaunchCampaign(pack=pack), campaign, None, asked.context())
    return Trial(id=key, launched=not events)


@router.post("/campaigns", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def launch_campaign(asked: Asked, pack: Pack) -> Answer:
    """Launch a campaign from its pack; the same pack again changes nothing."""
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), LaunchCampaign(pack=pack))


@router.get("/campaigns")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def list_campaigns(asked: Asked, paging: Paged, after: After = "") -> Page[campaigns.CampaignRow]:
    """Campaigns by code."""
    return paging.page(await campaigns.LAUNCHED.page(asked.pool, after, paging.limit + 1), lambda row: row.code)


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def read_campaign(asked: Asked, id: UUID) -> CampaignLaunched:  # noqa: A002 - the path's name
    """All that was said when the campaign was launched."""
    if (campaign := await campaigns.campaign(asked.pool, id)) is None:
        raise not_found()
    return campaign
