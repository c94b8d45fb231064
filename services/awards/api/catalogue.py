"""What the doors of awards ask of the award catalogue."""

from chassis.web.api import Asked
from services.awards.domain.catalogue import AwardRule
from services.awards.reference import CATALOGUE


def rule(asked: Asked, award: str) -> AwardRule | None:
    """The award's rule for dossiers received today."""
    return CATALOGUE.rule(award, asked.context().occurred_on)
