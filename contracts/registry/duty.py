"""Events of an exception: somebody may do what the separation of duties keeps from them, since nobody else can."""

from enum import StrEnum
from uuid import UUID

from contracts.exact import Day
from contracts.registry.base import RegistryEvent


class Duty(StrEnum):
    """What nobody does about their own work."""

    CONFIRM_TARGETS = "confirm_targets"
    VERIFY_RESULT = "verify_result"
    DECIDE_AWARD = "decide_award"
    SIGN_DOCUMENT = "sign_document"


class ExceptionReason(StrEnum):
    """Why nobody else can: the office is too small, the others are away or may not do it either."""

    OFFICE_TOO_SMALL = "office_too_small"
    OTHERS_ABSENT = "others_absent"
    OTHERS_BARRED = "others_barred"


class DutyExceptionAllowed(RegistryEvent):
    """A head above has allowed a person to do a duty about one thing of a unit, though it is the person's own work.

    `thing_id` is the registration, scorecard, nomination or document; it holds from `since` to `until`, both included.
    `authority_id` is the unit above, in which `allowed_by` is head.
    """

    exception_id: UUID
    person_id: UUID
    duty: Duty
    thing_id: UUID
    unit_id: UUID
    authority_id: UUID
    reason: ExceptionReason
    since: Day
    until: Day
    allowed_by: UUID


DutyEvent = DutyExceptionAllowed
"""What may stand in the stream of an exception: its `evolve` answers to each."""
