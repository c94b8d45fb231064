"""Where in a scorecard a command belongs: to one indicator and year, for which the unit has registered a target."""

from typing import Any

from contracts.values import Target
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.scorecard_commands import (
    AttachEvidence,
    CorrectResult,
    DeleteEvidenceBytes,
    Known,
    ReportResult,
    ReturnResult,
    VerifyResult,
)
from services.campaigns.domain.scorecard_state import Place, Scorecard

OfAPlace = ReportResult | VerifyResult | ReturnResult | CorrectResult | AttachEvidence | DeleteEvidenceBytes


def place_of(command: OfAPlace, card: Scorecard, known: Known) -> tuple[Place, Target, str]:
    """Where a command belongs; raises Rejected where the unit has registered nothing of the kind."""
    if card.opened is None:
        raise refuse.NOT_OPEN()
    place, name = (command.indicator, command.year), known.names.get(command.indicator, command.indicator)
    if (target := card.targets.get(place)) is not None:
        return place, target, name
    if years := sorted(year for indicator, year in card.targets if indicator == command.indicator):
        raise refuse.year_unknown(name, command.year, ", ".join(map(str, years)))
    raise refuse.indicator_unknown(name)


def facts_of(card: Scorecard, place: Place) -> dict[str, Any]:
    """What each fact about a place of the card says of it."""
    if (opened := card.opened) is None:
        raise refuse.NOT_OPEN()
    return {
        **opened.model_dump(include={"scorecard_id", "campaign_id", "unit_id"}),
        "indicator": place[0],
        "year": place[1],
    }
