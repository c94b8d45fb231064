"""The HTTP door of registry for signing delegations, and what other services learn of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import Role
from tests.registry.conftest import caught_up, given, later, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, PROVINCE, ROOT, SECOND
from tests.served import Served

DEPUTY = UUID("00000000-0000-4000-8000-0000000000d1")


async def somebody(registry: Served, person: UUID, role: Role, unit: UUID) -> None:
    assert (await registry.ask(ADMIN, "POST", f"/people/{person}/enrol")).status_code == 201
    await given(registry, person, role, unit)
    await caught_up(registry)


def asked(registry: Served, **changes: object) -> dict[str, Any]:
    day = today(registry).isoformat()
    body = {"unit_id": str(PROVINCE), "signer_id": str(DEPUTY), "capacity": "deputy", "since": day, "basis_on": day}
    return {**body, "basis": "12/QĐ-BHXH", **changes}


async def may_sign(registry: Served, person: UUID, kind: str = "plan", unit: UUID = PROVINCE) -> Any:
    await caught_up(registry)
    path = f"/signing-delegations/may-sign?unit_id={unit}&person_id={person}&kind={kind}"
    answer = await registry.ask(HEAD, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.requirement("B5")
async def test_a_deputy_signs_for_the_head_until_it_is_ended_and_gives_it_to_nobody(registry: Served) -> None:
    await somebody(registry, DEPUTY, Role.DEPUTY, PROVINCE)
    assert await may_sign(registry, DEPUTY) == {"capacity": None, "principal_id": None, "delegation_id": None}
    told = await registry.ask(HEAD, "POST", "/signing-delegations", asked(registry))
    assert told.status_code == 201, told.text
    key = told.json()["id"]
    await caught_up(registry)
    signed = {"capacity": "deputy", "principal_id": str(HEAD), "delegation_id": key}
    assert await may_sign(registry, DEPUTY) == signed
    assert (await may_sign(registry, HEAD))["capacity"] == "direct"
    further = asked(registry, signer_id=str(OFFICER))
    problem(await registry.ask(DEPUTY, "POST", "/signing-delegations", further), 409, "signature-delegated-further")
    problem(await registry.ask(NEIGHBOUR, "POST", "/signing-delegations", further), 409, "not-ones-signature")
    problem(await registry.ask(OFFICER, "POST", "/signing-delegations", further), 403, "role-missing")
    shown = (await registry.ask(OFFICER, "GET", f"/signing-delegations/{key}")).json()
    assert [(each["name"], each["open"]) for each in shown["actions"]] == [("end_signing", False)]
    assert "thủ trưởng đơn vị" in shown["actions"][0]["why"]["vi"]
    ended = await registry.ask(HEAD, "POST", f"/signing-delegations/{key}/end", {})
    assert ended.status_code == 201, ended.text
    assert (await may_sign(registry, DEPUTY))["capacity"] is None


async def test_a_delegation_ends_with_the_office_of_who_gave_it(registry: Served) -> None:
    await somebody(registry, DEPUTY, Role.DEPUTY, PROVINCE)
    assert (await registry.ask(HEAD, "POST", "/signing-delegations", asked(registry))).status_code == 201
    assert (await may_sign(registry, DEPUTY))["capacity"] == "deputy"
    end = {"role": "unit_head", "unit_id": str(PROVINCE), "on": today(registry).isoformat()}
    await registry.ask(ADMIN, "POST", f"/people/{HEAD}/roles/revoke", end)
    await later(registry, 1)
    path = f"/signing-delegations/may-sign?unit_id={PROVINCE}&person_id={DEPUTY}&kind=plan"
    await caught_up(registry)
    assert (await registry.ask(ADMIN, "GET", path)).json()["capacity"] is None


async def test_the_emulation_department_signs_by_order_of_the_head_of_the_sector(registry: Served) -> None:
    leader = uuid4()
    await somebody(registry, leader, Role.DIRECTOR_GENERAL, ROOT)
    order = asked(registry, unit_id=str(ROOT), signer_id=str(ADMIN), capacity="by_order", kinds=["official_letter"])
    told = await registry.ask(leader, "POST", "/signing-delegations", order)
    assert told.status_code == 201, told.text
    again = await registry.ask(leader, "POST", "/signing-delegations", order)
    assert again.json()["id"] == told.json()["id"]
    path = f"/signing-delegations/may-sign?unit_id={ROOT}&person_id={ADMIN}&kind="
    await caught_up(registry)
    assert (await registry.ask(SECOND, "GET", f"{path}official_letter")).json()["capacity"] == "by_order"
    assert (await registry.ask(SECOND, "GET", f"{path}decision_document")).json()["capacity"] is None
    listed = (await registry.ask(SECOND, "GET", f"/signing-delegations?signer_id={ADMIN}")).json()["items"]
    assert [each["capacity"] for each in listed] == ["by_order"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"signer_id": str(OFFICER)}, 409, "signer-lacks-the-office"),
        ({"unit_id": str(uuid4())}, 409, "unit-unknown"),
        ({"basis": "theo lời Nguyễn Văn A"}, 422, "malformed"),
        ({"capacity": "by_delegation", "signer_id": str(NEIGHBOUR)}, 409, "signer-lacks-the-office"),
        ({"capacity": "KT."}, 422, "malformed"),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_stored(
    registry: Served, changes: dict[str, str], status: int, code: str
) -> None:
    before = await registry.platform.store.head()
    answer = await registry.ask(HEAD, "POST", "/signing-delegations", asked(registry, **changes))
    assert answer.status_code == status, answer.text
    assert code in {"malformed", answer.json()["type"].rpartition(":")[2]}
    assert await registry.platform.store.head() == before
