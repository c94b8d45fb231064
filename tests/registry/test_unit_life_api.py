"""What becomes of a unit, through the API: each change is known at once, and who takes duties over may do the work."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.registry import Role
from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, given, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, PROVINCE, ROOT
from tests.served import Served

BASIS = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "2025-02-26"}
DISTRICT, NEIGHBOURS = unit_id("P01-D001"), unit_id("P02")


def in_force(registry: Served, days: int = 0) -> dict[str, Any]:
    return {"on": str(today(registry) + timedelta(days=days)), "basis": BASIS}


async def change(registry: Served, unit: UUID, step: str, **body: Any) -> None:
    whole = {**in_force(registry), **body} if step != "withdraw-change" else body
    answer = await registry.ask(ADMIN, "POST", f"/units/{unit}/{step}", whole)
    assert answer.status_code == 201, answer.text
    await caught_up(registry)


async def test_a_unit_is_called_on_each_day_what_it_was_called_then(registry: Served) -> None:
    await change(registry, PROVINCE, "rename", name="Bảo hiểm xã hội Hà Nội mới", code="P01M")
    day = today(registry)
    told = {}
    for on in (day - timedelta(days=1), day):
        told[on] = (await registry.ask(ADMIN, "GET", f"/units/{PROVINCE}/called?on={on}")).json()
    assert [each["name"] for each in told.values()] == [
        "Bảo hiểm xã hội thành phố Hà Nội",
        "Bảo hiểm xã hội Hà Nội mới",
    ]
    assert [each["code"] for each in told.values()] == ["P01", "P01M"]
    assert told[day]["head_title"] == "Giám đốc"
    assert (await registry.ask(ADMIN, "GET", f"/units/{PROVINCE}/called?on=1990-01-01")).status_code == 404
    [unit] = (await registry.ask(ADMIN, "GET", "/units?code=P01M")).json()["items"]
    assert unit["unit_id"] == str(PROVINCE)
    life = (await registry.ask(OFFICER, "GET", f"/units/{PROVINCE}/life")).json()
    assert (life["former"], life["changes"][0]["kind"]) == (["Bảo hiểm xã hội thành phố Hà Nội"], "rename")
    await change(registry, PROVINCE, "withdraw-change", change_id=life["changes"][0]["change_id"], reason="Nhập nhầm")
    assert (await registry.ask(ADMIN, "GET", f"/units/{PROVINCE}")).json()["code"] == "P01"


@pytest.mark.requirement("M-4")
async def test_a_code_that_another_unit_took_by_renaming_is_not_given_again(registry: Served) -> None:
    renamed = {**in_force(registry), "name": "Bảo hiểm xã hội Hà Nội mới", "code": "P09"}
    assert (await registry.ask(ADMIN, "POST", f"/units/{PROVINCE}/rename", renamed)).status_code == 201
    new = {
        "code": "P09", "name": "Bảo hiểm xã hội tỉnh khác", "kind": "provincial", "parent_id": str(ROOT),
        "established_on": str(today(registry)),
    }  # fmt: skip
    assert "P09" in problem(await registry.ask(ADMIN, "POST", "/units", new), 409, "unit-code-taken")["detail"]
    assert (await registry.ask(ADMIN, "POST", "/units", new | {"code": "P08"})).status_code == 201


async def test_the_rules_see_what_is_stored_by_now(registry: Served) -> None:
    about = in_force(registry)
    below = await registry.ask(ADMIN, "POST", f"/units/{PROVINCE}/dissolve", about)
    assert "1" in problem(below, 409, "units-still-below")["detail"]
    cycle = await registry.ask(ADMIN, "POST", f"/units/{PROVINCE}/move-below", about | {"parent_id": str(DISTRICT)})
    problem(cycle, 409, "unit-below-itself")
    taken = await registry.ask(ADMIN, "POST", f"/units/{DISTRICT}/rename", about | {"name": "Ba Đình", "code": "P02"})
    problem(taken, 409, "unit-code-taken")
    ahead = await registry.ask(ADMIN, "POST", f"/units/{DISTRICT}/dissolve", in_force(registry, 1))
    problem(ahead, 409, "change-not-in-force")
    assert (await registry.ask(HEAD, "POST", f"/units/{DISTRICT}/dissolve", about)).status_code == 403
    nowhere = await registry.ask(ADMIN, "POST", f"/units/{unit_id('NOWHERE')}/dissolve", about)
    assert nowhere.status_code == 404


async def test_what_has_ended_takes_nothing_new(registry: Served) -> None:
    await change(registry, DISTRICT, "dissolve")
    team = {"code": "T1", "name": "Tổ 1", "kind": "team", "parent_id": str(DISTRICT), "established_on": "2024-11-10"}
    problem(await registry.ask(ADMIN, "POST", "/units", team), 409, "unit-ended")
    role = {"role": "officer", "unit_id": str(DISTRICT), "since": str(today(registry))}
    problem(await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/roles", role), 409, "unit-unknown")
    assert (await registry.ask(ADMIN, "GET", f"/units/{DISTRICT}")).json()["until"] == str(
        today(registry) - timedelta(days=1)
    )


@pytest.mark.requirement("B8")
async def test_the_head_of_the_unit_that_takes_duties_over_may_do_the_open_work(registry: Served) -> None:
    head = UUID(int=4711)
    assert (await registry.ask(ADMIN, "POST", f"/people/{head}/enrol")).status_code == 201
    await given(registry, head, Role.UNIT_HEAD, DISTRICT)
    await caught_up(registry)

    async def seen(person: UUID) -> int:
        return (await registry.ask(person, "GET", f"/registrations?unit_id={DISTRICT}")).status_code

    assert [await seen(each) for each in (head, NEIGHBOUR)] == [200, 403]
    await change(registry, DISTRICT, "dissolve")
    early = await registry.ask(ADMIN, "POST", f"/units/{PROVINCE}/take-over", in_force(registry) | {"to_id": str(ROOT)})
    problem(early, 409, "duties-of-a-living-unit")
    await change(registry, DISTRICT, "take-over", to_id=str(NEIGHBOURS))
    await asyncio.sleep(2.1)  # what a person holds is remembered so long
    assert [await seen(each) for each in (head, NEIGHBOUR)] == [403, 200]
