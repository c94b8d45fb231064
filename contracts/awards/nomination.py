"""Events of a nomination: who is proposed for an award, and got it."""

from typing import ClassVar
from uuid import UUID

from contracts.awards.base import AwardsEvent
from contracts.event import Audience, Fact
from contracts.exact import Count


class DossierDocument(Fact):
    """One paper of a dossier, by its kind in the award catalogue; the file itself is kept elsewhere, by its hash."""

    kind: str
    title: str
    sha256: str


class NominationDrafted(AwardsEvent):
    """A unit is proposed for an award for its part in a campaign, up to the end of `year` (None: all of it).

    `drafted_by` is a person's id: who drafted a nomination may not decide on it.
    """

    nomination_id: UUID
    campaign_id: UUID
    unit_id: UUID
    award: str
    year: Count | None = None
    drafted_by: UUID | None = None


class DossierDocumentAdded(AwardsEvent):
    """A paper was put into the dossier. Source: S003-9."""

    nomination_id: UUID
    document: DossierDocument


class NominationSubmitted(AwardsEvent):
    """The dossier is complete and sent in; `attained` of the unit's verified targets were met or exceeded."""

    nomination_id: UUID
    campaign_id: UUID
    unit_id: UUID
    award: str
    attained: Count
    rule: str
    year: Count | None = None
    submitted_by: UUID | None = None


class AwardGranted(AwardsEvent):
    """An awardee is honoured by a decision; the handover is another fact. Source: S004-14."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    nomination_id: UUID
    decision_id: UUID
    decision_number: str
    campaign_id: UUID
    unit_id: UUID
    award: str


class NominationFlagged(AwardsEvent):
    """A report of the unit in the same campaign was corrected after the nomination was sent in, as this revision.

    The nomination stays as it is: whoever judges it looks at the figures anew. Source: B19
    """

    nomination_id: UUID
    campaign_id: UUID
    unit_id: UUID
    report_id: UUID
    review_id: UUID
    revision: Count


NominationEvent = NominationDrafted | DossierDocumentAdded | NominationSubmitted | NominationFlagged | AwardGranted
"""What may stand in the stream of a nomination: its `evolve` answers to each."""
