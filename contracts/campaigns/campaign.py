"""Events of a campaign: what is asked of whom."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience, Fact
from contracts.exact import Day, Flag
from contracts.values import Document, Goal, Period, UnitKind


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


class CampaignLaunched(CampaignsEvent):
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
    register_before: Day | None = None
    refuse_late: Flag = False


CampaignEvent = CampaignLaunched
"""What may stand in the stream of a campaign: its `evolve` answers to each."""
