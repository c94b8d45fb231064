"""Events of a scorecard: what a unit reached, held against what it pledged."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience, Fact
from contracts.exact import Count, Day, Figure, Flag
from contracts.values import Document, RegistrationChange, StoredFile, Target


class DenominatorOf(StrEnum):
    """Whose figure a result is divided by: the unit's own, the official base figure, the assigned plan."""

    UNIT = "unit"
    BASE = "base"
    PLAN = "plan"


class JudgedAgain(StrEnum):
    """Why a verdict is another one than before."""

    NEW_RESULT = "new_result"
    CORRECTION = "correction"
    DENOMINATOR = "denominator"
    TARGET = "target"


class PastEntry(Fact):
    """Papers on which something rests that happened before it was entered: a document, or a file by its SHA-256."""

    happened_on: Day
    document: Document | None = None
    evidence: str = ""


class ScorecardOpened(CampaignsEvent):
    """A unit's results in a campaign are held against these confirmed targets from now on."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]


class TargetsReplaced(CampaignsEvent):
    """The registration was confirmed in a later version: results are held against these targets.

    A correction counts from the start, an adjustment from its day; results stay. `withdrawn` are those that are no
    longer pledged. Source: B11.
    """

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]
    revision: Count
    change: RegistrationChange
    withdrawn: tuple[Target, ...] = ()


class ResultReported(CampaignsEvent):
    """A unit reports what it reached for one indicator and year; `reported_by` may not verify it.

    `value` is 100 · numerator / denominator cut to six places, where those are known; `through` is the last day that
    the figures cover, None for the whole year. An `estimate` is replaced by the real figure and attains nothing.
    """

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    evidence: str = ""
    reported_by: UUID | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    denominator_of: DenominatorOf | None = None
    estimate: Flag = False
    through: Day | None = None
    reported_on: Day | None = None
    paper: str = ""
    """The hash of the unit's paper, where it was filed on its behalf."""
    history: PastEntry | None = None
    """It was reached before the platform kept results, and entered from papers; None for all that is reported here."""


class ResultsFiledOnBehalf(CampaignsEvent):
    """The unit directly above files a unit's results on the unit's own paper, signed and scanned. Source: B7."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    by_unit_id: UUID
    filed_by: UUID
    paper: StoredFile
    signed_on: Day


class ResultReturned(CampaignsEvent):
    """A reported result was sent back to the unit, which reports it anew."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    reason: str
    returned_by: UUID | None = None


class ResultVerified(CampaignsEvent):
    """Somebody else than the reporter has found a reported result right."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    numerator: Figure | None = None
    denominator: Figure | None = None
    through: Day | None = None


class ResultCorrected(CampaignsEvent):
    """A verified result was wrong: this is its next version, which is to be verified and judged anew. Source: B16."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    version: Count
    value: Figure
    previous: Figure
    reason: str
    evidence: str = ""
    corrected_by: UUID | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    denominator_of: DenominatorOf | None = None
    reported_on: Day | None = None


class ResultRecomputed(CampaignsEvent):
    """The official denominator of a result was published or revised: it is another one now. Source: B15.

    `verified`: it was verified, and stays so.
    """

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    value: Figure
    previous: Figure
    numerator: Figure
    denominator: Figure
    denominator_of: DenominatorOf
    verified: Flag = False


class EvidenceAttached(CampaignsEvent):
    """A file that proves a result is kept by its hash; who attached it may not verify the result."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    file: StoredFile
    attached_by: UUID | None = None


class EvidenceBytesDeleted(CampaignsEvent):
    """The bytes of a file are deleted; its hash and that it was there stay."""

    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    sha256: str
    reason: str
    deleted_by: UUID | None = None


class TargetAttained(CampaignsEvent):
    """A verified result meets or exceeds the registered target, by `margin` in the indicator's measure.

    `early` when it was reported before the last day of the target's year.
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
    """A verified result of the whole year falls short of the registered target, by `shortfall`."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    target: Figure
    value: Figure
    shortfall: Figure


class AttainmentLost(CampaignsEvent):
    """A target that was attained is no longer, by `shortfall`; that it was stays history. Source: B16."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    scorecard_id: UUID
    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    target: Figure
    value: Figure
    shortfall: Figure
    because: JudgedAgain


class AttainmentRegained(CampaignsEvent):
    """A target whose attainment was lost is attained again, by `margin`. Source: B16."""

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
    because: JudgedAgain


ScorecardEvent = (
    ScorecardOpened
    | TargetsReplaced
    | ResultReported
    | ResultReturned
    | ResultVerified
    | ResultCorrected
    | ResultRecomputed
    | EvidenceAttached
    | EvidenceBytesDeleted
    | ResultsFiledOnBehalf
    | TargetAttained
    | TargetMissed
    | AttainmentLost
    | AttainmentRegained
)
"""What may stand in the stream of a scorecard: its `evolve` answers to each."""
