"""Events of a scorecard: what a unit reached, held against what it pledged."""

from typing import ClassVar
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience
from contracts.exact import Count, Figure, Flag
from contracts.values import Target


class ScorecardOpened(CampaignsEvent):
    """A unit's results in a campaign are held against these confirmed targets from now on."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]


class ResultReported(CampaignsEvent):
    """A unit reports what it reached for one indicator and year; `reported_by` may not verify it."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    evidence: str = ""
    reported_by: UUID | None = None


class ResultVerified(CampaignsEvent):
    """Somebody else than the reporter has found a reported result right."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure


class TargetAttained(CampaignsEvent):
    """A verified result meets or exceeds the registered target, by `margin` in the indicator's measure.

    `early` when it was verified before the last day of the target's year.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    target: Figure
    value: Figure
    margin: Figure
    early: Flag


class TargetMissed(CampaignsEvent):
    """A verified result falls short of the registered target, by `shortfall` in the indicator's measure."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    target: Figure
    value: Figure
    shortfall: Figure


ScorecardEvent = ScorecardOpened | ResultReported | ResultVerified | TargetAttained | TargetMissed
"""What may stand in the stream of a scorecard: its `evolve` answers to each."""
