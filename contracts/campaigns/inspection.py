"""Events of an inspection: planned, held, what was found, and that it was put right. Source: A16, S001-22."""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Count, Day


class OfInspection(CampaignsEvent):
    """What all facts about an inspection say: which unit is inspected, in which campaign."""

    inspection_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None


class InspectionPlanned(OfInspection):
    """A unit will be inspected on a day."""

    subject: str
    planned_on: Day


class InspectionHeld(OfInspection):
    """It was held on this day."""

    held_on: Day


class FindingRecorded(OfInspection):
    """Something is to be put right, before a day where one is set; findings are numbered from 1."""

    finding: Count
    what: str
    before: Day | None = None


class FindingClosed(OfInspection):
    """What was found is put right."""

    finding: Count
    how: str


InspectionEvent = InspectionPlanned | InspectionHeld | FindingRecorded | FindingClosed
"""What may stand in the stream of an inspection: its `evolve` answers to each."""
