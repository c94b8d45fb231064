"""The door for scorecards: report, verify, and what came of it."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.duties import excused
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Asked,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
)
from contracts.registry import Duty, Role
from services.campaigns.domain.scorecard import (
    SCORECARD,
    Excused,
    ReportResult,
    Scorecard,
    ScorecardCommand,
    VerifyResult,
)
from services.campaigns.views import scorecards

router = asked_router(tags=["campaigns"])


async def _known(asked: Asked, card: Scorecard) -> Excused:
    """Whether the person may verify their own work; looked up only where some of it is their own."""
    if card.opened is None or all(asked.person not in each.reporters for each in card.results.values()):
        return frozenset()
    allowed = await excused(asked.pool, asked.person, Duty.VERIFY_RESULT, asked.context().occurred_on)
    return frozenset({asked.person}) if (card.opened.scorecard_id, card.opened.unit_id) in allowed else frozenset()


SCORECARDS: Final = Resource(
    "/scorecards",
    SCORECARD,
    unit=lambda it: it.opened.unit_id if it.opened else None,
    seen_by=EVERY_ROLE,
    offers=offers(ScorecardCommand),
    known=_known,
)
_NIL: Final = UUID(int=0)


class ScorecardDetail(scorecards.ScorecardRow):
    """A scorecard with the steps that it may take."""

    actions: list[Action]


@router.get("/scorecards")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(scorecards.SCORECARDS,))
async def list_scorecards(
    asked: Asked, paging: Paged, campaign_id: UUID | None = None, unit_id: UUID | None = None, after: UUID = _NIL
) -> Page[scorecards.ScorecardRow]:
    """Scorecards of a unit; without one, those of all units, for which a role at the top is needed."""
    rows = await scorecards.scorecards(asked.pool, campaign_id, unit_id, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.scorecard_id)


@router.get(SCORECARDS.one)
@asks(may=EVERY_ROLE, where=SCORECARDS, reads=(scorecards.SCORECARDS,))
async def read_scorecard(asked: Asked, response: Response, id: UUID) -> ScorecardDetail:  # noqa: A002 - the path's name
    """A scorecard with its results; its ETag goes into If-Match."""
    if (card := await scorecards.scorecard(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{card.version}"'
    state = await asked.platform.executor.known(SCORECARD, id)
    return ScorecardDetail(**dict(card), actions=await actions(asked, SCORECARDS, id, state))


command(
    router,
    SCORECARDS,
    "results",
    ReportResult,
    may=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY}),
    name="report_result",
)
command(
    router,
    SCORECARDS,
    "verifications",
    VerifyResult,
    may=frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT}),
    name="verify_result",
)
