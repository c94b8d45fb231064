"""Made-up facts that several tests tell of."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.awards import AwardGranted, NominationSubmitted
from contracts.campaigns import CampaignLaunched
from contracts.examples import example
from contracts.registry import (
    AdministratorAppointedByOwner,
    Role,
    RoleCancelled,
    RoleProposed,
    RoleRevoked,
    TargetRegistered,
    UnitEstablished,
)
from contracts.values import Direction, Goal, Period, UnitKind

ROOT, PROVINCE, DISTRICT, CAMPAIGN = (UUID(int=number) for number in range(101, 105))

UNITS = (
    UnitEstablished(
        unit_id=ROOT,
        code="VSS",
        name="Bảo hiểm xã hội Việt Nam",
        kind=UnitKind.NATIONAL,
        established_on=date(1995, 2, 16),
    ),
    UnitEstablished(
        unit_id=PROVINCE,
        code="P66",
        name="Bảo hiểm xã hội tỉnh Đắk Lắk",
        kind=UnitKind.PROVINCIAL,
        parent_id=ROOT,
        established_on=date(1995, 6, 15),
    ),
    UnitEstablished(
        unit_id=DISTRICT,
        code="P66-D01",
        name="Bảo hiểm xã hội huyện Ea Kar",
        kind=UnitKind.DISTRICT,
        parent_id=PROVINCE,
        established_on=date(1995, 6, 15),
    ),
)
LAUNCHED = example(
    CampaignLaunched,
    campaign_id=CAMPAIGN,
    code="4225-2024",
    theme="Thi đua nước rút hoàn thành nhiệm vụ năm 2024",
    period=Period(start=date(2024, 11, 10), end=date(2025, 12, 31)),
    goals=(
        Goal(
            indicator="health_insurance_coverage",
            name="Tỷ lệ bao phủ bảo hiểm y tế",
            year=2024,
            direction=Direction.AT_LEAST,
            value=Decimal("94.2"),
        ),
    ),
    register_before=date(2024, 11, 25),
)
REGISTERED = TargetRegistered(
    registration_id=UUID(int=201),
    campaign_id=CAMPAIGN,
    unit_id=PROVINCE,
    indicator="health_insurance_coverage",
    year=2024,
    value=Decimal("95.160"),
)
NOMINATED = NominationSubmitted(
    nomination_id=UUID(int=202),
    campaign_id=CAMPAIGN,
    unit_id=PROVINCE,
    award="merit_certificate_dg",
    attained=3,
    rule="2024",
)
GRANTED = AwardGranted(
    nomination_id=UUID(int=202),
    decision_id=UUID(int=203),
    decision_number="15/QĐ-BHXH",
    campaign_id=CAMPAIGN,
    unit_id=PROVINCE,
    award="merit_certificate_dg",
)
PROPOSED = example(RoleProposed, unit_id=ROOT, role=Role.DIRECTOR_GENERAL)
APPOINTED = example(AdministratorAppointedByOwner, unit_id=ROOT)
REVOKED = example(RoleRevoked, unit_id=ROOT, role=Role.EMULATION_DEPARTMENT)
CANCELLED = example(RoleCancelled, unit_id=ROOT, role=Role.DIRECTOR_GENERAL)
