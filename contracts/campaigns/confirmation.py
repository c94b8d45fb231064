"""Events of a confirmation: what a local steering committee has confirmed, and what a person finds it proves.

Source: A6. Nothing follows from it by itself: whether a criterion is met is for whoever judges.
"""

from enum import StrEnum
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Count
from contracts.values import Document


class ConfirmationFinding(StrEnum):
    """What whoever judges a confirmation finds: it proves the criterion, or it does not."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"


class OfConfirmation(CampaignsEvent):
    """What all facts about a confirmation say: whose it is, and in which campaign."""

    confirmation_id: UUID
    unit_id: UUID
    campaign_id: UUID


class ConfirmationEntered(OfConfirmation):
    """A unit enters what a local committee confirmed by a document; `evidence` is the SHA-256 of its scan.

    `criterion` is the code of an indicator or criterion of the campaign; `year` is None where it is about all years.
    """

    criterion: str
    year: Count | None = None
    committee: str
    what: str
    document: Document
    evidence: str
    entered_by: UUID | None = None


class ConfirmationJudged(OfConfirmation):
    """Somebody else than who entered it says whether it proves the criterion, and why; a later one replaces it."""

    finding: ConfirmationFinding
    reason: str
    judged_by: UUID | None = None


class ConfirmationWithdrawn(OfConfirmation):
    """It does not count any more: it was entered in error, or the committee took it back."""

    reason: str
    withdrawn_by: UUID | None = None


ConfirmationEvent = ConfirmationEntered | ConfirmationJudged | ConfirmationWithdrawn
"""What may stand in the stream of a confirmation: its `evolve` answers to each."""
