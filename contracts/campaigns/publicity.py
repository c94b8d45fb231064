"""Events of publicity: a publication about a unit, campaign or exemplar, until it has come down. Source: S001-23."""

from enum import StrEnum
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Day


class Medium(StrEnum):
    """In what something is made known."""

    ARTICLE = "article"
    BROADCAST = "broadcast"
    NEWSLETTER = "newsletter"


class OfPublicity(CampaignsEvent):
    """What all facts about a publication say: which unit, campaign and exemplar it is about."""

    publicity_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    exemplar_id: UUID | None = None


class PublicityPublished(OfPublicity):
    """Something was published: what, where, on which day, and where it can be read."""

    medium: Medium
    title: str
    outlet: str
    published_on: Day
    link: str = ""


class PublicityToComeDown(OfPublicity):
    """What it makes known is a model no longer: it must come down."""

    reason: str


class PublicityTakenDown(OfPublicity):
    """It has come down."""

    on: Day


PublicityEvent = PublicityPublished | PublicityToComeDown | PublicityTakenDown
"""What may stand in the stream of a publication: its `evolve` answers to each."""
