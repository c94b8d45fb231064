"""The progress read model of the portal."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.testing import project_all
from contracts.campaigns import (
    CampaignLaunched,
    ResultReported,
    ResultVerified,
    TargetAttained,
    TargetMissed,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
    UnitEstablished,
)
from contracts.values import Direction, Goal, Period, Target, UnitKind
from services.portal.views.progress import PROGRESS

CAMPAIGN, UNIT, REGISTRATION, CARD = (UUID(int=number) for number in range(11, 15))
INDICATOR = "late_payment_rate"
KEY = (CAMPAIGN, UNIT, INDICATOR, 2024)
PLACE = {"campaign_id": CAMPAIGN, "unit_id": UNIT, "indicator": INDICATOR, "year": 2024}

UNITS = [
    UnitEstablished(
        unit_id=UNIT,
        code="T01",
        name="Bảo hiểm xã hội tỉnh Một",
        kind=UnitKind.PROVINCIAL,
        established_on=date(1995, 2, 16),
    )
]
LAUNCH = [
    example(
        CampaignLaunched,
        campaign_id=CAMPAIGN,
        code="drive-1",
        theme="Chủ đề",
        period=Period(start=date(2024, 11, 10), end=date(2025, 12, 31)),
        goals=(
            Goal(indicator=INDICATOR, name="Tỷ lệ chậm đóng", year=2024, direction=Direction.BELOW, value=Decimal(3)),
        ),
    )
]
PLEDGE = [
    TargetRegistered.model_validate({**PLACE, "registration_id": REGISTRATION, "value": "2.7"}),
    TargetRevised.model_validate({**PLACE, "registration_id": REGISTRATION, "value": "2.5", "previous": "2.7"}),
    RegistrationConfirmed(
        registration_id=REGISTRATION,
        campaign_id=CAMPAIGN,
        unit_id=UNIT,
        targets=(Target(indicator=INDICATOR, year=2024, value=Decimal("2.5"), direction=Direction.BELOW),),
    ),
]
RESULT = [
    ResultReported.model_validate({**PLACE, "scorecard_id": CARD, "value": "2.6"}),
    ResultReported.model_validate({**PLACE, "scorecard_id": CARD, "value": "2.4"}),
    ResultVerified.model_validate({**PLACE, "scorecard_id": CARD, "value": "2.4"}),
    TargetAttained.model_validate(
        {**PLACE, "scorecard_id": CARD, "target": "2.5", "value": "2.4", "margin": "0.1", "early": False}
    ),
]
STREAMS: list[Sequence[Event]] = [UNITS, LAUNCH, PLEDGE, RESULT]
DONE = {
    "target": Decimal("2.5"),
    "confirmed": True,
    "result": Decimal("2.4"),
    "reported": True,
    "verified": True,
    "attained": True,
}


def test_goal_target_and_result_come_together() -> None:
    tables = project_all(PROGRESS, *(event for stream in STREAMS for event in stream))
    assert tables["progress_rows"] == {KEY: DONE}
    goal = tables["progress_goals"][CAMPAIGN, INDICATOR, 2024]
    assert (goal["value"], goal["direction"], goal["applies_to"]) == (Decimal(3), "below", ["provincial"])
    assert tables["progress_campaigns"][CAMPAIGN,]["ends_on"] == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("seen", "row"),
    [
        (1, {"target": Decimal("2.7")}),
        (2, {"target": Decimal("2.5")}),
        (3, {"target": Decimal("2.5"), "confirmed": True}),
    ],
)
def test_a_row_shows_what_is_known_so_far(seen: int, row: dict[str, object]) -> None:
    assert project_all(PROGRESS, *PLEDGE[:seen])["progress_rows"] == {KEY: row}


def test_a_missed_target_is_not_attained() -> None:
    missed = TargetMissed.model_validate(
        {**PLACE, "scorecard_id": CARD, "target": "2.5", "value": "2.6", "shortfall": "0.1"}
    )
    assert project_all(PROGRESS, missed)["progress_rows"] == {KEY: {"attained": False}}


def test_other_events_change_nothing() -> None:
    submitted = RegistrationSubmitted(registration_id=REGISTRATION, campaign_id=CAMPAIGN, unit_id=UNIT, late=False)
    assert not PROGRESS.reads.concerns(submitted)


@for_all(some.permutations([index for index, stream in enumerate(STREAMS) for _ in stream]))
def test_the_order_between_streams_does_not_matter(order: list[int]) -> None:
    waiting = [iter(stream) for stream in STREAMS]
    mixed = project_all(PROGRESS, *(next(waiting[index]) for index in order))
    assert mixed == project_all(PROGRESS, *(event for stream in STREAMS for event in stream))
