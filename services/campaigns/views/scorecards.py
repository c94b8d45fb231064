"""Read model of campaigns: each unit's scorecard with its results, their versions, files and verdicts."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.kinds import plain
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    DenominatorOf,
    EvidenceAttached,
    EvidenceBytesDeleted,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultsFiledOnBehalf,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
)
from contracts.values import Direction, FileKind, Measure
from services.campaigns.domain.rolling_up import Part


class EvidenceRow(Row, named="evidence", key=("scorecard_id", "indicator", "year", "sha256")):
    """A file that proves a result; of one that is `deleted`, the bytes are no longer kept."""

    scorecard_id: UUID = Field(exclude=True)
    indicator: str = Field(exclude=True)
    year: int = Field(exclude=True)
    sha256: str
    kind: FileKind
    size: int
    attached_on: date
    deleted: bool = False


class ResultRow(Row, named="results", key=("scorecard_id", "indicator", "year"), joined=("files",)):
    """Target and result of one indicator and year; null as long as nothing is known. `margin` < 0: it falls short.

    `result` is cut to six places; exact are `numerator` and `denominator`. `through`: the last day that it covers, the
    year's where null. `returned` is the reason, as long as nothing else was reported. `recomputed`: an official figure
    was revised since. `lost`: the target was attained before, and is no longer. `history_on`: it was told on that
    day, before results were kept here, and entered from papers; by `history_document` where there is one.
    """

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
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    denominator_of: DenominatorOf | None = None
    estimate: bool = False
    through: date | None = None
    reported_on: date | None = None
    returned: str | None = None
    edition: int = 1
    recomputed: bool = False
    lost: bool = False
    history_on: date | None = None
    history_document: str | None = None
    files: list[EvidenceRow] = Field(default=[])


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
    whose: dict[str, object] = {}
    match event:
        case ScorecardOpened(scorecard_id=card, targets=targets) | TargetsReplaced(scorecard_id=card, targets=targets):
            whose = {"campaign_id": event.campaign_id, "unit_id": event.unit_id}
            for target in targets:
                key = (card, target.indicator, target.year)
                yield ResultRow.put(*key, direction=target.direction, measure=target.measure, target=target.value)
            for gone in event.withdrawn if isinstance(event, TargetsReplaced) else ():
                yield ResultRow.drop(card, gone.indicator, gone.year)
        case EvidenceAttached(file=file):
            key = (event.scorecard_id, event.indicator, event.year)
            about = {"kind": file.kind, "size": file.size, "attached_on": recorded.occurred_on, "deleted": False}
            yield EvidenceRow.put(*key, file.sha256, **about)
        case EvidenceBytesDeleted(sha256=digest):
            yield EvidenceRow.put(event.scorecard_id, event.indicator, event.year, digest, deleted=True)
        case ResultsFiledOnBehalf():
            pass
        case TargetAttained() | TargetMissed() | AttainmentLost() | AttainmentRegained():
            yield ResultRow.put(event.scorecard_id, event.indicator, event.year, **_verdict(event))
        case _:
            yield ResultRow.put(event.scorecard_id, event.indicator, event.year, **_result(event, recorded.occurred_on))
    yield ScorecardRow.put(event.scorecard_id, version=recorded.version, **whose)


_OfAResult = ResultReported | ResultCorrected | ResultReturned | ResultVerified | ResultRecomputed
_Judging = TargetAttained | TargetMissed | AttainmentLost | AttainmentRegained


def _result(event: _OfAResult, on: date) -> dict[str, Any]:
    match event:
        case ResultReported():
            said = event.model_dump(include={"evidence", "numerator", "denominator", "estimate", "through"})
            past = event.history
            said["history_on"] = past and past.happened_on
            said["history_document"] = past.document.number if past and past.document else None
            return _anew(event, on) | said | {"edition": 1}
        case ResultCorrected(version=version):
            said = event.model_dump(include={"evidence", "numerator", "denominator"})
            return _anew(event, on) | said | {"edition": version}
        case ResultReturned(reason=reason):
            return {"returned": reason}
        case ResultVerified(value=value):
            return {"result": value, "verified": True}
        case ResultRecomputed(value=value, denominator=denominator, denominator_of=whose):
            return {"result": value, "denominator": denominator, "denominator_of": whose, "recomputed": True}
        case _:
            assert_never(event)


def _anew(event: ResultReported | ResultCorrected, on: date) -> dict[str, Any]:
    return {
        "result": event.value,
        "denominator_of": event.denominator_of,
        "reported_on": event.reported_on or on,
        "verified": False,
        "returned": None,
        "recomputed": False,
    }


def _verdict(event: _Judging) -> dict[str, Any]:
    match event:
        case TargetAttained(margin=margin, early=early) | AttainmentRegained(margin=margin, early=early):
            return {"attained": True, "early": early, "margin": margin, "lost": False}
        case TargetMissed(shortfall=shortfall):
            return {"attained": False, "early": False, "margin": shortfall.copy_negate()}
        case AttainmentLost(shortfall=shortfall):
            return {"attained": False, "early": False, "margin": shortfall.copy_negate(), "lost": True}
        case _:
            assert_never(event)


SCORECARDS: Final = Projection(
    "scorecards", 3, [ScorecardRow.table, ResultRow.table, EvidenceRow.table], project_scorecards
)
_CARDS: Final = ScorecardRow.listing("campaign_id", "unit_id", by="scorecard_id")
_RESULTS: Final = f"select {ResultRow.columns()} from results where scorecard_id = any($1) order by indicator, year"  # noqa: S608
_FILES: Final = (
    f"select {EvidenceRow.columns()} from evidence where scorecard_id = any($1) order by attached_on, sha256"  # noqa: S608
)
_PARTS: Final = """
    select s.unit_id, r.numerator, r.denominator, r.verified,
        r.numerator is null or r.denominator is null or coalesce(r.estimate, false) or r.returned is not null as missing
    from scorecards s join results r using (scorecard_id)
    where s.campaign_id = $1 and r.indicator = $2 and r.year = $3
