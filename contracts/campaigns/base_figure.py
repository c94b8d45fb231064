"""Events of the official base figures: by what everybody's results of an indicator and year are divided."""

from typing import ClassVar
from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.event import Audience
from contracts.exact import Count, Figure, Flag
from contracts.values import Document


class BaseFigurePublished(CampaignsEvent):
    """The department has published a unit's denominator of an indicator for a year, or revised it. Source: B15.

    `provisional` ones are still to be followed by the final one; `revision` counts from 1.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    table_id: UUID
    unit_id: UUID
    indicator: str
    year: Count
    figure: Figure
    document: Document
    provisional: Flag = False
    revision: Count = 1
    previous: Figure | None = None


BaseFigureEvent = BaseFigurePublished
"""What may stand in the stream of one indicator's base figures for a year: its `evolve` answers to each."""
