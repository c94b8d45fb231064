"""The order of a registration's life through registry's API, on a real PostgreSQL."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.facts.clock import FileClock, system_clock
from chassis.organisation.access import Access
from chassis.organisation.organisation import Organisation
from contracts.registry import Role
from contracts.values import Period, RegistrationOrder
from deploy.local.embedded import Embedded
from services.registry.app import SERVICE
from services.registry.bootstrap import appoint_first_administrators
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from services.registry.imports import import_units
from tests.registry.conftest import caught_up, given, problem
from tests.registry.examples import (
    ADMIN,
    CAMPAIGN,
    HEAD,
    HEALTH,
    KEY,
    LATE,
    LAUNCHED,
    NEIGHBOUR,
    OFFICER,
    OWNER,
    PLAN,
    PROVINCE,
    ROOT,
    SECOND,
    SMALL_FILE,
)
from tests.served import Served, served

APPRAISER, DISTRICT_HEAD = UUID(int=31), UUID(int=32)
DISTRICT = registration_id(CAMPAIGN, unit_id("P01-D001"))
PLEDGES = ((HEALTH, 2025, "95.5"), (LATE, 2024, "2.5"), (PLAN, 2025, "101"))
PATH = f"/registrations/{KEY}"
AGREED_FIRST = LAUNCHED.model_copy(update={"registration_order": RegistrationOrder.AGREED_FIRST})


async def told(registry: Served, person: UUID, path: str, body: object = None) -> None:
    answer = await registry.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text


async def pledged(registry: Served) -> None:
    for indicator, year, value in PLEDGES:
        await told(registry, OFFICER, f"{PATH}/targets", {"indicator": indicator, "year": year, "value": value})


@pytest.mark.requirement("E8")
@pytest.mark.parametrize(
    ("moment", "late"),
    [(datetime(2013, 11, 29, 16, 59, 59, tzinfo=UTC), 0), (datetime(2013, 11, 29, 17, tzinfo=UTC), 1)],
)
async def test_what_comes_before_midnight_in_viet_nam_is_in_time_and_a_moment_later_one_day_late(
    servers: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: datetime, late: int
) -> None:
    clock = tmp_path / "clock"

    begins = datetime(2013, 11, 1, tzinfo=UTC)
    clock.write_text(str((begins - system_clock()).total_seconds()), encoding="ascii")
    async with served(SERVICE, servers, tmp_path, clock=clock) as registry:
        await import_units(registry.platform, SMALL_FILE)
        await appoint_first_administrators(registry.platform, [ADMIN, SECOND], ROOT, OWNER)
        await caught_up(registry)
        for person, role in ((OFFICER, Role.OFFICER), (HEAD, Role.UNIT_HEAD)):
            await told(registry, ADMIN, f"/people/{person}/enrol")
            await given(registry, person, role, PROVINCE)
        await caught_up(registry)
        goal = LAUNCHED.goals[0].model_copy(update={"year": 2014})
        period = Period(start=date(2013, 11, 1), end=date(2014, 12, 31))
        before = {"goals": (goal,), "period": period, "register_before": date(2013, 11, 30)}
        await registry.feed(LAUNCHED.model_copy(update=before))
        await told(registry, OFFICER, f"{PATH}/targets", {"indicator": HEALTH, "year": 2014, "value": "96"})
        monkeypatch.setattr(FileClock, "__call__", lambda _: moment)
        await told(registry, HEAD, f"{PATH}/submit")
        found = (await registry.ask(OFFICER, "GET", PATH)).json()
        assert (found["late"], found["days_late"]) == (late > 0, late)


@pytest.fixture
async def agreeing(registry: Served) -> Served:
    """A campaign whose targets are agreed with the departments first; an appraiser at the top, a district's head."""
    for person, role, unit in (
        (APPRAISER, Role.PROFESSIONAL_DEPARTMENT, ROOT),
        (DISTRICT_HEAD, Role.UNIT_HEAD, unit_id("P01-D001")),
    ):
        await told(registry, ADMIN, f"/people/{person}/enrol")
        await given(registry, person, role, unit)
    await caught_up(registry)
    await registry.feed(AGREED_FIRST)
    return registry


