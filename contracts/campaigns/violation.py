"""Events of a violation of the law on emulation: reported by the press, handed over, answered. Source: S001-23."""

from enum import StrEnum
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Flag


class Office(StrEnum):
    """Who looks into what was reported."""

    DEPARTMENT = "department"
    INSPECTION = "inspection"


class OfViolation(CampaignsEvent):
    """What all facts about a violation say: in which unit it was found, in which campaign."""

    violation_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None


class ViolationReported(OfViolation):
    """The press has found what violates the law: what, and where it can be read."""

    what: str
    link: str = ""


class ViolationHandedOver(OfViolation):
    """An office looks into it from now on."""

    to: Office


class ViolationAnswered(OfViolation):
    """The office that looked into it says whether it is a violation; `reported_by` waits for that."""

    office: Office
    violated: Flag
    answer: str
    reported_by: UUID | None = None


ViolationEvent = ViolationReported | ViolationHandedOver | ViolationAnswered
"""What may stand in the stream of a violation: its `evolve` answers to each."""
