"""What campaigns does when an official figure is stated: a fact in, what the results are divided by out."""

from contracts.campaigns import BaseFigurePublished, PlanAdjusted, PlanAssigned
from services.campaigns.domain.scorecard import Known

OfficialFigure = BaseFigurePublished | PlanAssigned | PlanAdjusted


def known_by_an_official_figure(stated: OfficialFigure) -> Known | None:
    """By what the results of one indicator and year are divided from now on; None where the fact does not count.

    A plan that is in force only after the year's end is none of the year's. Source: B15, A5.
    """
    figures = {(stated.indicator, stated.year): stated.figure}
    if isinstance(stated, BaseFigurePublished):
        return Known(bases=figures)
    return Known(plans=figures) if stated.since.year <= stated.year else None