"""
_OF_UNIT: Final = "select scorecard_id from scorecards where unit_id = $1"


async def scorecards(
    pool: asyncpg.Pool, campaign_id: UUID | None, unit_id: UUID | None, after: UUID, limit: int
) -> list[ScorecardRow]:
    """Scorecards with their results, by id, those after the id given; of one campaign or unit, or of all."""
    return await _with_results(pool, await _CARDS.page(pool, after, limit, campaign_id=campaign_id, unit_id=unit_id))


async def scorecard(pool: asyncpg.Pool, scorecard_id: UUID) -> ScorecardRow | None:
    """One scorecard with its results."""
    card = await ScorecardRow.one(pool, scorecard_id)
    return None if card is None else (await _with_results(pool, [card]))[0]


async def of_unit(pool: asyncpg.Pool, unit: UUID) -> list[UUID]:
    """Ids of a unit's scorecards."""
    return [row[0] for row in await pool.fetch(_OF_UNIT, unit)]


async def parts(pool: asyncpg.Pool, campaign_id: UUID, indicator: str, year: int) -> dict[UUID, Part | None]:
    """By unit that is asked: what its result adds to a sum; None where there is none that is real and has its parts."""
    found = {}
    for unit, numerator, denominator, verified, missing in await pool.fetch(_PARTS, campaign_id, indicator, year):
        said = Part(plain(numerator), plain(denominator), verified or False) if not missing else None
        found[UUID(int=unit.int)] = said
    return found


async def file(pool: asyncpg.Pool, scorecard_id: UUID, sha256: str) -> EvidenceRow | None:
    """A file of a scorecard, by its hash; None where it never had it."""
    text = (
        f"select {EvidenceRow.columns()} from evidence where (scorecard_id, sha256) = ($1, $2) order by deleted limit 1"  # noqa: S608
    )
    row = await pool.fetchrow(text, scorecard_id, sha256)
    return None if row is None else EvidenceRow.of(row)


async def _with_results(pool: asyncpg.Pool, cards: list[ScorecardRow]) -> list[ScorecardRow]:
    by_id = {card.scorecard_id: card for card in cards}
    by_place: dict[tuple[UUID, str, int], ResultRow] = {}
    for row in map(ResultRow.of, await pool.fetch(_RESULTS, list(by_id))):
        by_id[row.scorecard_id].results.append(row)
        by_place[row.scorecard_id, row.indicator, row.year] = row
    for found in map(EvidenceRow.of, await pool.fetch(_FILES, list(by_id))):
        by_place[found.scorecard_id, found.indicator, found.year].files.append(found)
    return cards
