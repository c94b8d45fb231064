"""Events of a report: what one unit says in one review, from the empty outline to its acceptance. Source: S003 III.

Its sentences may name people: they lie beside the facts, which hold their digests (decision 65).
"""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.campaigns.annex import AnnexRow, UsedReport
from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience, Fact
from contracts.exact import Count, Day, Flag
from contracts.values import SigningCapacity, StoredFile, UnitKind


class UrgingChannel(StrEnum):
    """How a unit was urged; what is done by hand is recorded by who did it."""

    LETTER = "letter"
    PLATFORM = "platform"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"


class RemedyOutcome(StrEnum):
    """What became of a remedy."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class Covers(StrEnum):
    """Whose figures a report's annex holds: the unit's own, to which those below are added, or the whole already."""

    OWN = "own"
    WHOLE = "whole"


class ReturnedPlace(Fact):
    """A place that is to be put right: a section, or a column of a year's row of an annex; why."""

    section: str = ""
    table: str = ""
    year: Count | None = None
    column: str = ""
    reason: str = Field(min_length=1, max_length=500)


class OfReport(CampaignsEvent):
    """What all facts about a report say: whose it is, in which review and campaign."""

    report_id: UUID
    review_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None


class ReportStep(OfReport):
    """What a fact says for which somebody is told, or has something to do: what the review is called, who judges.

    `above`: the unit directly above accepts the report, as a province does for its districts; else the emulation
    department at the root does.
    """

    title: str = ""
    above: Flag = False


class ReportOpened(ReportStep):
    """A unit is asked to report, as one of its kind on that day: sections branch by it (S003-13).

    `to_unit_id` accepts it: the unit that holds the review, or the one above that has asked for it.
    `under` is the report of the unit above into which this one goes, None where it goes to the review itself.
    `own_only`: the review asks units below this one itself; their figures count there and have no place in this one's.
    """

    to_unit_id: UUID
    unit_kind: UnitKind
    before: Day
    opened_on: Day
    under: UUID | None = None
    own_only: Flag = False


class UnitBelowAsked(OfReport):
    """The review itself has asked a unit below this one, whose figures have no place in this one's from now on."""

    below_id: UUID


class ReportsBelowAsked(OfReport):
    """The unit has asked those below it to report to it before an earlier day; their reports go into this one."""

    before: Day
    units: tuple[UUID, ...]


class SectionWritten(OfReport):
    """A section's text is another one; the digest of an empty text is empty."""

    section: str
    digest: str
    characters: Count


class AnnexFilled(OfReport):
    """A year's row of an annex is another one, whole."""

    row: AnnexRow
    covers: Covers = Covers.OWN


class ReportFileAttached(OfReport):
    """A file goes along with the report."""

    file: StoredFile
    title: str


class ReportFileDetached(OfReport):
    """A file does not go along any more."""

    sha256: str


class ShortfallExplained(OfReport):
    """Why a target was not reached. Source: B17, S003-12."""

    number: Count
    indicator: str = ""
    year: Count | None = None
    cause: str


class RemedyPlanned(OfReport):
    """What is to be done about it, before a day where one is set; it is asked about in the next report."""

    number: Count
    shortfall: Count | None = None
    what: str
    before: Day | None = None


class RemedyChecked(OfReport):
    """What became of a remedy that an earlier report of the unit planned."""

    earlier_report_id: UUID
    number: Count
    outcome: RemedyOutcome
    how: str


class LessonRecorded(OfReport):
    """What was learned."""

    number: Count
    what: str


class ReportSubmitted(ReportStep):
    """The unit has sent its report, signed in this capacity; `received_on` decides whether it was late.

    `whole` are the figures that count for the unit and all below it; `includes` are the reports of units below that are
    in them. A report that was sent in time and sent back keeps its first day (B18). On `paper` it was received by who
    accepts it; `late_entry`: that was entered later than it may be (B12).
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    revision: Count
    received_on: Day
    days_late: Count
    whole: tuple[AnnexRow, ...]
    includes: tuple[UsedReport, ...] = ()
    submitted_by: UUID | None = None
    capacity: SigningCapacity = SigningCapacity.DIRECT
    signed_for: UUID | None = None
    paper: StoredFile | None = None
    late_entry: Flag = False


class ReportReturned(ReportStep):
    """Whoever accepts it sends it back, with what is to be put right; a correction: the accepted `revision` stays."""

    revision: Count = 1
    reason: str
    places: tuple[ReturnedPlace, ...] = ()
    returned_by: UUID | None = None


class ReportRecalled(ReportStep):
    """The unit takes it back before it is accepted. Source: B19."""

    reason: str
    recalled_by: UUID | None = None


class ReportAccepted(ReportStep):
    """Somebody else than who wrote it finds it right: its figures count from now on."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    revision: Count
    whole: tuple[AnnexRow, ...]
    accepted_by: UUID | None = None


class ReportCorrected(ReportStep):
    """A figure of an accepted report was wrong: the next revision is to be accepted, until then the earlier one counts.

    Source: B19
    """

    revision: Count
    row: AnnexRow
    reason: str
    whole: tuple[AnnexRow, ...]
    includes: tuple[UsedReport, ...] = ()
    corrected_by: UUID | None = None


class ReportOutdated(ReportStep):
    """A report below was accepted or corrected after this one was sent: this one's sum would be another by now."""

    because: UsedReport


class ReportUrged(ReportStep):
    """The unit was urged; what was done by hand is written down with its day."""

    channel: UrgingChannel
    on: Day
    note: str = ""
    by_hand: Flag = False
    urged_by: UUID | None = None


ReportEvent = (
    ReportOpened
    | UnitBelowAsked
    | ReportsBelowAsked
    | SectionWritten
    | AnnexFilled
    | ReportFileAttached
    | ReportFileDetached
    | ShortfallExplained
    | RemedyPlanned
    | RemedyChecked
    | LessonRecorded
    | ReportSubmitted
    | ReportReturned
    | ReportRecalled
    | ReportAccepted
    | ReportCorrected
    | ReportOutdated
    | ReportUrged
)
"""What may stand in the stream of a report: its `evolve` answers to each."""
