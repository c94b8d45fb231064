"""The HTTP door of campaigns: launch, report, verify; and what came of it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Response

from chassis.problem import not_found
from chassis.web import Answer, Asked, Page, Paging, asked_router
from contracts.campaigns import CampaignLaunched
from services.campaigns import views
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign, campaign_id
from services.campaigns.domain.pack import Pack
from services.campaigns.domain.scorecard import SCORECARD, ReportResult, VerifyResult
from services.permissions import PERMISSIONS

router = asked_router(tags=["campaigns"])

_MAY: Final = PERMISSIONS["campaigns"]
_NIL: Final = UUID(int=0)

Paged = Annotated[Paging, Depends()]
After = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="A campaign's code.")]


@router.post("/campaigns", status_code=201)
async def launch_campaign(asked: Asked, pack: Pack) -> Answer:
    """Launch a campaign from its pack; the same pack again changes nothing."""
    await asked.require(_MAY["launch_campaign"], await asked.root())
    return await asked.execute(CAMPAIGN, campaign_id(pack.code), LaunchCampaign(pack=pack))


@router.get("/campaigns")
async def list_campaigns(asked: Asked, paging: Paged, after: After = "") -> Page[views.CampaignRow]:
    """Campaigns by code."""
    await asked.require_anywhere(_MAY["list_campaigns"])
    await asked.at_least(views.CAMPAIGNS)
    return paging.page(await views.campaigns(asked.pool, after, paging.limit + 1), lambda row: row.code)


@router.get("/campaigns/{id}")
async def read_campaign(asked: Asked, id: UUID) -> CampaignLaunched:  # noqa: A002 - the path's name
    """All that was said when the campaign was launched."""
    await asked.require_anywhere(_MAY["read_campaign"])
    await asked.at_least(views.CAMPAIGNS)
    if (campaign := await views.campaign(asked.pool, id)) is None:
        raise not_found()
    return campaign


@router.get("/scorecards")
async def list_scorecards(
    asked: Asked, paging: Paged, campaign_id: UUID | None = None, unit_id: UUID | None = None, after: UUID = _NIL
) -> Page[views.ScorecardRow]:
    """Scorecards of a unit; without one, those of all units, for which a role at the top is needed."""
    await asked.require(_MAY["list_scorecards"], unit_id or await asked.root())
    await asked.at_least(views.SCORECARDS)
    rows = await views.scorecards(asked.pool, campaign_id, unit_id, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.scorecard_id)


@router.get("/scorecards/{id}")
async def read_scorecard(asked: Asked, response: Response, id: UUID) -> views.ScorecardRow:  # noqa: A002
    """A scorecard with its results; its ETag goes into If-Match."""
    await _unit_of(asked, id)
    await asked.at_least(views.SCORECARDS)
    if (card := await views.scorecard(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{card.version}"'
    return card


@router.post("/scorecards/{id}/results", status_code=201)
async def report_result(asked: Asked, id: UUID, command: ReportResult) -> Answer:  # noqa: A002
    """Report a result; again before it is verified, to replace it."""
    await asked.require(_MAY["report_result"], await _unit_of(asked, id))
    return await asked.execute(SCORECARD, id, command)


@router.post("/scorecards/{id}/verifications", status_code=201)
async def verify_result(asked: Asked, id: UUID, command: VerifyResult) -> Answer:  # noqa: A002
    """Find a reported result right; send If-Match, so that nobody replaces it in between."""
    await asked.require(_MAY["verify_result"], await _unit_of(asked, id))
    return await asked.execute(SCORECARD, id, command)


async def _unit_of(asked: Asked, scorecard: UUID) -> UUID:
    """The unit whose scorecard it is, from the facts themselves: a read model may still be behind.

    Who may not even read it learns nothing of it (404).
    """
    card = await asked.platform.executor.known(SCORECARD, scorecard)
    if card.opened is None:
        raise not_found()
    await asked.require(_MAY["read_scorecard"], card.opened.unit_id, hidden=True)
    return card.opened.unit_id
