"""Made-up facts that the tests of campaigns share."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.campaigns import CampaignLaunched, ResultReported, ResultVerified, ScorecardOpened
from contracts.values import Direction, Measure, Target
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.pack import load_pack
from services.campaigns.domain.scorecard import scorecard_id

PACK_FILE = Path("services/campaigns/packs/4225-2024.yaml")
PACK_TEXT = PACK_FILE.read_text(encoding="utf-8")

CAMPAIGN_ID = campaign_id("4225-2024")
UNIT = UUID("00000000-0000-4000-8000-000000000001")
CARD = scorecard_id(CAMPAIGN_ID, UNIT)
OFFICER = UUID("00000000-0000-4000-8000-00000000000a")
APPRAISER = UUID("00000000-0000-4000-8000-00000000000b")

SOCIAL = "social_insurance_coverage"
LATE = "late_payment_rate"
PLAN = "collection_plan_completion"

TARGETS = (
    Target(indicator=SOCIAL, year=2024, value=Decimal("43.5"), direction=Direction.ABOUT),
    Target(indicator=SOCIAL, year=2025, value=Decimal("45.1"), direction=Direction.AT_LEAST),
    Target(indicator=LATE, year=2024, value=Decimal("2.5"), direction=Direction.BELOW),
    Target(
        indicator=PLAN,
        year=2024,
        value=Decimal(101),
        direction=Direction.AT_LEAST,
        measure=Measure.PERCENT_OF_PLAN,
    ),
)
LAUNCHED = CampaignLaunched.model_validate({"campaign_id": CAMPAIGN_ID, **load_pack(PACK_TEXT).model_dump()})
OPENED = ScorecardOpened(scorecard_id=CARD, campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS)


def reported(
    value: str,
    indicator: str = SOCIAL,
    year: int = 2024,
    by: UUID | None = OFFICER,
    on: date | None = date(2024, 11, 20),
    **more: Any,
) -> ResultReported:
    """The unit's officer has reported a result."""
    return ResultReported(
        scorecard_id=CARD,
        campaign_id=CAMPAIGN_ID,
        unit_id=UNIT,
        indicator=indicator,
        year=year,
        value=Decimal(value),
        evidence="Báo cáo tháng",
        reported_by=by,
        reported_on=on,
        **more,
    )


def verified(value: str, indicator: str = SOCIAL, year: int = 2024, **more: Any) -> ResultVerified:
    """The reported result was found right."""
    return ResultVerified(
        scorecard_id=CARD,
        campaign_id=CAMPAIGN_ID,
        unit_id=UNIT,
        indicator=indicator,
        year=year,
        value=Decimal(value),
        **more,
    )
