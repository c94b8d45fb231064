"""The HTTP door of registry for units and registrations, over real sockets and on a real PostgreSQL."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.registry import Role
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
    PLAN,
    PROVINCE,
    ROOT,
    SMALL_FILE,
    STRANGER,
)
from tests.served import Served

PLEDGES = ((HEALTH, 2025, "95.5"), (LATE, 2024, "2.5"), (PLAN, 2025, "101"))


def target(indicator: str, year: int, value: str) -> dict[str, object]:
    return {"indicator": indicator, "year": year, "value": value}


async def send_file(registry: Served, data: bytes, query: str = "", **headers: str) -> httpx.Response:
    await registry.ask(ADMIN, "GET", "/units")
    headers |= {"Authorization": f"Bearer {registry.tokens[ADMIN]}", "Content-Type": "text/csv"}
    return await registry.client.post(f"/api/v1/units/import{query}", content=data, headers=headers)


async def submit(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    for pledge in PLEDGES:
        answer = await registry.ask(OFFICER, "POST", f"/registrations/{KEY}/targets", target(*pledge))
        assert answer.status_code == 201, answer.text
    assert (await registry.ask(HEAD, "POST", f"/registrations/{KEY}/submit")).status_code == 201


async def test_a_launch_opens_one_registration_per_unit_however_often_it_is_told(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    head = await registry.platform.store.head()
    found = await registry.ask(ADMIN, "GET", f"/registrations?campaign_id={CAMPAIGN}&at_least={head}")
    items: list[dict[str, Any]] = found.json()["items"]
    wanted = {str(registration_id(CAMPAIGN, unit_id(code))) for code in ("P01", "P02", "P01-D001")}
    assert {item["registration_id"] for item in items} == wanted
    assert {item["status"] for item in items} == {"open"}
    await registry.feed(LAUNCHED)
    assert await registry.platform.store.head() == head


async def test_targets_are_registered_submitted_and_confirmed_by_three_persons(registry: Served) -> None:
    await submit(registry)
    confirmed = await registry.ask(ADMIN, "POST", f"/registrations/{KEY}/confirm")
    assert confirmed.status_code == 201
    detail = await registry.ask(OFFICER, "GET", f"/registrations/{KEY}")
    assert detail.headers["ETag"] == confirmed.headers["ETag"] == f'"{detail.json()["version"]}"'
    assert detail.json()["status"] == "confirmed"
    assert [(each["indicator"], each["year"], each["value"]) for each in detail.json()["targets"]] == [
        (LATE, 2024, "2.5"),
        (PLAN, 2025, "101"),
        (HEALTH, 2025, "95.5"),
    ]
    path = f"/registrations?unit_id={PROVINCE}&status=confirmed&at_least={confirmed.json()['position']}"
    [item] = (await registry.ask(OFFICER, "GET", path)).json()["items"]
    assert (item["goals"], item["targets"]) == (3, 3)


async def test_a_target_below_the_goal_is_refused_with_its_reason_and_nothing_is_stored(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    head = await registry.platform.store.head()
    answer = await registry.ask(OFFICER, "POST", f"/registrations/{KEY}/targets", target(HEALTH, 2025, "90"))
    assert "95,16 %" in problem(answer, 409, "target-below-national-goal")["detail"]
    for body, code in ((target(HEALTH, 2025, "96") | {"x": 1}, "invalid-input"), ({}, "invalid-input")):
        problem(await registry.ask(OFFICER, "POST", f"/registrations/{KEY}/targets", body), 422, code)
    assert await registry.platform.store.head() == head


async def test_what_was_changed_meanwhile_is_not_overwritten(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    path = f"/registrations/{KEY}/targets"
    first = await registry.ask(OFFICER, "POST", path, target(HEALTH, 2025, "96"), **{"If-Match": '"1"'})
    assert first.headers["ETag"] == '"2"'
    stale = await registry.ask(OFFICER, "POST", path, target(HEALTH, 2025, "97"), **{"If-Match": '"1"'})
    problem(stale, 412, "wrong-version")


async def test_only_the_unit_registers_only_its_head_submits_only_the_top_confirms(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    pledge = target(*PLEDGES[0])
    problem(await registry.ask(ADMIN, "POST", f"/registrations/{KEY}/targets", pledge), 403, "role-missing")
    problem(await registry.ask(OFFICER, "POST", f"/registrations/{KEY}/submit"), 403, "role-missing")
    for person in (OFFICER, HEAD):
        problem(await registry.ask(person, "POST", f"/registrations/{KEY}/confirm"), 403, "role-missing")


@pytest.mark.parametrize("step", ["targets", "submit", "confirm"])
async def test_who_may_not_read_a_registration_does_not_learn_that_it_is_there(registry: Served, step: str) -> None:
    await registry.feed(LAUNCHED)
    body = target(*PLEDGES[0]) if step == "targets" else None
    for person in (NEIGHBOUR, STRANGER):
        hidden = await registry.ask(person, "POST", f"/registrations/{KEY}/{step}", body)
        nowhere = await registry.ask(person, "POST", f"/registrations/{CAMPAIGN}/{step}", body)
        assert problem(hidden, 404, "not-found") == problem(nowhere, 404, "not-found")


async def test_a_head_who_is_also_above_does_not_confirm_what_he_submitted(registry: Served) -> None:
    await given(registry, HEAD, Role.DIRECTOR_GENERAL, ROOT)
    await caught_up(registry)
    await submit(registry)
    answer = await registry.ask(HEAD, "POST", f"/registrations/{KEY}/confirm")
    problem(answer, 409, "same-person-may-not-confirm")


async def test_other_units_registrations_are_not_seen(registry: Served) -> None:
    await registry.feed(LAUNCHED)
    unknown = problem(await registry.ask(HEAD, "GET", f"/registrations/{CAMPAIGN}"), 404, "not-found")
    for person in (NEIGHBOUR, STRANGER):
        assert problem(await registry.ask(person, "GET", f"/registrations/{KEY}"), 404, "not-found") == unknown
        problem(await registry.ask(person, "GET", f"/registrations?unit_id={PROVINCE}"), 403, "role-missing")
    problem(await registry.ask(HEAD, "GET", "/registrations"), 403, "role-missing")


async def test_units_are_listed_page_by_page(registry: Served) -> None:
    first = (await registry.ask(NEIGHBOUR, "GET", "/units?limit=3")).json()
    assert [unit["code"] for unit in first["items"]] == ["P01", "P01-D001", "P02"]
    rest = (await registry.ask(NEIGHBOUR, "GET", f"/units?limit=3&after={first['next']}")).json()
    assert [unit["code"] for unit in rest["items"]] == ["VSS"]
    assert rest["next"] is None
    below = (await registry.ask(NEIGHBOUR, "GET", f"/units?parent={PROVINCE}&kind=district")).json()
    assert [unit["code"] for unit in below["items"]] == ["P01-D001"]
    problem(await registry.ask(NEIGHBOUR, "GET", f"/units/{CAMPAIGN}"), 404, "not-found")


async def test_a_unit_is_established_below_a_known_one(registry: Served) -> None:
    body = {
        "code": "P04",
        "name": "Bảo hiểm xã hội tỉnh Cao Bằng",
        "kind": "provincial",
        "established_on": "2024-11-10",
    }
    made = await registry.ask(ADMIN, "POST", "/units", body | {"parent_id": str(ROOT)})
    assert made.status_code == 201
    shown = await registry.ask(HEAD, "GET", f"/units/{unit_id('P04')}?at_least={made.json()['position']}")
    assert shown.json()["parent_id"] == str(ROOT)
    lost = body | {"code": "P05", "parent_id": str(CAMPAIGN)}
    problem(await registry.ask(ADMIN, "POST", "/units", lost), 409, "unit-unknown")
    problem(await registry.ask(HEAD, "POST", "/units", body | {"parent_id": str(ROOT)}), 403, "role-missing")
    looked_up = body | {"parent_id": str(ROOT), "parent_kind": "national"}
    problem(await registry.ask(ADMIN, "POST", "/units", looked_up), 422, "invalid-input")


async def test_a_file_is_taken_whole_or_refused_with_line_and_column(registry: Served) -> None:
    head = await registry.platform.store.head()
    bad = SMALL_FILE + "P06,Bảo hiểm xã hội tỉnh Bắc Kạn,provincial,VSS,2024-11-10\nP08,,provincial,VSS,x\n".encode()
    body = problem(await send_file(registry, bad), 422, "import-refused")
    assert [(each["line"], each["column"]) for each in body["errors"]] == [(7, "name"), (7, "established_on")]
    assert all(each["vi"] and each["en"] for each in body["errors"])
    schema = (await registry.client.get("/api/v1/openapi.json")).json()["components"]["schemas"]
    assert {key for each in body["errors"] for key in each} <= schema["FieldError"]["properties"].keys()
    [error] = problem(await send_file(registry, SMALL_FILE + SMALL_FILE.splitlines()[1]), 409, "import-refused")[
        "errors"
    ]
    assert (error["line"], error["column"]) == (6, "code")
    problem(await send_file(registry, SMALL_FILE.replace(b"P02,B", b"P02,C")), 409, "unit-already-established")
    other = SMALL_FILE.replace(b"VSS", b"ABC").replace(b"P0", b"Q0")
    problem(await send_file(registry, other), 409, "second-root")
    assert await registry.platform.store.head() == head
    good = SMALL_FILE + "P06,Bảo hiểm xã hội tỉnh Bắc Kạn,provincial,VSS,2024-11-10\n".encode()
    assert (await send_file(registry, good)).json() == {"established": 1, "position": head + 1}
    assert (await send_file(registry, good)).json() == {"established": 0, "position": head + 1}


async def test_a_file_under_a_key_that_was_used_is_answered_as_before_another_file_refused(registry: Served) -> None:
    once = {"Idempotency-Key": str(uuid4())}
    files = [SMALL_FILE + f"P9{n},Bảo hiểm xã hội tỉnh {n},provincial,VSS,2024-01-01\n".encode() for n in (1, 2)]
    first = await send_file(registry, files[0], **once)
    assert first.json()["established"] == 1
    assert (await send_file(registry, files[0], **once)).json() == first.json()
    problem(await send_file(registry, files[1], **once), 422, "idempotency-key-reused")
    assert await registry.platform.store.head() == first.json()["position"]


async def test_a_name_that_was_damaged_is_refused_unless_it_is_meant(registry: Served) -> None:
    damaged = "P97,B¶o hiÓm x· héi tØnh Thö,provincial,VSS,2024-11-10\n".encode()
    [error] = problem(await send_file(registry, SMALL_FILE + damaged), 422, "import-refused")["errors"]
    assert (error["line"], error["column"], "Bảo hiểm xã hội tỉnh Thử" in error["vi"]) == (6, "name", True)
    meant = await send_file(registry, SMALL_FILE + damaged, query="?names_are_meant=true")
    assert (meant.status_code, meant.json()["established"]) == (201, 1)


async def test_a_name_entered_wrong_is_put_right_from_the_first_day(registry: Served) -> None:
    path, right = f"/units/{PROVINCE}/name-correction", {"name": "Bảo hiểm xã hội tỉnh Thử"}
    problem(await registry.ask(HEAD, "POST", path, right), 403, "role-missing")
    problem(await registry.ask(ADMIN, "POST", f"/units/{CAMPAIGN}/name-correction", right), 404, "not-found")
    problem(await registry.ask(ADMIN, "POST", path, {"name": "=1"}), 422, "invalid-input")
    made = await registry.ask(ADMIN, "POST", path, right)
    assert made.json()["version"] == 2
    again = await registry.ask(ADMIN, "POST", path, right)
    assert again.json()["version"] == 2
    shown = await registry.ask(HEAD, "GET", f"/units/{PROVINCE}?at_least={made.json()['position']}")
    assert shown.json()["name"] == right["name"]
    old = SMALL_FILE.decode().splitlines(keepends=True)
    corrected = "".join(
        line.replace(line.split(",")[1], right["name"]) if line.startswith("P01,") else line for line in old
    )
    assert (await send_file(registry, corrected.encode())).json()["established"] == 0
    problem(await send_file(registry, SMALL_FILE), 409, "unit-already-established")


async def test_a_position_that_was_not_given_is_refused_at_once(registry: Served) -> None:
    head = await registry.platform.store.head()
    assert (await registry.ask(ADMIN, "GET", f"/units?at_least={head}")).status_code == 200
    began = asyncio.get_running_loop().time()
    problem(await registry.ask(ADMIN, "GET", f"/units?at_least={head + 1}"), 400, "position-unknown")
    problem(await registry.ask(ADMIN, "GET", f"/units?at_least={'9' * 18}"), 400, "position-unknown")
    assert asyncio.get_running_loop().time() - began < 2


async def test_two_imports_at_once_establish_each_unit_once(registry: Served) -> None:
    lines = "".join(f"D{n},Ban {n},central_department,VSS,2024-11-10\n" for n in range(50))
    head = await registry.platform.store.head()
    both = (import_units(registry.platform, SMALL_FILE + lines.encode()) for _ in range(2))
    assert sum(await asyncio.gather(*both)) == 50
    assert await registry.platform.store.head() == head + 50
