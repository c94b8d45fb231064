"""Events of a registration: what a unit pledges to a campaign."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Audience
from contracts.exact import Count, Day, Figure, Flag
from contracts.registry.base import RegistryEvent
from contracts.values import Goal, Period, RegistrationChange, Target, TargetKind, UnitKind


class RegistrationOpened(RegistryEvent):
    """A unit is asked to register its targets for a campaign, on the terms stated here."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    unit_kind: UnitKind
    period: Period
    goals: tuple[Goal, ...]
    submit_before: Day | None = None
    refuse_late: Flag = False


class TargetRegistered(RegistryEvent):
    """A unit has pledged a value for one indicator of a campaign. Source: S002 §5.1.1."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    kind: TargetKind = TargetKind.QUANTITATIVE


class TargetRevised(RegistryEvent):
    """A unit has replaced a value it had pledged, before its registration was confirmed."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    previous: Figure
    kind: TargetKind = TargetKind.QUANTITATIVE


class RegistrationSubmitted(RegistryEvent):
    """A unit's head has sent its registration in; `late` when on or after the day it was due before."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    late: Flag
    submitted_by: UUID | None = None


class RegistrationConfirmed(RegistryEvent):
    """The targets are official from now on. Source: S002-17, S002-21.

    `revision` counts the versions that were confirmed; `change` says why there is more than one, None for the first.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]
    revision: Count = Field(default=1, ge=1)
    change: RegistrationChange | None = None


RegistrationEvent = (
    RegistrationOpened | TargetRegistered | TargetRevised | RegistrationSubmitted | RegistrationConfirmed
)
"""What may stand in the stream of a registration: its `evolve` answers to each."""
