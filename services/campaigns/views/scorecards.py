"""Read model of campaigns: each unit's scorecard with its results."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    ResultReported,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
)
from contracts.values import Direction, Measure


class ResultRow(Row, named="results", key=("scorecard_id", "indicator", "year")):
    """Target and result of one indicator and year; null as long as nothing is known. `margin` < 0: it falls short."""

    scorecard_id: UUID = Field(exclude=True)
    indicator: str
    year: int
    direction: Direction
    measure: Measure
    target: Decimal
    result: Decimal | None = None
    evidence: str | None = None
    verified: bool = False
    attained: bool | None = None
    early: bool | None = None
    margin: Decimal | None = None


class ScorecardRow(
    Row, named="scorecards", key=("scorecard_id",), by=(("campaign_id", "unit_id"), ("unit_id",)), joined=("results",)
):
    """A unit's scorecard in a campaign; `version` goes into If-Match."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    version: int
    results: list[ResultRow] = Field(default=[])


def project_scorecards(recorded: Recorded[ScorecardEvent]) -> Iterable[Change]:
    """Rows of a scorecard and of its results; the scorecard's row keeps the stream's version for the ETag."""
    event = recorded.data
    match event:
        case ScorecardOpened(scorecard_id=card, targets=targets):
            yield ScorecardRow.put(card, campaign_id=event.campaign_id, unit_id=event.unit_id, version=recorded.version)
            for target in targets:
                key = (card, target.indicator, target.year)
                yield ResultRow.put(*key, direction=target.direction, measure=target.measure, target=target.value)
            return
        case ResultReported(value=value, evidence=evidence):
            values: dict[str, object] = {"result": value, "evidence": evidence}
        case ResultVerified(value=value):
            values = {"result": value, "verified": True}
        case TargetAttained(margin=margin, early=early):
            values = {"attained": True, "early": early, "margin": margin}
        case TargetMissed(shortfall=shortfall):
            values = {"attained": False, "early": False, "margin": shortfall.copy_negate()}
        case _:
            assert_never(event)
    yield ScorecardRow.put(event.scorecard_id, version=recorded.version)
    yield ResultRow.put(event.scorecard_id, event.indicator, event.year, **values)


SCORECARDS: Final = Projection("scorecards", 1, [ScorecardRow.table, ResultRow.table], project_scorecards)
_CARDS: Final = ScorecardRow.listing("campaign_id", "unit_id", by="scorecard_id")
_RESULTS: Final = f"select {ResultRow.columns()} from results where scorecard_id = any($1) order by indicator, year"  # noqa: S608


async def scorecards(
    pool: asyncpg.Pool, campaign_id: UUID | None, unit_id: UUID | None, after: UUID, limit: int
) -> list[ScorecardRow]:
    """Scorecards with their results, by id, those after the id given; of one campaign or unit, or of all."""
    return await _with_results(pool, await _CARDS.page(pool, after, limit, campaign_id=campaign_id, unit_id=unit_id))


async def scorecard(pool: asyncpg.Pool, scorecard_id: UUID) -> ScorecardRow | None:
    """One scorecard with its results."""
    card = await ScorecardRow.one(pool, scorecard_id)
    return None if card is None else (await _with_results(pool, [card]))[0]


async def _with_results(pool: asyncpg.Pool, cards: list[ScorecardRow]) -> list[ScorecardRow]:
    by_id = {card.scorecard_id: card for card in cards}
    for row in map(ResultRow.of, await pool.fetch(_RESULTS, list(by_id))):
        by_id[row.scorecard_id].results.append(row)
    return cards
