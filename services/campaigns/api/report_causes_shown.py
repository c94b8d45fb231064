"""What is shown of causes and remedies: targets that were missed, what nobody has explained or checked. Source: B17."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from chassis.web.api import Asked
from contracts.campaigns import RemedyPlanned
from services.campaigns.domain.report_state import Known, Report
from services.campaigns.views import scorecards

_FIRST: Final = UUID(int=0)


class MissedTarget(BaseModel):
    """A target that a verified result falls short of, in the period of the review; `explained`: the report says why."""

    indicator: str
    year: int
    target: Decimal
    result: Decimal
    explained: bool


async def missed_of(asked: Asked, state: Report, known: Known) -> list[MissedTarget]:
    """The targets of the campaign that the unit has missed, by verified results of the review's years."""
    opened, review = state.opened, known.review
    if opened is None or review is None or opened.campaign_id is None:
        return []
    said = {(each.indicator, each.year) for each in state.causes.shortfalls.values()}
    years = range(review.period.start.year, review.period.end.year + 1)
    return [
        MissedTarget(
            indicator=each.indicator,
            year=each.year,
            target=each.target,
            result=each.result,
            explained=(each.indicator, each.year) in said or (each.indicator, None) in said,
        )
        for card in await scorecards.scorecards(asked.pool, opened.campaign_id, opened.unit_id, _FIRST, 1)
        for each in card.results
        if each.verified and each.attained is False and each.result is not None and each.year in years
    ]


def unchecked_of(state: Report, known: Known) -> list[RemedyPlanned]:
    """Remedies of earlier reports of which this one says nothing: sending it says so, and is not refused for it."""
    return [each for each in known.remedies if (each.report_id, each.number) not in state.causes.checks]
