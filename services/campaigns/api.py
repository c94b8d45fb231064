"""The HTTP door of campaigns: launch, report, verify; and what came of it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Response

from chassis.facts.problem import not_found
from chassis.web.api import (
    ANYWHERE,
    AT_ROOT,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InQuery,
    Page,
    Paging,
    Resource,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.campaigns import CampaignLaunched
from contracts.registry import Role
from services.campaigns import views
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign, campaign_id
from services.campaigns.domain.pack import Pack
from services.campaigns.domain.scorecard import OFFERS, SCORECARD, ReportResult, VerifyResult

router = asked_router(tags=["campaigns"])

SCORECARDS: Final = Resource(
    "/scorecards",
    SCORECARD,
    unit=lambda it: it.opened.unit_id if it.opened else None,
    seen_by=EVERY_ROLE,
    offers=OFFERS,
)
_NIL: Final = UUID(int=0)

Paged = Annotated[Paging, Depends()]
After = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="A campaign's code.")]


class ScorecardDetail(views.ScorecardRow):
    """A scorecard with the steps that it may take."""

    actions: list[Action]


@router.post("/campaigns", status_code=201)
@tells(may=frozenset({Role.DIRECTOR_GENERAL}), where=AT_ROOT)
async def launch_campaign(asked: Asked, pack: Pack) -> Answer:
    """Launch a campaign from its pack; the same pack again changes nothing."""
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), LaunchCampaign(pack=pack))


@router.get("/campaigns")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(views.CAMPAIGNS,))
async def list_campaigns(asked: Asked, paging: Paged, after: After = "") -> Page[views.CampaignRow]:
    """Campaigns by code."""
    return paging.page(await views.campaigns(asked.pool, after, paging.limit + 1), lambda row: row.code)


@router.get("/campaigns/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(views.CAMPAIGNS,))
async def read_campaign(asked: Asked, id: UUID) -> CampaignLaunched:  # noqa: A002 - the path's name
    """All that was said when the campaign was launched."""
    if (campaign := await views.campaign(asked.pool, id)) is None:
        raise not_found()
    return campaign


@router.get("/scorecards")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(views.SCORECARDS,))
async def list_scorecards(
    asked: Asked, paging: Paged, campaign_id: UUID | None = None, unit_id: UUID | None = None, after: UUID = _NIL
) -> Page[views.ScorecardRow]:
    """Scorecards of a unit; without one, those of all units, for which a role at the top is needed."""
    rows = await views.scorecards(asked.pool, campaign_id, unit_id, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.scorecard_id)


@router.get(SCORECARDS.one)
@asks(may=EVERY_ROLE, where=SCORECARDS, reads=(views.SCORECARDS,))
async def read_scorecard(asked: Asked, response: Response, id: UUID) -> ScorecardDetail:  # noqa: A002
    """A scorecard with its results; its ETag goes into If-Match."""
    if (card := await views.scorecard(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{card.version}"'
    state = await asked.platform.executor.known(SCORECARD, id)
    return ScorecardDetail(**card.model_dump(), actions=await actions(asked, SCORECARDS, id, state))


command(
    router, SCORECARDS, "results", ReportResult, may=frozenset({Role.OFFICER, Role.UNIT_HEAD}), name="report_result"
)
command(
    router,
    SCORECARDS,
    "verifications",
    VerifyResult,
    may=frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT}),
    name="verify_result",
)
