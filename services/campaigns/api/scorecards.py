"""The door for scorecards: report, return, verify, correct, and what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.behalf import FILES, directly_above
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
from contracts.campaigns import CampaignCancelled, ResultsFiledOnBehalf
from contracts.registry import Duty, Role
from contracts.values import Direction, Goal
from services.campaigns.domain.campaign import CAMPAIGN, Campaign
from services.campaigns.domain.measuring import exact
from services.campaigns.domain.scorecard import (
    SCORECARD,
    CorrectResult,
    Known,
    ReportResult,
    ReturnResult,
    Scorecard,
    ScorecardCommand,
    VerifyResult,
)
from services.campaigns.domain.scorecard_state import Result
from services.campaigns.domain.verdicts import GoalVerdict, goal_verdict, progress
from services.campaigns.views import deadlines, official, scorecards

router = asked_router(tags=["campaigns"])


async def goals_of(asked: Asked, campaign: UUID) -> Sequence[Goal]:
    """What a campaign asks of everyone, as it is now; nothing where none of this id is known."""
    return _goals((await asked.platform.executor.state(CAMPAIGN, campaign))[1])


def _goals(campaign: Campaign) -> Sequence[Goal]:
    return () if campaign.terms is None else campaign.terms.goals


async def known_of(asked: Asked, card: Scorecard) -> Known:
    """Official figures of the unit, names of indicators, and whether the person may verify their own work.

    The last is looked up only where some of it is their own.
    """
    if card.opened is None:
        return Known()
    unit, campaign = card.opened.unit_id, card.opened.campaign_id
    plans = await official.in_force(asked.pool, [unit])
    _, running = await asked.platform.executor.state(CAMPAIGN, campaign)
    today = asked.context().occurred_on
    known = Known(
        bases=await official.bases_of(asked.pool, unit),
        plans={(indicator, year): figure for (_, indicator, year), figure in plans.items()},
        names={goal.indicator: goal.name for goal in _goals(running)},
        cancelled=isinstance(running.closed, CampaignCancelled),
        due=await deadlines.of_reports(asked.pool, unit, campaign, today),
        files_for=await directly_above(asked.platform.access, asked.platform.organisation, asked.person, unit),
    )
    if all(asked.person not in card.hands(place) for place in {*card.results, *card.files}):
        return known
    allowed = await excused(asked.pool, asked.person, Duty.VERIFY_RESULT, today)
    own = (card.opened.scorecard_id, unit) in allowed
    return replace(known, excused=frozenset({asked.person} if own else ()))


SCORECARDS: Final = Resource(
    "/scorecards",
    SCORECARD,
    unit=lambda it: it.opened.unit_id if it.opened else None,
    seen_by=EVERY_ROLE,
    offers=offers(ScorecardCommand),
    known=known_of,
)
OWN: Final = FILES
DEPARTMENTS: Final = frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT})
_NIL: Final = UUID(int=0)


_SHOWN: Final = (scorecards.SCORECARDS, official.BASE_FIGURES, official.PLANS, deadlines.DEADLINES)


class GoalHeld(BaseModel):
    """What the campaign asks of everyone, and whether the verified result of the whole year reaches it."""

    direction: Direction
    value: Decimal
    wording: str
    source: str
    verdict: GoalVerdict | None


class ResultDetail(scorecards.ResultRow):
    """A result with the goal of everyone, the plan in force at the year's end, and how much of the target is reached.

    `progress` is in per cent of the target, where more is better.
    """

    goal: GoalHeld | None
    plan: Decimal | None
    base: Decimal | None
    progress: Decimal | None
    paper: str
    """The hash of the unit's signed paper, where it was filed on the unit's behalf."""


class ScorecardDetail(scorecards.ScorecardRow):
    """A scorecard with the steps that it may take, and the papers by which results were filed on the unit's behalf."""

    results: list[ResultDetail]  # type: ignore[assignment] # each of them says more
    filings: list[ResultsFiledOnBehalf]
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
@asks(may=EVERY_ROLE, where=SCORECARDS, reads=_SHOWN)
async def read_scorecard(asked: Asked, response: Response, id: UUID) -> ScorecardDetail:  # noqa: A002 - the path's name
    """A scorecard with its results; its ETag goes into If-Match."""
    if (card := await scorecards.scorecard(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{card.version}"'
    _, state = await asked.platform.executor.state(SCORECARD, id)
    goals = {(goal.indicator, goal.year): goal for goal in await goals_of(asked, card.campaign_id)}
    known = await known_of(asked, state)
    results = [
        detail(each, goals.get(place), known, state.results.get(place))
        for each in card.results
        for place in [(each.indicator, each.year)]
    ]
    return ScorecardDetail(
        **dict(card) | {"results": results},
        filings=list(state.filings.values()),
        actions=await actions(asked, SCORECARDS, id, state, known),
    )


def detail(row: scorecards.ResultRow, goal: Goal | None, known: Known, state: Result | None) -> ResultDetail:
    """A result beside what is asked of everyone and what the unit was given."""
    place = (row.indicator, row.year)
    reached = None if row.result is None else exact(row.result, row.numerator, row.denominator)
    whole = row.through is None or (row.through.month, row.through.day) == (12, 31)
    held = None
    if goal is not None:
        final = reached is not None and row.verified and whole
        verdict = goal_verdict(goal, reached) if reached is not None and final else None
        held = GoalHeld(verdict=verdict, **goal.model_dump(include={"direction", "value", "wording", "source"}))
    return ResultDetail(
        **dict(row),
        goal=held,
        paper=state.paper if state else "",
        plan=known.plans.get(place),
        base=known.bases.get(place),
        progress=None if reached is None else progress(row.direction, reached, row.target),
    )


for _step, _command, _may, _name in (
    ("results", ReportResult, OWN, "report_result"),
    ("verifications", VerifyResult, DEPARTMENTS, "verify_result"),
    ("returns", ReturnResult, DEPARTMENTS, "return_result"),
    ("corrections", CorrectResult, OWN, "correct_result"),
):
    command(router, SCORECARDS, _step, _command, may=_may, name=_name)
