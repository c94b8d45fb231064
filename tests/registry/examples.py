"""Made-up facts that the tests of registry share."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.campaigns import CampaignLaunched
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    LinkedMovement,
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    Role,
    RoleGranted,
    RoleRevoked,
    TargetRegistered,
    TargetRevised,
    UnitEstablished,
)
from contracts.values import Direction, Document, Goal, Measure, Period, Target, UnitKind
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id

CAMPAIGN = UUID("00000000-0000-4000-8000-0000000000c1")
ROOT = unit_id("VSS")
PROVINCE = unit_id("P01")
PERSON_ID = UUID("00000000-0000-4000-8000-00000000000d")
HEAD = UUID("00000000-0000-4000-8000-00000000000a")
CONFIRMER = UUID("00000000-0000-4000-8000-00000000000b")
ADMIN = UUID("00000000-0000-4000-8000-00000000000e")
OFFICER = UUID("00000000-0000-4000-8000-00000000000f")
SECOND = UUID("00000000-0000-4000-8000-000000000012")
OWNER = UUID("00000000-0000-4000-8000-000000000013")
NEIGHBOUR = UUID("00000000-0000-4000-8000-000000000010")
STRANGER = UUID("00000000-0000-4000-8000-000000000011")
KEY = registration_id(CAMPAIGN, PROVINCE)

SMALL_FILE = """code,name,kind,parent,established_on
VSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16
P01,Bảo hiểm xã hội thành phố Hà Nội,provincial,VSS,2024-11-10
P02,Bảo hiểm xã hội tỉnh Hà Giang,provincial,VSS,2024-11-10
P01-D001,Bảo hiểm xã hội quận Ba Đình,district,P01,2024-11-10
""".encode()

HEALTH = "health_insurance_coverage"
LATE = "late_payment_rate"
PLAN = "collection_plan_completion"
DUE = date(2024, 11, 30)
PERIOD = Period(start=date(2024, 11, 10), end=date(2025, 12, 31))


def goal(indicator: str, year: int, value: str, direction: Direction, measure: Measure = Measure.SHARE) -> Goal:
    return Goal(
        indicator=indicator, name=indicator, year=year, direction=direction, value=Decimal(value), measure=measure
    )


GOALS = (
    goal(HEALTH, 2025, "95.16", Direction.AT_LEAST),
    goal(LATE, 2024, "2.59", Direction.BELOW),
    goal(PLAN, 2025, "100", Direction.ABOVE, Measure.PERCENT_OF_PLAN),
)
LINKED = LinkedMovement(theme="Năm năm thi đua", document=Document(number="3/CT-TTg", issued_on=date(2024, 10, 15)))
OPENED = RegistrationOpened(
    registration_id=KEY,
    campaign_id=CAMPAIGN,
    unit_id=PROVINCE,
    unit_kind=UnitKind.PROVINCIAL,
    period=PERIOD,
    goals=GOALS,
    submit_before=DUE,
    movements=(
        LinkedMovement(theme="Năm năm thi đua", document=Document(number="3/CT-TTg", issued_on=date(2024, 10, 15))),
    ),
)


ABOUT: dict[str, Any] = {"registration_id": KEY, "campaign_id": CAMPAIGN, "unit_id": PROVINCE}


def registered(indicator: str, year: int, value: str) -> TargetRegistered:
    return TargetRegistered(
        registration_id=KEY,
        campaign_id=CAMPAIGN,
        unit_id=PROVINCE,
        indicator=indicator,
        year=year,
        value=Decimal(value),
    )


def revised(indicator: str, year: int, value: str, previous: str) -> TargetRevised:
    facts = registered(indicator, year, value).model_dump()
    return TargetRevised(**facts, previous=Decimal(previous))


def submitted(*, late: int = 0, by: UUID | None = HEAD, revision: int = 1) -> RegistrationSubmitted:
    return RegistrationSubmitted(**ABOUT, late=late > 0, days_late=late, submitted_by=by, revision=revision)


COMPLETE: tuple[Event, ...] = (
    OPENED,
    registered(HEALTH, 2025, "95.5"),
    registered(LATE, 2024, "2.5"),
    registered(PLAN, 2025, "101"),
)
CONFIRMED = RegistrationConfirmed(
    registration_id=KEY,
    campaign_id=CAMPAIGN,
    unit_id=PROVINCE,
    targets=(
        Target(indicator=LATE, year=2024, value=Decimal("2.5"), direction=Direction.BELOW),
        Target(
            indicator=PLAN,
            year=2025,
            value=Decimal(101),
            direction=Direction.ABOVE,
            measure=Measure.PERCENT_OF_PLAN,
        ),
        Target(indicator=HEALTH, year=2025, value=Decimal("95.5"), direction=Direction.AT_LEAST),
    ),
)

LAUNCHED = example(
    CampaignLaunched,
    campaign_id=CAMPAIGN,
    code="TEST-2024",
    theme="Thi đua hoàn thành chỉ tiêu",
    period=PERIOD,
    units=(UnitKind.PROVINCIAL, UnitKind.DISTRICT),
    goals=GOALS,
    register_before=DUE,
)


def established(code: str, kind: UnitKind, parent: UUID | None) -> UnitEstablished:
    return UnitEstablished(
        unit_id=unit_id(code),
        code=code,
        name=f"Đơn vị {code}",
        kind=kind,
        parent_id=parent,
        established_on=date(2024, 11, 10),
    )


def granted(since: date, until: date | None = None, role: Role = Role.OFFICER) -> RoleGranted:
    return RoleGranted(person_id=PERSON_ID, role=role, unit_id=PROVINCE, since=since, until=until)


def revoked(on: date, role: Role = Role.OFFICER) -> RoleRevoked:
    return RoleRevoked(person_id=PERSON_ID, role=role, unit_id=PROVINCE, on=on)
