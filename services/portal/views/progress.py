"""How far each unit is in a campaign: goal, target and result side by side, from registry's and campaigns' events.

Each column is set by one service's events only, so the order between topics does not matter.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, MetaData, Numeric, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.campaigns import CampaignLaunched, ResultReported, ResultVerified, TargetAttained, TargetMissed
from contracts.registry import (
    RegistrationConfirmed,
    TargetRegistered,
    TargetRevised,
)

_metadata = MetaData()

CAMPAIGNS: Final = Table(
    "progress_campaigns",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("theme", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
)
GOALS: Final = Table(
    "progress_goals",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("name", Text),
    Column("direction", Text),
    Column("measure", Text),
    Column("value", Numeric),
    Column("applies_to", JSON),
)
ROWS: Final = Table(
    "progress_rows",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("target", Numeric),
    Column("confirmed", Boolean),
    Column("result", Numeric),
    Column("reported", Boolean),
    Column("verified", Boolean),
    Column("attained", Boolean),
    Index("progress_rows_by_goal", "campaign_id", "indicator", "year"),
)


Reads = (
    CampaignLaunched
    | RegistrationConfirmed
    | TargetRegistered
    | TargetRevised
    | ResultReported
    | ResultVerified
    | TargetAttained
    | TargetMissed
)


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from an event of registry or campaigns."""
    event = recorded.data
    match event:
        case CampaignLaunched():
            yield from _launched(event)
        case RegistrationConfirmed():
            yield from _confirmed(event)
        case TargetRegistered(value=value) | TargetRevised(value=value):
            yield Put(ROWS, _key(event), {"target": value})
        case ResultReported(value=value):
            yield Put(ROWS, _key(event), {"result": value, "reported": True})
        case ResultVerified(value=value):
            yield Put(ROWS, _key(event), {"result": value, "verified": True})
        case TargetAttained():
            yield Put(ROWS, _key(event), {"attained": True})
        case TargetMissed():
            yield Put(ROWS, _key(event), {"attained": False})
        case _:
            assert_never(event)


def _launched(event: CampaignLaunched) -> Iterable[Change]:
    campaign = {"code": event.code, "theme": event.theme}
    days = {"starts_on": event.period.start, "ends_on": event.period.end}
    yield Put(CAMPAIGNS, (event.campaign_id,), {**campaign, **days})
    for goal in event.goals:
        yield Put(
            GOALS,
            (event.campaign_id, goal.indicator, goal.year),
            {
                "name": goal.name,
                "direction": goal.direction.value,
                "measure": goal.measure.value,
                "value": goal.value,
                "applies_to": [kind.value for kind in goal.applies_to],
            },
        )


def _confirmed(event: RegistrationConfirmed) -> Iterable[Change]:
    for target in event.targets:
        key = (event.campaign_id, event.unit_id, target.indicator, target.year)
        yield Put(ROWS, key, {"target": target.value, "confirmed": True})


def _key(
    event: TargetRegistered | TargetRevised | ResultReported | ResultVerified | TargetAttained | TargetMissed,
) -> tuple[object, ...]:
    return event.campaign_id, event.unit_id, event.indicator, event.year


PROGRESS: Final = Projection("progress", 2, [CAMPAIGNS, GOALS, ROWS], project)
