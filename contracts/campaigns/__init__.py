"""Events of campaigns: what is asked, what came of it."""

from contracts.campaigns.campaign import (
    CampaignEvent,
    CampaignKind,
    CampaignLaunched,
    CampaignLevel,
    CopyRecipient,
    LinkedCampaign,
    RecipientPurpose,
)
from contracts.campaigns.scorecard import (
    ResultReported,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
)
from contracts.event import Event, events_of

__all__ = [
    "EVENTS",
    "CampaignEvent",
    "CampaignKind",
    "CampaignLaunched",
    "CampaignLevel",
    "CopyRecipient",
    "LinkedCampaign",
    "RecipientPurpose",
    "ResultReported",
    "ResultVerified",
    "ScorecardEvent",
    "ScorecardOpened",
    "TargetAttained",
    "TargetMissed",
]

EVENTS: tuple[type[Event], ...] = events_of(CampaignEvent, ScorecardEvent)
