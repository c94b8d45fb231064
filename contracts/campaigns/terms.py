"""Values of which a campaign's terms are made."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from contracts.campaigns.annex import AnnexTable, OutlineSection
from contracts.campaigns.review import ReviewKind
from contracts.event import Fact
from contracts.exact import Count, Day, Flag
from contracts.registry.person import Role
from contracts.values import Document, DocumentKind, Goal, Period, RegistrationOrder, SigningCapacity, UnitKind


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
    """Another movement that units tie this one to, by its document; it may end earlier. Source: S001-15, A19."""

    theme: str = Field(min_length=1, max_length=1000)
    document: Document
    ends_on: Day | None = None


class RelationKind(StrEnum):
    """How a campaign stands to another one that is kept here too.

    The next stage of it, what carries it out on the level below, or tied to it. Source: A19.
    """

    STAGE_AFTER = "stage_after"
    IMPLEMENTS = "implements"
    LINKED = "linked"


class Relation(Fact):
    """A relation to another campaign. Source: A19."""

    kind: RelationKind
    code: str
    campaign_id: UUID


class RecipientPurpose(StrEnum):
    """Why somebody gets a copy: to act on it, for report (để b/c), for information, or for the archive (lưu)."""

    FOR_ACTION = "for_action"
    FOR_REPORT = "for_report"
    FOR_INFORMATION = "for_information"
    ARCHIVE = "archive"


class CopyRecipient(Fact):
    """One entry of a document's Kính gửi or Nơi nhận: a name, or a group of units by kind. Source: M-2.

    `as_addressed` is "như trên": whoever stands under Kính gửi.
    """

    name: str = Field(min_length=1, max_length=300)
    purpose: RecipientPurpose
    unit_kinds: tuple[UnitKind, ...] = ()
    as_addressed: Flag = False


class MilestoneKind(StrEnum):
    """What is due, or kept in mind, in the course of a campaign. Source: S001-12, S001-16."""

    ANNIVERSARY = "anniversary"
    INTERIM_REVIEW = "interim_review"
    FINAL_REVIEW = "final_review"
    NEXT_STAGE = "next_stage"
    CONFERENCE = "conference"
    CONGRESS = "congress"


class Milestone(Fact):
    """A point in the course of a campaign; where its document sets no day, `day` is None. Source: S001-16, A20."""

    kind: MilestoneKind
    name: str = Field(min_length=1, max_length=300)
    day: Day | None = None
    since: Day | None = None
    source: str = Field(default="", max_length=100)


class PlanPurpose(StrEnum):
    """Whether a plan's years are looked back upon, or prepared."""

    EVALUATED = "evaluated"
    PREPARED = "prepared"


class PlanPeriod(Fact):
    """Years of a plan that a campaign serves, as its own document counts them. Source: S001-11, S001-18."""

    purpose: PlanPurpose
    first_year: Count
    last_year: Count
    source: str = Field(default="", max_length=100)


class Responsibility(Fact):
    """Who does what: the holders of a role in units of these kinds, or an office by name. Source: S001-17.

    `answers`: theirs is the responsibility for the whole.
    """

    who: str = Field(min_length=1, max_length=300)
    what: str = Field(min_length=1, max_length=1000)
    roles: tuple[Role, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    answers: Flag = False
    source: str = Field(default="", max_length=100)


class RewardKind(StrEnum):
    """On what ground somebody is commended."""

    MERIT = "merit"
    UNEXPECTED = "unexpected"
    THEMATIC = "thematic"


class Reward(Fact):
    """A kind of reward; one that is no `ground_of_merit` stands beside yearly merit, never counting for it.

    Source: S001-24.
    """

    kind: RewardKind
    name: str = Field(min_length=1, max_length=300)
    ground_of_merit: Flag = False
    source: str = Field(default="", max_length=100)


class Signature(Fact):
    """The office that signed, never a person by name, in which capacity and where. Source: M-1."""

    office: Role
    capacity: SigningCapacity = SigningCapacity.DIRECT
    place: str = Field(default="", max_length=100)


class ReviewPaper(Fact):
    """A paper that goes with a review, as it is drafted: its guidance, or the form of the units' reports.

    `document` is its number and day where these are known; what lies apart from `body` (the outline, the annexes) is
    the review's. Source: M-1, M-2, S003-15.
    """

    kind: DocumentKind
    symbol: str = Field(max_length=60)
    subject: str = Field(min_length=1, max_length=500)
    document: Document | None = None
    based_on: tuple[Document, ...] = ()
    addressees: tuple[CopyRecipient, ...] = ()
    copy_recipients: tuple[CopyRecipient, ...] = ()
    archive: str = Field(default="", max_length=60)
    archive_copies: Count = 1
    signed_by: Signature | None = None
    body: str = Field(default="", max_length=20_000)
    source: str = Field(default="", max_length=100)


class PlannedReview(Fact):
    """A review of a campaign as its papers ask for it: what units report on, after which outline, before which day.

    `guidance` is the letter that asks for it, `form` the paper that a unit's report becomes. Source: S003 I, III.
    """

    code: str
    kind: ReviewKind
    title: str = Field(min_length=1, max_length=500)
    period: Period
    unit_kinds: tuple[UnitKind, ...]
    before: Day
    refuse_late: Flag = False
    outline: tuple[OutlineSection, ...] = ()
    annexes: tuple[AnnexTable, ...] = ()
    based_on: tuple[Document, ...] = ()
    guidance: ReviewPaper | None = None
    form: ReviewPaper | None = None
    source: str = Field(default="", max_length=100)


class Terms(Fact):
    """All that a campaign says, whenever it says it: who takes part, by when, towards what, on what ground.

    `document_id` is its document where that is kept here, too. `persons_register`: persons register beside units.
    """

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
    registration_order: RegistrationOrder = RegistrationOrder.DIRECT
    aliases: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    plan_periods: tuple[PlanPeriod, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    rewards: tuple[Reward, ...] = ()
    signed_by: Signature | None = None
    document_id: UUID | None = None
    persons_register: Flag = False
    reviews: tuple[PlannedReview, ...] = ()
