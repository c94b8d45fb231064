"""Events of a review: what a campaign's reports are to say, by when; what they add up to. Source: S003 I, III."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.campaigns.annex import AnnexSum, AnnexTable, OutlineSection, UsedReport
from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience
from contracts.exact import Count, Day, Flag
from contracts.values import Document, Period, UnitKind


class ReviewKind(StrEnum):
    """Kinds of reviews. Source: S001-16, S003, S004."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    ANNUAL = "annual"
    MID_TERM = "mid_term"
    FINAL = "final"
    FIVE_YEAR = "five_year"


class OfReview(CampaignsEvent):
    """What all facts about a review say: which unit holds it, in which campaign, what it is called."""

    review_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    title: str = ""


class ReviewOpened(OfReview):
    """Units are asked to report on a period, after an outline and with annexes, before a day ("trước ngày").

    `units` are those of `unit_kinds` below the unit that asks, as they stood on `opened_on`. What is `yearly_progress`
    is measured in per cent of the year's targets and never missed (B16).
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    code: str
    kind: ReviewKind
    title: str
    period: Period
    unit_kinds: tuple[UnitKind, ...]
    units: tuple[UUID, ...]
    outline: tuple[OutlineSection, ...]
    annexes: tuple[AnnexTable, ...] = ()
    before: Day
    opened_on: Day
    document: Document | None = None
    document_id: UUID | None = None
    based_on: tuple[Document, ...] = ()
    refuse_late: Flag = False


class ReviewExtended(OfReview):
    """One more unit is asked, before a day of its own: it was established, moved or merged after the review was opened.

    A person decides that; from then on it is among the units that were asked.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    asked_unit_id: UUID
    before: Day


class ReviewConsolidated(OfReview):
    """The accepted reports were added up; a later version replaces what an earlier one said. Source: S003-16, B19.

    `because`: the corrected report for which there is another version, None where somebody asked for it.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    version: Count
    sums: tuple[AnnexSum, ...]
    used: tuple[UsedReport, ...]
    reported: Count
    asked: Count
    because: UUID | None = None


class ReviewOutdated(OfReview):
    """A report was accepted that is not in the version that counts: it is to be added up again, as a person decides.

    Told once for a version, of the first such report. A corrected one makes the next version by itself.
    """

    because: UsedReport


class ReviewClosed(OfReview):
    """It is over: no report is taken any more, not of the `units` of which none was accepted."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    units: tuple[UUID, ...] = ()


class ReviewReopened(OfReview):
    """Reports are taken once more, of the `units` of which none was accepted."""

    reason: str
    units: tuple[UUID, ...] = ()


ReviewEvent = ReviewOpened | ReviewExtended | ReviewConsolidated | ReviewOutdated | ReviewClosed | ReviewReopened
"""What may stand in the stream of a review: its `evolve` answers to each."""
