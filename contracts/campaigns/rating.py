"""Events of units' ratings (xếp loại): what a unit was found to have done in a year. Source: A7, S003-3."""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.exact import Count
from contracts.values import Document


class UnitRated(CampaignsEvent):
    """A unit was rated for a year that is over, by a document; the codes of ratings are dated reference data."""

    rating_id: UUID
    unit_id: UUID
    year: Count
    rating: str
    document: Document


class RatingCorrected(CampaignsEvent):
    """A unit's rating of a year is another one, by a document, for a reason; `previous` stays what was said before."""

    rating_id: UUID
    unit_id: UUID
    year: Count
    rating: str
    previous: str
    reason: str
    document: Document


RatingEvent = UnitRated | RatingCorrected
"""What may stand in the stream of a year's ratings: its `evolve` answers to each."""
