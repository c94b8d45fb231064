"""What awards must know of others, learned from their events: campaigns, confirmed targets, verified results.

Each table is fed by one topic alone, so that the order between topics does not matter.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.awards import NominationDrafted
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    CampaignAmended,
    CampaignAnnounced,
    CampaignExtended,
    CampaignLaunched,
    ResultCorrected,
    TargetAttained,
    TargetMissed,
)
from contracts.registry import RegistrationConfirmed
from contracts.values import Period


class CampaignRow(Row, named="campaigns", key=("campaign_id",)):
    """A launched campaign and its period."""

    campaign_id: UUID
    code: str
    start: date
    end: date


class TargetRow(
    Row,
    named="pledged_targets",
    key=("campaign_id", "unit_id", "indicator", "year"),
    joined=("value", "attained", "corrected_on", "previous"),
):
    """A confirmed target; `value` and `attained` are None as long as no verified result has arrived.

    `corrected_on` is the day on which a verified result was said to be another one than `previous`, the last time.
    """

    campaign_id: UUID = Field(exclude=True)
    unit_id: UUID = Field(exclude=True)
    indicator: str
    year: int
    target: Decimal
    value: Decimal | None
    attained: bool | None
    corrected_on: date | None
    previous: Decimal | None


class CorrectionRow(Row, named="corrections", key=("campaign_id", "unit_id", "indicator", "year")):
    """A verified result that was corrected: when last, and what it was before."""

    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    corrected_on: date
    previous: Decimal


class AchievementRow(Row, named="achievements", key=("campaign_id", "unit_id", "indicator", "year")):
    """A verified result, whether it attains its target, and who verified it."""

    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    value: Decimal
    attained: bool
    verified_by: UUID | None


Reads = (
    CampaignAnnounced
    | CampaignLaunched
    | CampaignAmended
    | CampaignExtended
    | RegistrationConfirmed
    | ResultCorrected
    | TargetAttained
    | TargetMissed
    | AttainmentLost
    | AttainmentRegained
)


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from one event of registry or campaigns."""
    match event := recorded.data:
        case CampaignAnnounced() | CampaignLaunched() | CampaignAmended():
            yield CampaignRow.put(event.campaign_id, code=event.code, **event.period.model_dump())
        case CampaignExtended(campaign_id=campaign, until=until):
            yield CampaignRow.put(campaign, end=until)
        case RegistrationConfirmed():
            yield from _pledged(event)
        case ResultCorrected():
            key = (event.campaign_id, event.unit_id, event.indicator, event.year)
            yield CorrectionRow.put(*key, corrected_on=recorded.occurred_on, previous=event.previous)
        case TargetAttained() | TargetMissed() | AttainmentLost() | AttainmentRegained():
            key = (event.campaign_id, event.unit_id, event.indicator, event.year)
            attained = isinstance(event, TargetAttained | AttainmentRegained)
            by = {} if recorded.actor is None else {"verified_by": recorded.actor}  # nobody where a figure was revised
            yield AchievementRow.put(*key, value=event.value, attained=attained, **by)
        case _:
            assert_never(event)


def _pledged(event: RegistrationConfirmed) -> Iterable[Change]:
    """The targets by which awards are judged, and that others are none any more. Source: B11."""
    judged = event.targets if event.eligible is None else event.eligible
    for target in judged:
        yield TargetRow.put(event.campaign_id, event.unit_id, target.indicator, target.year, target=target.value)
    for gone in {(each.indicator, each.year) for each in event.withdrawn}:
        if gone not in {(each.indicator, each.year) for each in judged}:
            yield TargetRow.drop(event.campaign_id, event.unit_id, *gone)


LEARNED: Final = Projection(
    "learned", 5, [CampaignRow.table, TargetRow.table, AchievementRow.table, CorrectionRow.table], project
)


_TARGETS = f"""
    select {TargetRow.columns("p")}, a.value, a.attained, c.corrected_on, c.previous
    from pledged_targets p left join achievements a using (campaign_id, unit_id, indicator, year)
    left join corrections c using (campaign_id, unit_id, indicator, year)
    where p.campaign_id = $1 and p.unit_id = $2 order by p.year, p.indicator
"""  # noqa: S608 - our own column names


_VERIFIERS = """
    select p.campaign_id, p.unit_id, p.year, a.verified_by
    from (select distinct * from unnest($1::uuid[], $2::uuid[]) u (campaign_id, unit_id)) n
    join pledged_targets p using (campaign_id, unit_id)
    left join achievements a using (campaign_id, unit_id, indicator, year)
"""


async def verifiers(pool: asyncpg.Pool, proposals: Sequence[NominationDrafted]) -> dict[UUID, frozenset[UUID | None]]:
    """By nomination: who verified the results of the targets that count for it; None for each that is not known."""
    campaigns, units = [each.campaign_id for each in proposals], [each.unit_id for each in proposals]
    found: dict[tuple[UUID, UUID], list[tuple[int, UUID | None]]] = {}
    for campaign, unit, year, person in await pool.fetch(_VERIFIERS, campaigns, units):
        found.setdefault((campaign, unit), []).append((year, person))
    return {
        each.nomination_id: frozenset(
            person
            for year, person in found.get((each.campaign_id, each.unit_id), ())
            if each.year is None or year <= each.year
        )
        or frozenset({None})
        for each in proposals
    }


async def targets(pool: asyncpg.Pool, campaign_id: UUID, unit_id: UUID) -> list[TargetRow]:
    """The unit's confirmed targets in a campaign, each with its verified result."""
    return [TargetRow.of(row) for row in await pool.fetch(_TARGETS, campaign_id, unit_id)]


async def period(pool: asyncpg.Pool, campaign_id: UUID) -> Period | None:
    """The campaign's period, None when no such campaign was launched."""
    row = await CampaignRow.one(pool, campaign_id)
    return None if row is None else Period(start=row.start, end=row.end)
