"""How far each unit is in a campaign: goal, target and result side by side, from registry's and campaigns' events.

Each column is set by one service's events only, so the order between topics does not matter.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    CampaignAmended,
    CampaignAnnounced,
    CampaignExtended,
    CampaignLaunched,
    CampaignSays,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultVerified,
    TargetAttained,
    TargetMissed,
)
from contracts.registry import (
    RegistrationConfirmed,
    TargetRegistered,
    TargetRevised,
    TargetWithdrawn,
)
from contracts.values import Direction, Measure, UnitKind


class CampaignRow(Row, named="progress_campaigns", key=("campaign_id",)):
    """What a campaign is called, and its days; it is there since it was announced or launched, whichever came first."""

    campaign_id: UUID
    code: str
    theme: str
    starts_on: date
    ends_on: date
    announced_on: date | None = None
    launched_on: date | None = None


class GoalRow(Row, named="progress_goals", key=("campaign_id", "indicator", "year")):
    """What is asked of everyone; `place`: which of the campaign's goals it is, from 0."""

    campaign_id: UUID
    indicator: str
    year: int
    name: str
    direction: Direction
    measure: Measure
    value: Decimal
    applies_to: list[UnitKind]
    place: int


class UnitRow(
    Row,
    named="progress_rows",
    key=("campaign_id", "unit_id", "indicator", "year"),
    by=(("campaign_id", "indicator", "year"),),
):
    """What one unit has pledged and reached."""

    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    target: Decimal | None
    confirmed: bool = False
    result: Decimal | None
    reported: bool = False
    verified: bool = False
    attained: bool | None


Reads = (
    CampaignAnnounced
    | CampaignLaunched
    | CampaignAmended
    | CampaignExtended
    | RegistrationConfirmed
    | TargetRegistered
    | TargetRevised
    | TargetWithdrawn
    | ResultReported
    | ResultVerified
    | ResultReturned
    | ResultRecomputed
    | TargetAttained
    | TargetMissed
    | AttainmentLost
    | AttainmentRegained
)


_Drafted = TargetRegistered | TargetRevised | TargetWithdrawn


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from an event of registry or campaigns."""
    event = recorded.data
    match event:
        case CampaignAnnounced() | CampaignLaunched() | CampaignAmended():
            yield from _said(event, recorded.occurred_on)
        case CampaignExtended(campaign_id=campaign, until=until):
            yield CampaignRow.put(campaign, ends_on=until)
        case RegistrationConfirmed():
            yield from _confirmed(event)
        case TargetRegistered() | TargetRevised() | TargetWithdrawn():
            yield from _drafted(event)
        case ResultReported() | ResultReturned() | ResultRecomputed() | ResultVerified():
            yield from _result(event)
        case TargetAttained() | AttainmentRegained():
            yield UnitRow.put(*_key(event), attained=True)
        case TargetMissed() | AttainmentLost():
            yield UnitRow.put(*_key(event), attained=False)
        case _:
            assert_never(event)


def _said(event: CampaignSays, on: date) -> Iterable[Change]:
    days = {CampaignAnnounced: "announced_on", CampaignLaunched: "launched_on"}
    told = {days[type(event)]: on} if type(event) in days else {}
    yield CampaignRow.put(
        event.campaign_id,
        code=event.code,
        theme=event.theme,
        starts_on=event.period.start,
        ends_on=event.period.end,
        **told,
    )
    for place, goal in enumerate(event.goals):
        yield GoalRow.put(
            *(event.campaign_id, goal.indicator, goal.year),
            name=goal.name,
            direction=goal.direction,
            measure=goal.measure,
            value=goal.value,
            applies_to=list(goal.applies_to),
            place=place,
        )


def _drafted(event: _Drafted) -> Iterable[Change]:
    """What is pledged for the first time; later, what is official shows until the next version is."""
    if event.revision == 1:
        yield UnitRow.put(*_key(event), target=None if isinstance(event, TargetWithdrawn) else event.value)


def _confirmed(event: RegistrationConfirmed) -> Iterable[Change]:
    for target in event.targets:
        key = (event.campaign_id, event.unit_id, target.indicator, target.year)
        yield UnitRow.put(*key, target=target.value, confirmed=True)
    for gone in event.withdrawn:
        yield UnitRow.put(event.campaign_id, event.unit_id, gone.indicator, gone.year, target=None, confirmed=False)


_OfAResult = ResultReported | ResultReturned | ResultRecomputed | ResultVerified
_Judging = TargetAttained | TargetMissed | AttainmentLost | AttainmentRegained


def _result(event: _OfAResult) -> Iterable[Change]:
    """A corrected result stays what it was until it is verified anew; an estimate is no result."""
    match event:
        case ResultReported(estimate=True):
            return
        case ResultReported(value=value):
            yield UnitRow.put(*_key(event), result=value, reported=True, verified=False)
        case ResultReturned():
            yield UnitRow.put(*_key(event), reported=False)
        case ResultRecomputed(value=value):
            yield UnitRow.put(*_key(event), result=value)
        case ResultVerified(value=value):
            yield UnitRow.put(*_key(event), result=value, reported=True, verified=True)
        case _:
            assert_never(event)


def _key(event: TargetRegistered | TargetRevised | TargetWithdrawn | _OfAResult | _Judging) -> tuple[object, ...]:
    return event.campaign_id, event.unit_id, event.indicator, event.year


PROGRESS: Final = Projection("progress", 4, [CampaignRow.table, GoalRow.table, UnitRow.table], project)