@pytest.mark.requirement("A2")
@pytest.mark.requirement("B11")
async def test_targets_are_agreed_with_sent_returned_confirmed_and_corrected(agreeing: Served) -> None:
    await pledged(agreeing)
    problem(await agreeing.ask(HEAD, "POST", f"{PATH}/submit"), 409, "registration-not-appraised")
    await told(agreeing, HEAD, f"{PATH}/appraisal")
    assert (await agreeing.ask(OFFICER, "GET", PATH)).json()["status"] == "appraisal"
    problem(await agreeing.ask(HEAD, "POST", f"{PATH}/submit"), 409, "targets-not-agreed")
    for indicator, year, _ in PLEDGES:
        await told(agreeing, APPRAISER, f"{PATH}/agreements", {"indicator": indicator, "year": year})
    await told(agreeing, HEAD, f"{PATH}/submit")
    wrong = {"cells": [{"indicator": PLAN, "year": 2025, "reason": "Nhập nhầm dấu phẩy"}]}
    await told(agreeing, ADMIN, f"{PATH}/return", wrong)
    found = (await agreeing.ask(OFFICER, "GET", PATH)).json()
    assert (found["status"], found["returned"]) == ("returned", wrong["cells"])
    await told(agreeing, HEAD, f"{PATH}/submit")
    await told(agreeing, ADMIN, f"{PATH}/confirm")
    await told(agreeing, HEAD, f"{PATH}/reopen", {"change": "correction", "reason": "101 là 110"})
    await told(agreeing, OFFICER, f"{PATH}/targets", {"indicator": PLAN, "year": 2025, "value": "110"})
    await told(agreeing, HEAD, f"{PATH}/submit")
    await told(agreeing, ADMIN, f"{PATH}/confirm")
    found = (await agreeing.ask(OFFICER, "GET", PATH)).json()
    assert [(each["revision"], each["change"]) for each in found["versions"]] == [(1, None), (2, "correction")]
    values = [{t["indicator"]: Decimal(t["value"]) for t in each["targets"]}[PLAN] for each in found["versions"]]
    assert values == [101, 110]


@pytest.mark.requirement("A3")
async def test_a_districts_registration_is_confirmed_by_the_head_of_its_province_and_by_nobody_else(
    agreeing: Served,
) -> None:
    path = f"/registrations/{DISTRICT}"
    body = {"number": 1, "requirement": "Giảm giờ thực hiện", "solution": "Giao dịch số"}
    await told(agreeing, DISTRICT_HEAD, f"{path}/qualitative", body)
    await told(agreeing, DISTRICT_HEAD, f"{path}/submit")
    problem(await agreeing.ask(ADMIN, "POST", f"{path}/confirm"), 409, "unit-above-confirms")
    refused = await agreeing.ask(DISTRICT_HEAD, "POST", f"{path}/confirm-from-above")
    problem(refused, 409, "head-of-the-unit-above-needed")
    assert (await agreeing.ask(NEIGHBOUR, "POST", f"{path}/confirm-from-above")).status_code == 404
    await told(agreeing, HEAD, f"{path}/confirm-from-above")
    assert (await agreeing.ask(DISTRICT_HEAD, "GET", path)).json()["status"] == "confirmed"


async def test_bad_input_is_refused_in_vietnamese_and_nothing_is_stored(agreeing: Served) -> None:
    await pledged(agreeing)
    head = await agreeing.platform.store.head()
    for person, step, body, code in (
        (OFFICER, "targets", {"indicator": "happiness", "year": 2025, "value": "96"}, "indicator-unknown"),
        (OFFICER, "targets", {"indicator": HEALTH, "year": 2026, "value": "96"}, "year-outside-campaign"),
        (OFFICER, "targets", {"indicator": HEALTH, "year": 2025, "value": "90"}, "target-below-national-goal"),
        (OFFICER, "withdrawals", {"indicator": HEALTH, "year": 2025, "reason": "?"}, "target-required"),
        (OFFICER, "solutions", {"indicator": "happiness", "solution": "?"}, "indicator-unknown"),
        (OFFICER, "movements", {"numbers": ["9/KH"]}, "movement-not-linked"),
        (OFFICER, "opinions/answers", {"body": "other", "opinion": "Nhất trí"}, "opinion-not-asked"),
        (APPRAISER, "agreements", {"indicator": HEALTH, "year": 2025}, "draft-not-under-appraisal"),
        (ADMIN, "return", {"note": "Sửa"}, "registration-not-submitted"),
        (HEAD, "reopen", {"change": "correction", "reason": "Sai"}, "registration-not-confirmed"),
    ):
        problem(await agreeing.ask(person, "POST", f"{PATH}/{step}", body), 409, code)
    problem(await agreeing.ask(HEAD, "POST", f"{PATH}/reopen", {"change": "whim", "reason": "?"}), 422, "invalid-input")
    assert await agreeing.platform.store.head() == head


async def test_what_somebody_may_not_is_looked_up_once_and_not_for_each_step(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registry.feed(LAUNCHED)
    looked: list[str] = []
    for kind, name in ((Access, "_grants_of"), (Organisation, "unit")):
        monkeypatch.setattr(kind, name, counted(getattr(kind, name), looked))
    found = (await registry.ask(OFFICER, "GET", PATH)).json()
    refused = [each["why"]["vi"] for each in found["actions"] if (each["why"] or {}).get("code") == "role-missing"]
    assert len(refused) > 5
    assert looked.count("unit") == 1
    assert looked.count("_grants_of anew") == 1


def counted(wrapped: Callable[..., Awaitable[Any]], looked: list[str]) -> Callable[..., Awaitable[Any]]:
    async def counting(*arguments: Any, **named: Any) -> Any:
        looked.append(wrapped.__name__ + (" anew" if named.get("anew") else ""))
        return await wrapped(*arguments, **named)

    return counting
