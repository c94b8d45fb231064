"""Events of a registration: what a unit pledges to a campaign. Source: S002-15, S002-16, S002-17, S002-21."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Audience, Fact
from contracts.exact import Count, Day, Figure, Flag
from contracts.registry.base import RegistryEvent
from contracts.values import (
    Document,
    Goal,
    Period,
    RegistrationChange,
    RegistrationOrder,
    StoredFile,
    Target,
    TargetKind,
    UnitKind,
)


class Judge(StrEnum):
    """Who appraises and confirms a registration."""

    SECTOR = "sector"
    """The sector's departments, and the emulation department or the Director General."""
    UNIT_ABOVE = "unit_above"
    """The unit directly above, as a province does for its districts; nobody at the centre waits for it."""


class LocalBody(StrEnum):
    """A local body that is asked for its opinion."""

    PEOPLES_COUNCIL = "peoples_council"
    PEOPLES_COMMITTEE = "peoples_committee"
    PARTY_COMMITTEE = "party_committee"
    OTHER = "other"


class TargetPlace(Fact):
    """An indicator and a year, and what is said about the figure there."""

    indicator: str
    year: Count
    reason: str = Field(default="", max_length=1000)


class LoweredTarget(Fact):
    """An official figure that a later version makes weaker; `last_quarter`: in its year's last quarter, or later."""

    indicator: str
    year: Count
    value: Figure
    previous: Figure
    last_quarter: Flag


class LinkedMovement(Fact):
    """A running movement to which a unit ties what it registers. Source: S001-15."""

    theme: str = Field(min_length=1, max_length=1000)
    document: Document


class RegistrationFact(RegistryEvent):
    """A fact of one unit's registration for one campaign."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID


class RegistrationOpened(RegistrationFact):
    """A unit is asked to register its targets for a campaign, on the terms stated here.

    `persons_register`: persons of the unit, and of those below it, register as well. Source: S001-14.
    """

    unit_kind: UnitKind
    period: Period
    goals: tuple[Goal, ...]
    submit_before: Day | None = None
    refuse_late: Flag = False
    order: RegistrationOrder = RegistrationOrder.DIRECT
    movements: tuple[LinkedMovement, ...] = ()
    campaign_version: Count = 0
    persons_register: Flag = False


class RegistrationTermsChanged(RegistrationFact):
    """The campaign was amended or extended: the registration goes by these terms from now on; `changed` names them.

    `register_before` is the campaign's day, `previous_day` the one that it said before, `submit_before` the unit's own
    from now on. `sent`: it had been sent in by then, once. `outdated` are places for which what was sent in or
    confirmed no longer reaches a goal, or has nothing.
    """

    campaign_version: Count
    document: Document
    changed: tuple[str, ...]
    period: Period
    goals: tuple[Goal, ...]
    register_before: Day | None
    previous_day: Day | None
    submit_before: Day | None
    refuse_late: Flag = False
    order: RegistrationOrder = RegistrationOrder.DIRECT
    movements: tuple[LinkedMovement, ...] = ()
    sent: Flag = False
    confirmed: Flag = False
    outdated: tuple[TargetPlace, ...] = ()
    persons_register: Flag = False


class RegistrationDayChanged(RegistrationFact):
    """For this unit alone the day of sending stands so: moved, closed, opened again until a day, its lateness excused.

    `deadline_version` is where the deadline's own facts had come to. `sent`: it had been sent in by then, once.
    """

    deadline_version: Count
    submit_before: Day | None
    closed: Flag = False
    reopened_until: Day | None = None
    excuse: str = Field(default="", max_length=1000)
    sent: Flag = False


class TargetRegistered(RegistrationFact):
    """A unit has pledged a value for one indicator of a campaign. Source: S002 §5.1.1.

    `revision` is the version that it will belong to; what official targets say stands until that is confirmed.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    indicator: str
    year: Count
    value: Figure
    kind: TargetKind = TargetKind.QUANTITATIVE
    revision: Count = 1


