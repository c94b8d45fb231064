"""The HTTP door of registry for where people work: leaving ends roles, the old unit remarks, looks are kept."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import Role
from services.registry.domain.unit import unit_id
from services.registry.views.posts import working
from tests.registry.conftest import caught_up, fetch_as_owner, given, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, PROVINCE, SECOND
from tests.served import Served

P02 = unit_id("P02")
AS: dict[str, Any] = {"category": "public_employee", "works_directly": True}


async def tell(registry: Served, person: UUID, step: str, body: object = None, by: UUID = ADMIN) -> None:
    answer = await registry.ask(by, "POST", f"/people/{person}/{step}", body)
    assert answer.status_code == 201, answer.text


async def at_work(registry: Served, person: UUID, unit: UUID = PROVINCE, since: str = "2024-01-01") -> None:
    await tell(registry, person, "assignments", {"unit_id": str(unit), "since": since, **AS})


async def mainly_at(registry: Served, on: date) -> dict[UUID, UUID]:
    await caught_up(registry)
    return {row.person_id: row.unit_id for row in await working(registry.platform.pool, on)}


@pytest.mark.requirement("B3")
async def test_who_leaves_loses_every_role_and_who_returns_is_granted_anew(registry: Served) -> None:
    await at_work(registry, OFFICER)
    day = today(registry)
    body = {"reason": "resigned", "on": day.isoformat()}
    problem(await registry.ask(OFFICER, "POST", f"/people/{OFFICER}/leave", body), 403, "role-missing")
    await tell(registry, OFFICER, "leave", body)
    assert await mainly_at(registry, day) == {}
    assert await mainly_at(registry, day - timedelta(days=1)) == {OFFICER: PROVINCE}
    access = registry.platform.access
    assert not await access.holds(OFFICER, {Role.OFFICER}, day)
    grant = {"role": "officer", "unit_id": str(PROVINCE), "since": day.isoformat()}
    problem(await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/roles", grant), 409, "person-not-there")
    await tell(registry, OFFICER, "return", {"unit_id": str(P02), "since": day.isoformat(), **AS})
    assert await mainly_at(registry, day) == {OFFICER: P02}
    await given(registry, OFFICER, Role.OFFICER, P02)
    work = (await registry.ask(ADMIN, "GET", f"/people/{OFFICER}/work")).json()
    assert [stay["unit_id"] for stay in work["stays"]] == [str(PROVINCE), str(P02)]
    assert [fact["type"] for fact in work["facts"]][:2] == ["RoleGranted", "PersonAssigned"]
    assert (OFFICER, ADMIN) in await fetch_as_owner(registry, "select person_id, reader_id from people_reads")


async def test_the_last_administrators_leave_only_one_after_the_other(registry: Served) -> None:
    body = {"reason": "retired", "on": today(registry).isoformat()}
    await tell(registry, SECOND, "leave", body)
    problem(await registry.ask(ADMIN, "POST", f"/people/{ADMIN}/leave", body), 409, "own-role")


@pytest.mark.requirement("B3")
async def test_two_records_of_one_human_count_once_until_they_are_parted(registry: Served) -> None:
    double, day = uuid4(), today(registry)
    await tell(registry, double, "enrol")
    for person in (OFFICER, double):
        await at_work(registry, person)
    assert set(await mainly_at(registry, day)) == {OFFICER, double}
    await tell(registry, double, "join", {"into_id": str(OFFICER)})
    assert set(await mainly_at(registry, day)) == {OFFICER}
    unknown = await registry.ask(ADMIN, "POST", f"/people/{HEAD}/join", {"into_id": str(uuid4())})
    problem(unknown, 409, "other-record-unfit")
    problem(
        await registry.ask(ADMIN, "POST", f"/people/{HEAD}/join", {"into_id": str(double)}), 409, "other-record-unfit"
    )
    await tell(registry, double, "part")
    assert set(await mainly_at(registry, day)) == {OFFICER, double}


@pytest.mark.requirement("B4")
async def test_who_moved_in_the_year_is_rated_by_the_new_unit_with_the_old_one_s_remark(registry: Served) -> None:
    await at_work(registry, OFFICER)
    await at_work(registry, OFFICER, P02, "2024-08-01")
    path = f"/people/{OFFICER}/rating?year=2024"
    rating = (await registry.ask(ADMIN, "GET", path)).json()
    assert (rating["unit_id"], rating["on"]) == (str(P02), "2024-12-31")
    assert rating["remarks"] == [{"unit_id": str(PROVINCE), "months": 7, "document": None}]
    remark = {"unit_id": str(PROVINCE), "year": 2024, "document": "5/NX-BHXH"}
    problem(await registry.ask(NEIGHBOUR, "POST", f"/people/{OFFICER}/remarks", remark), 403, "role-missing")
    problem(await registry.ask(HEAD, "POST", f"/people/{uuid4()}/remarks", remark), 404, "not-found")
    await tell(registry, OFFICER, "remarks", remark, by=HEAD)
    rating = (await registry.ask(ADMIN, "GET", path)).json()
    assert rating["remarks"][0]["document"] == "5/NX-BHXH"
    early = (await registry.ask(ADMIN, "GET", f"{path}&on=2024-07-31")).json()
    assert (early["unit_id"], early["remarks"]) == (str(PROVINCE), [])
