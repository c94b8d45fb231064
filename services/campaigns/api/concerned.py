"""What a thing is about must be there: a letter about it could else never be written."""

from uuid import UUID

from chassis.web.api import Asked
from services.campaigns.domain.campaign import CAMPAIGN
from services.campaigns.domain.campaign_refusals import CAMPAIGN_UNKNOWN, UNIT_UNKNOWN


async def there(asked: Asked, campaign: UUID | None, unit: UUID | None = None) -> None:
    """Raises Rejected `campaign-unknown` or `unit-not-known` for what was named and is not there."""
    if unit is not None and await asked.platform.organisation.unit(unit) is None:
        raise UNIT_UNKNOWN()
    if campaign is not None and (await asked.platform.executor.known(CAMPAIGN, campaign)).terms is None:
        raise CAMPAIGN_UNKNOWN()
