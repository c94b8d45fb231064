"""Events of a deadline: by when one unit does one thing, and whether it did. Source: B18."""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.campaigns.thing import ThingKind
from contracts.exact import Count, Day


class OfDeadline(CampaignsEvent):
    """What all facts about a deadline say: whose it is and what it is about."""

    deadline_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID
    title: str = ""


class DeadlineSet(OfDeadline):
    """A unit is asked to have done something before a day ("trước ngày"): the day before it is the last in time.

    `under` is the deadline of the unit above that this one is part of.
    """

    before: Day
    set_on: Day
    under: UUID | None = None


class SubDeadlineSet(OfDeadline):
    """A unit asks the units below it to be done before an earlier day than its own."""

    before: Day
    units: tuple[UUID, ...]


class DeadlineApproaching(OfDeadline):
    """The unit is reminded: `days_left` to the last permissible day, 0 on that day; it was to be on `reminder_on`."""

    before: Day
    days_left: Count
    reminder_on: Day


class DeadlinePassed(OfDeadline):
    """The day is over and nothing has come: it is still accepted, but late."""

    before: Day


class DeadlineMet(OfDeadline):
    """It has come, on this day: `days_late` after the last permissible one; `met_by` brought or sent it."""

    on: Day
    days_late: Count
    met_by: UUID | None = None


class DeadlineTakenBack(OfDeadline):
    """What had come was taken back by the unit itself: its day counts no longer, nothing has come.

    It is due `before` the day that holds now.
    """

    on: Day
    before: Day


class DeadlineMovedFor(OfDeadline):
    """For this unit alone the day is another one, such as after a flood, or as the unit above has set it."""

    before: Day
    previous: Day
    moved_on: Day
    reason: str


class LatenessExcused(OfDeadline):
    """The unit is late, stays listed as late, and has a good reason; `excused_by` has found so."""

    excused_by: UUID | None = None
    reason: str


class DeadlineClosed(OfDeadline):
    """Nothing is accepted any more, unless it is reopened."""

    before: Day


class DeadlineReopened(OfDeadline):
    """It is accepted once more, until before this day, and late as before."""

    until: Day
    reason: str


DeadlineEvent = (
    DeadlineSet
    | SubDeadlineSet
    | DeadlineApproaching
    | DeadlinePassed
    | DeadlineMet
    | DeadlineTakenBack
    | DeadlineMovedFor
    | LatenessExcused
    | DeadlineClosed
    | DeadlineReopened
)
"""What may stand in the stream of a deadline: its `evolve` answers to each."""
