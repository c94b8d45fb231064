"""Events of campaigns: what is asked, what came of it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, get_args
from uuid import UUID

from pydantic import Field

from contracts.event import Audience, Event, Fact
from contracts.values import Document, Goal, Period, Target, UnitKind


class CampaignKind(StrEnum):
    """Kinds of campaigns."""

    REGULAR = "regular"
    THEMATIC = "thematic"
    DRIVE = "drive"
    LONG_TERM = "long_term"


class CampaignLevel(StrEnum):
    """The level of the organisation that launches a campaign."""

    NATIONAL = "national"
    SECTOR = "sector"
    PROVINCIAL = "provincial"
    DISTRICT = "district"


class LinkedCampaign(Fact):
    """Another running campaign that units tie this one to. Source: S001-15."""

    theme: str = Field(min_length=1, max_length=1000)
    document: Document


class RecipientPurpose(StrEnum):
    """Why somebody gets a copy: to act on it, for report (để b/c), for information, or for the archive (lưu)."""

    FOR_ACTION = "for_action"
    FOR_REPORT = "for_report"
    FOR_INFORMATION = "for_information"
    ARCHIVE = "archive"


class CopyRecipient(Fact):
    """One entry of a document's Kính gửi or Nơi nhận: a name, or a group of units by kind. Source: M-2."""

    name: str = Field(min_length=1, max_length=300)
    purpose: RecipientPurpose
    unit_kinds: tuple[UnitKind, ...] = ()


class CampaignLaunched(Event):
    """A campaign is launched: everyone in its audience is asked to register targets and act."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    campaign_id: UUID
    code: str
    theme: str
    kind: CampaignKind
    level: CampaignLevel
    period: Period
    document: Document
    legal_bases: tuple[Document, ...] = ()
    units: tuple[UnitKind, ...]
    goals: tuple[Goal, ...]
    linked_campaigns: tuple[LinkedCampaign, ...] = ()
    addressees: tuple[CopyRecipient, ...] = ()
    copy_recipients: tuple[CopyRecipient, ...] = ()
    register_before: date | None = None
    refuse_late: bool = False


class ScorecardOpened(Event):
    """A unit's results in a campaign are held against these confirmed targets from now on."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]


class ResultReported(Event):
    """A unit reports what it reached for one indicator and year; `reported_by` may not verify it."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    value: Decimal
    evidence: str = ""
    reported_by: UUID | None = None


class ResultVerified(Event):
    """Somebody else than the reporter has found a reported result right."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    value: Decimal


class TargetAttained(Event):
    """A verified result meets or exceeds the registered target, by `margin` in the indicator's measure.

    `early` when it was verified before the last day of the target's year.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    target: Decimal
    value: Decimal
    margin: Decimal
    early: bool


class TargetMissed(Event):
    """A verified result falls short of the registered target, by `shortfall` in the indicator's measure."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    target: Decimal
    value: Decimal
    shortfall: Decimal


CampaignEvent = CampaignLaunched
"""What may stand in the stream of a campaign: its `evolve` answers to each."""

ScorecardEvent = ScorecardOpened | ResultReported | ResultVerified | TargetAttained | TargetMissed
"""What may stand in the stream of a scorecard: its `evolve` answers to each."""

EVENTS: tuple[type[Event], ...] = (CampaignEvent, *get_args(ScorecardEvent))
