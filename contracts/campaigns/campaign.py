"""Events of a campaign: what is asked of whom, and what becomes of it until it is concluded or cancelled."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.campaigns.base import CampaignsEvent
from contracts.campaigns.terms import Terms
from contracts.event import Audience
from contracts.exact import Day
from contracts.values import Document, UnitKind


class CampaignAnnounced(Terms, CampaignsEvent):
    """The document is out: registration opens, whether the ceremony was held or is still to come. Source: A1."""

    audience: ClassVar[Audience] = Audience.PUBLIC


class CampaignLaunched(Terms, CampaignsEvent):
    """A campaign is launched: everyone in its audience is asked to register targets and act.

    `happened_on` is the day of the ceremony, where one was held on another day than that on which this is told.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    happened_on: Day | None = None


class CampaignAmended(Terms, CampaignsEvent):
    """What a campaign says from now on, all of it; `changed` names what is new, `amendment` is the document."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    amendment: Document
    changed: tuple[str, ...]


class CampaignExtended(CampaignsEvent):
    """A campaign goes on until a later day; `register_before` is that of before, or a later one."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    campaign_id: UUID
    until: Day
    previous: Day
    units: tuple[UnitKind, ...]
    register_before: Day | None
    document: Document


class CampaignJoined(CampaignsEvent):
    """A unit has launched the campaign within its own scope: for itself and the units below it. Source: S002-5, A1.

    `happened_on` may lie before the campaign's own launch, or after it.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    campaign_id: UUID
    unit_id: UUID
    happened_on: Day
    document: Document | None = None


class CampaignConcluded(CampaignsEvent):
    """A campaign is over: its final review was held. Source: S001-16."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    campaign_id: UUID
    units: tuple[UnitKind, ...]
    happened_on: Day
    document: Document


class CampaignCancelled(CampaignsEvent):
    """A campaign is called off; what was registered for it asks nobody for anything any more."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    campaign_id: UUID
    units: tuple[UnitKind, ...]
    reason: str = Field(min_length=1, max_length=1000)
    document: Document


CampaignSays = CampaignAnnounced | CampaignLaunched | CampaignAmended
"""Facts that say all of a campaign's terms: the last one of them counts."""

CampaignEvent = (
    CampaignAnnounced
    | CampaignLaunched
    | CampaignAmended
    | CampaignExtended
    | CampaignJoined
    | CampaignConcluded
    | CampaignCancelled
)
"""What may stand in the stream of a campaign: its `evolve` answers to each."""
