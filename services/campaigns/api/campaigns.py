"""The door for campaigns: what they say, what has become of them, and the steps from announcement to conclusion."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.decider import Command
from chassis.facts.kinds import Day
from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.web.actions import tried
from chassis.web.api import (
    ANYWHERE,
    AT_ROOT,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
    Page,
    Paged,
    asked_router,
    asks,
    tells,
)
from chassis.web.rights import Way
from contracts.campaigns import Terms
from contracts.registry import Role
from services.campaigns.api.document_known import require_in_force
from services.campaigns.api.packs import LEADERS, known_of
from services.campaigns.domain.campaign import (
    CAMPAIGN,
    AmendCampaign,
    AnnounceCampaign,
    Campaign,
    CampaignCommand,
    CancelCampaign,
    ConcludeCampaign,
    ExtendCampaign,
    JoinCampaign,
    LaunchCampaign,
    campaign_id,
)
from services.campaigns.domain.campaign_changes import Known
from services.campaigns.domain.pack import Pack
from services.campaigns.scope import in_scope
from services.campaigns.views import campaigns

router = asked_router(tags=["campaigns"])

After = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="A campaign's code.")]
HEADS: Final = frozenset({Role.UNIT_HEAD})
_WAYS: Final[Mapping[type[Command], Way]] = {
    LaunchCampaign: Way("launch_announced", "/campaigns/{id}/launch", LEADERS),
    AmendCampaign: Way("amend_campaign", "/campaigns/{id}/amendments", LEADERS),
    ExtendCampaign: Way("extend_campaign", "/campaigns/{id}/extensions", LEADERS),
    ConcludeCampaign: Way("conclude_campaign", "/campaigns/{id}/conclusion", LEADERS),
    CancelCampaign: Way("cancel_campaign", "/campaigns/{id}/cancellation", LEADERS),
}


class Ceremony(BaseModel):
    """When the launch was held; today, where no day is named."""

    model_config = {"extra": "forbid"}

    happened_on: Day | None = None


class CampaignDetail(Terms):
    """All that a campaign says now, what has become of it, how it stands to others, and the steps it may take."""

    status: campaigns.CampaignStatus
    version: int
    joined_units: int
    life: list[campaigns.LifeRow]
    stages_after: list[campaigns.CampaignRow]
    carried_out_by: list[campaigns.CampaignRow]
    actions: list[Action]


@router.post("/announcements", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def announce_campaign(asked: Asked, pack: Pack) -> Answer:
    """Say that the document which the pack transcribes is out: registration opens. The same pack again is nothing."""
    await require_in_force(asked, pack.document_id)
    known = await known_of(asked, pack.relations)
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), AnnounceCampaign(pack=pack), known)


@router.post("/campaigns", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def launch_campaign(asked: Asked, pack: Pack) -> Answer:
    """Launch a campaign from its pack, announced before or not; the same pack again changes nothing."""
    await require_in_force(asked, pack.document_id)
    known = await known_of(asked, pack.relations)
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), LaunchCampaign(pack=pack), known)


@router.get("/campaigns")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def list_campaigns(asked: Asked, paging: Paged, after: After = "") -> Page[campaigns.CampaignRow]:
    """Campaigns by code."""
    return paging.page(await campaigns.LAUNCHED.page(asked.pool, after, paging.limit + 1), lambda row: row.code)


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def read_campaign(asked: Asked, id: UUID) -> CampaignDetail:  # noqa: A002 - the path's name
    """All that a campaign says, what has become of it, and what may become of it next."""
    row = await campaigns.CampaignRow.one(asked.pool, id)
    if row is None:
        raise not_found()
    version, state = await asked.platform.executor.state(CAMPAIGN, id)
    return CampaignDetail(
        **dict(row.terms()),
        status=row.status,
        version=version,
        joined_units=row.joined_units,
        life=list(await campaigns.life(asked.pool, id)),
        stages_after=list(await campaigns.stages_after(asked.pool, id)),
        carried_out_by=list(await campaigns.carried_out_by(asked.pool, id)),
        actions=await _actions(asked, id, state),
    )


@router.get("/campaigns/{id}/joins")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(campaigns.CAMPAIGNS,))
async def list_joins(
    asked: Asked,
    paging: Paged,
    id: UUID,  # noqa: A002 - the path's name
    after: UUID | None = None,
) -> Page[campaigns.JoinRow]:
    """The units that have launched a campaign within their scope."""
    rows = await campaigns.JOINED.page(asked.pool, after, paging.limit + 1, campaign_id=id)
    return paging.page(rows, lambda row: row.unit_id)


@router.post("/campaigns/{id}/launch", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def launch_announced(asked: Asked, id: UUID, ceremony: Ceremony) -> Answer:  # noqa: A002
    """Record that the launch of an announced campaign was held."""
    await _there(asked, id)
    return await asked.execute(CAMPAIGN, id, LaunchCampaign(happened_on=ceremony.happened_on), Known())


@router.post("/campaigns/{id}/amendments", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def amend_campaign(asked: Asked, id: UUID, amendment: AmendCampaign) -> Answer:  # noqa: A002
    """Say anew, on the ground of a document, what the campaign asks for; a goal or an audience is never dropped."""
    await _there(asked, id)
    return await asked.execute(CAMPAIGN, id, amendment, await known_of(asked, amendment.pack.relations))


@router.post("/campaigns/{id}/extensions", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def extend_campaign(asked: Asked, id: UUID, extension: ExtendCampaign) -> Answer:  # noqa: A002
    """Let a campaign go on until a later day."""
    await _there(asked, id)
    return await asked.execute(CAMPAIGN, id, extension, Known())


@router.post("/campaigns/{id}/conclusion", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def conclude_campaign(asked: Asked, id: UUID, conclusion: ConcludeCampaign) -> Answer:  # noqa: A002
    """Record that the final review was held: the campaign is over."""
    await _there(asked, id)
    return await asked.execute(CAMPAIGN, id, conclusion, Known())


@router.post("/campaigns/{id}/cancellation", status_code=201)
@tells(may=LEADERS, where=AT_ROOT)
async def cancel_campaign(asked: Asked, id: UUID, cancellation: CancelCampaign) -> Answer:  # noqa: A002
    """Call a campaign off."""
    await _there(asked, id)
    return await asked.execute(CAMPAIGN, id, cancellation, Known())


@router.post("/campaigns/{id}/joins", status_code=201)
@tells(may=HEADS, where=InBody())
async def join_campaign(asked: Asked, id: UUID, joining: JoinCampaign) -> Answer:  # noqa: A002
    """Record that a unit has launched the campaign for itself and the units below it, as its head."""
    terms = await _there(asked, id)
    known = Known(in_scope=await in_scope(asked.pool, joining.unit_id, terms.units))
    return await asked.execute(CAMPAIGN, id, joining, known)


async def _there(asked: Asked, key: UUID) -> Terms:
    """What the campaign says; raises Problem 404 where there is none."""
    terms = (await asked.platform.executor.known(CAMPAIGN, key)).terms
    if terms is None:
        raise not_found()
    return terms


async def _actions(asked: Asked, key: UUID, state: Campaign) -> list[Action]:
    """The steps of a campaign: all lie in the organisation's root."""
    known = await known_of(asked, state.terms.relations if state.terms else ())
    steps = [(offer, _WAYS[offer.command]) for offer in offers(CampaignCommand)]
    return await tried(asked, await asked.root(), CAMPAIGN, steps, key, state, known)