class TargetRevised(RegistrationFact):
    """A unit has replaced a value it had pledged, before that version was confirmed; `reason` where it is lowered."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    indicator: str
    year: Count
    value: Figure
    previous: Figure
    kind: TargetKind = TargetKind.QUANTITATIVE
    revision: Count = 1
    reason: str = Field(default="", max_length=1000)


class TargetWithdrawn(RegistrationFact):
    """A unit no longer pledges a value for which the campaign has no goal."""

    indicator: str
    year: Count
    previous: Figure
    reason: str = Field(max_length=1000)
    revision: Count = 1


class QualitativeTargetSet(RegistrationFact):
    """What a unit pledges without a figure: a requirement and its solution; by number, the last one holds."""

    number: Count
    requirement: str = Field(max_length=1000)
    solution: str = Field(max_length=2000)


class QualitativeProgressTold(RegistrationFact):
    """How far a unit has come with what it pledged without a figure."""

    number: Count
    progress: str = Field(max_length=2000)
    done: Flag = False


class SolutionSet(RegistrationFact):
    """How a unit means to reach its target for an indicator; the last one holds."""

    indicator: str
    solution: str = Field(max_length=2000)


class MovementsTied(RegistrationFact):
    """A unit says to which of the running movements it ties what it registers. Source: S001-15."""

    numbers: tuple[str, ...]


class OpinionAsked(RegistrationFact):
    """A local body is asked what it thinks of the draft; nothing waits for the answer."""

    body: LocalBody
    asked_on: Day


class OpinionRecorded(RegistrationFact):
    """What a local body thinks of the draft, and the document that says so."""

    body: LocalBody
    opinion: str = Field(max_length=2000)
    document: str = Field(default="", max_length=100)


class DraftSentForAppraisal(RegistrationFact):
    """A unit has laid its draft before those who appraise it, who have a due day of their own. Source: S002-17.

    A central unit's lies before a leader of the sector `for_approval` as a whole. Source: S002-21.
    """

    appraise_before: Day
    judge: Judge = Judge.SECTOR
    for_approval: Flag = False


class TargetAgreed(RegistrationFact):
    """Those who appraise agree with a figure as it stands; another figure needs their word anew. Source: S002-17."""

    indicator: str
    year: Count
    value: Figure


class TargetObjected(RegistrationFact):
    """Those who appraise don't agree with a figure, for a reason."""

    indicator: str
    year: Count
    value: Figure
    reason: str = Field(max_length=1000)


class AppraisalCompleted(RegistrationFact):
    """Every figure of a draft has been answered; `objected` of them must be changed or talked over."""

    objected: Count


class RegistrationApproved(RegistrationFact):
    """A leader of the sector approves a central unit's draft before it is sent. Source: S002-21."""


class RegistrationSubmitted(RegistrationFact):
    """A unit's head has sent its registration in; `late` when on or after the day it was due before."""

    late: Flag
    submitted_by: UUID | None = None
    days_late: Count = 0
    judge: Judge = Judge.SECTOR
    revision: Count = 1


class RegistrationFiledOnBehalf(RegistrationFact):
    """A registration is sent in for its unit by the unit directly above, on the unit's own paper, signed and scanned.

    Source: B7.
    """

    by_unit_id: UUID
    filed_by: UUID
    paper: StoredFile
    signed_on: Day


class RegistrationEnteredAsHistory(RegistrationFact):
    """What a unit registered outside the platform, on a day that is past, was entered: it waits for a second person.

    It rests on a document by number and day, or on the SHA-256 of a file. Source: A1, B12.
    """

    happened_on: Day
    document: Document | None = None
    evidence: str = ""
    entered_by: UUID | None = None


class RegistrationReturned(RegistrationFact):
    """Those who confirm have given a registration back, with a reason for each figure that is wrong.

    The day on which it was first sent in stays: it judges lateness.
    """

    cells: tuple[TargetPlace, ...]
    note: str = Field(default="", max_length=1000)
    judge: Judge = Judge.SECTOR


class RegistrationConfirmed(RegistrationFact):
    """The targets are official from now on. Source: S002-17, S002-21.

    `revision` counts the versions that were confirmed; `change` says why there is more than one, None for the first.
    `lowered` are figures that this version makes weaker. `eligible` are the targets by which awards are judged, where
    the day had passed on which the version for that was fixed; None: these.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    targets: tuple[Target, ...]
    revision: Count = Field(default=1, ge=1)
    change: RegistrationChange | None = None
    lowered: tuple[LoweredTarget, ...] = ()
    withdrawn: tuple[TargetPlace, ...] = ()
    eligible: tuple[Target, ...] | None = None
    judge: Judge = Judge.SECTOR
    campaign_version: Count = 0


class RegistrationReopened(RegistrationFact):
    """Official targets are opened again; they hold until the next version is confirmed. Who did it, and why."""

    change: RegistrationChange
    reason: str = Field(max_length=1000)
    revision: Count
    reopened_by: UUID


RegistrationEvent = (
    RegistrationOpened
    | RegistrationTermsChanged
    | RegistrationDayChanged
    | TargetRegistered
    | TargetRevised
    | TargetWithdrawn
    | QualitativeTargetSet
    | QualitativeProgressTold
    | SolutionSet
    | MovementsTied
    | OpinionAsked
    | OpinionRecorded
    | DraftSentForAppraisal
    | TargetAgreed
    | TargetObjected
    | AppraisalCompleted
    | RegistrationApproved
    | RegistrationFiledOnBehalf
    | RegistrationEnteredAsHistory
    | RegistrationSubmitted
    | RegistrationReturned
    | RegistrationConfirmed
    | RegistrationReopened
)
"""What may stand in the stream of a registration: its `evolve` answers to each."""
