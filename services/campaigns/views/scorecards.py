"""Read model of campaigns: each unit's scorecard with its results."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Numeric, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.campaigns import (
    ResultReported,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
)
from contracts.values import Direction, Measure

_metadata = MetaData()

SCORECARD_ROWS: Final = Table(
    "scorecards",
    _metadata,
    Column("scorecard_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid),
    Column("unit_id", Uuid),
    Column("version", Integer),
    Index("scorecards_by_campaign", "campaign_id", "unit_id"),
    Index("scorecards_by_unit", "unit_id"),
)
RESULT_ROWS: Final = Table(
    "results",
    _metadata,
    Column("scorecard_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("direction", Text),
    Column("measure", Text),
    Column("target", Numeric),
    Column("result", Numeric),
    Column("evidence", Text),
    Column("verified", Boolean),
    Column("attained", Boolean),
    Column("early", Boolean),
    Column("margin", Numeric),
)


def project_scorecards(recorded: Recorded[ScorecardEvent]) -> Iterable[Change]:
    """Rows of a scorecard and of its results; the scorecard's row keeps the stream's version for the ETag."""
    event = recorded.data
    match event:
        case ScorecardOpened(scorecard_id=card, targets=targets):
            ids = {"campaign_id": event.campaign_id, "unit_id": event.unit_id}
            yield Put(SCORECARD_ROWS, (card,), {**ids, "version": recorded.version})
            for target in targets:
                terms = {"direction": target.direction.value, "measure": target.measure.value, "target": target.value}
                yield Put(RESULT_ROWS, (card, target.indicator, target.year), terms)
            return
        case ResultReported(value=value, evidence=evidence):
            values: dict[str, object] = {"result": value, "evidence": evidence}
        case ResultVerified(value=value):
            values = {"result": value, "verified": True}
        case TargetAttained(margin=margin, early=early):
            values = {"attained": True, "early": early, "margin": margin}
        case TargetMissed(shortfall=shortfall):
            values = {"attained": False, "early": False, "margin": -shortfall}
        case _:
            assert_never(event)
    yield Put(SCORECARD_ROWS, (event.scorecard_id,), {"version": recorded.version})
    yield Put(RESULT_ROWS, (event.scorecard_id, event.indicator, event.year), values)


SCORECARDS: Final = Projection("scorecards", 1, [SCORECARD_ROWS, RESULT_ROWS], project_scorecards)


class ResultRow(BaseModel):
    """Target and result of one indicator and year; null as long as nothing is known. `margin` < 0: it falls short."""

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


class ScorecardRow(BaseModel):
    """A unit's scorecard in a campaign; `version` goes into If-Match."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    version: int
    results: list[ResultRow] = []


async def scorecards(
    pool: asyncpg.Pool, campaign_id: UUID | None, unit_id: UUID | None, after: UUID, limit: int
) -> list[ScorecardRow]:
    """Scorecards with their results, by id, those after the id given; of one campaign or unit, or of all."""
    rows = await pool.fetch(
        "select scorecard_id, campaign_id, unit_id, version from scorecards"
        " where ($1::uuid is null or campaign_id = $1) and ($2::uuid is null or unit_id = $2) and scorecard_id > $3"
        " order by scorecard_id limit $4",
        campaign_id,
        unit_id,
        after,
        limit,
    )
    return await _with_results(pool, [ScorecardRow(**row) for row in rows])


async def scorecard(pool: asyncpg.Pool, scorecard_id: UUID) -> ScorecardRow | None:
    """One scorecard with its results."""
    row = await pool.fetchrow(
        "select scorecard_id, campaign_id, unit_id, version from scorecards where scorecard_id = $1", scorecard_id
    )
    return None if row is None else (await _with_results(pool, [ScorecardRow(**row)]))[0]


async def _with_results(pool: asyncpg.Pool, cards: list[ScorecardRow]) -> list[ScorecardRow]:
    by_id = {card.scorecard_id: card for card in cards}
    rows = await pool.fetch(
        "select scorecard_id, indicator, year, direction, measure, target, result, evidence,"
        " coalesce(verified, false) as verified, attained, early, margin"
        " from results where scorecard_id = any($1) order by indicator, year",
        list(by_id),
    )
    for row in rows:
        values = dict(row)
        by_id[values.pop("scorecard_id")].results.append(ResultRow(**values))
    return cards
