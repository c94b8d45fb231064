"""Events of assigned plans: what a unit was given to do in a year, beside the campaign's goal and its own target."""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Count, Day, Figure
from contracts.values import Document


class PlanAssigned(CampaignsEvent):
    """A unit was given its plan for an indicator and year, in force from a day on. Source: A5, S001-6."""

    plan_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    figure: Figure
    document: Document
    since: Day


class PlanAdjusted(CampaignsEvent):
    """A unit's plan is another one from a day on; the one before stays what it was. Source: A5."""

    plan_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    figure: Figure
    document: Document
    since: Day
    previous: Figure


PlanEvent = PlanAssigned | PlanAdjusted
"""What may stand in the stream of one indicator's plans for a year: its `evolve` answers to each."""
