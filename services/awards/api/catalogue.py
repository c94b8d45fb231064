"""The award catalogue, as it is shown and as the other doors of awards ask it."""

from chassis.web.api import ANYWHERE, EVERY_ROLE, Asked, asked_router, asks
from services.awards.domain.catalogue import AwardRule
from services.awards.reference import CATALOGUE

router = asked_router(tags=["awards"])


@router.get("/catalogue")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def list_catalogue(asked: Asked) -> list[AwardRule]:
    """The awards for which dossiers are received today, each with what a dossier must hold."""
    return CATALOGUE.on(asked.context().occurred_on)


def rule(asked: Asked, award: str) -> AwardRule | None:
    """The award's rule for dossiers received today."""
    return CATALOGUE.rule(award, asked.context().occurred_on)
