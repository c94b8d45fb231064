"""A campaign's life through its door, on a real PostgreSQL: who may take which step, and what is shown of it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.campaign import campaign_id
from tests.campaigns.test_campaigns_api import DIRECTOR, PACK, ROOT, problem, role, unit
from tests.served import Served, served

OFFICER = uuid4()
PROVINCE, DISTRICT, DEPARTMENT = uuid4(), uuid4(), uuid4()
HEAD, DISTRICT_HEAD, OTHER_HEAD = uuid4(), uuid4(), uuid4()
PAPER = {"number": "77/BHXH-TĐKT", "issued_on": "2025-03-09"}
YESTERDAY = "2024-11-18"


def established(key: UUID, kind: UnitKind, parent: UUID) -> UnitEstablished:
    code = f"U-{key.hex[:8].upper()}"
    return UnitEstablished(
        unit_id=key, code=code, name=code, kind=kind, parent_id=parent, established_on=date(1995, 2, 16)
    )


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(
            unit(ROOT, None),
            unit(PROVINCE, ROOT),
            established(DISTRICT, UnitKind.DISTRICT, PROVINCE),
            established(DEPARTMENT, UnitKind.REGIONAL, ROOT),
            role(DIRECTOR, Role.DIRECTOR_GENERAL, ROOT),
            role(HEAD, Role.UNIT_HEAD, PROVINCE),
            role(DISTRICT_HEAD, Role.UNIT_HEAD, DISTRICT),
            role(OTHER_HEAD, Role.UNIT_HEAD, DEPARTMENT),
            RoleGranted(person_id=OFFICER, role=Role.OFFICER, unit_id=PROVINCE, since=date(2024, 1, 1)),
        )
        yield service


async def announced(campaigns: Served, code: str, **changes: Any) -> str:
    answer = await campaigns.ask(DIRECTOR, "POST", "/announcements", {**PACK, "code": code, **changes})
    assert answer.status_code == 201, answer.text
    return f"/campaigns/{answer.json()['id']}"


async def done(campaigns: Served, person: UUID, path: str, body: Any) -> dict[str, Any]:
    answer = await campaigns.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def shown(campaigns: Served, path: str, at: dict[str, Any]) -> dict[str, Any]:
    answer = await campaigns.ask(OFFICER, "GET", f"{path}?at_least={at['position']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_campaign_from_its_letter_to_its_conclusion(campaigns: Served) -> None:
    path = await announced(campaigns, "ca-doi", register_before="2024-12-10")
    at = await done(campaigns, DIRECTOR, f"{path}/launch", {"happened_on": YESTERDAY})
    found = await shown(campaigns, path, at)
    assert (found["status"], [each["step"] for each in found["life"]]) == ("launched", ["announced", "launched"])
    assert found["life"][1]["on"] == YESTERDAY
    moved = {**PACK, "code": "ca-doi", "register_before": "2024-12-20", "aliases": ["Đợt thi đua 39"]}
    await done(campaigns, DIRECTOR, f"{path}/amendments", {"pack": moved, "document": PAPER})
    extension = {"until": "2026-03-31", "register_before": "2025-01-10", "document": PAPER}
    at = await done(campaigns, DIRECTOR, f"{path}/extensions", extension)
    found = await shown(campaigns, path, at)
    assert (found["register_before"], found["period"]["end"]) == ("2025-01-10", "2026-03-31")
    assert found["life"][2]["changed"] == ["register_before", "aliases"]
    assert found["aliases"] == ["Đợt thi đua 39"]
    at = await done(campaigns, DIRECTOR, f"{path}/conclusion", {"happened_on": YESTERDAY, "document": PAPER})
    assert (await shown(campaigns, path, at))["status"] == "concluded"
    late = await campaigns.ask(DIRECTOR, "POST", f"{path}/extensions", extension | {"until": "2027-01-01"})
    problem(late, 409, "campaign-closed")


async def test_a_head_launches_it_for_the_own_unit_and_those_below(campaigns: Served) -> None:
    path = await announced(campaigns, "huong-ung")
    await done(campaigns, HEAD, f"{path}/joins", {"unit_id": str(PROVINCE), "happened_on": YESTERDAY})
    joining = {"unit_id": str(DISTRICT), "happened_on": YESTERDAY, "document": PAPER}
    at = await done(campaigns, DISTRICT_HEAD, f"{path}/joins", joining)
    found = (await campaigns.ask(OFFICER, "GET", f"{path}/joins?at_least={at['position']}")).json()["items"]
    assert {each["unit_id"] for each in found} == {str(PROVINCE), str(DISTRICT)}
    assert (await shown(campaigns, path, at))["joined_units"] == 2
    outside = {"unit_id": str(DEPARTMENT), "happened_on": YESTERDAY}
    problem(await campaigns.ask(OTHER_HEAD, "POST", f"{path}/joins", outside), 409, "unit-outside-campaign")
    foreign = {"unit_id": str(PROVINCE), "happened_on": YESTERDAY}
    problem(await campaigns.ask(DISTRICT_HEAD, "POST", f"{path}/joins", foreign), 403, "role-missing")
    problem(await campaigns.ask(OFFICER, "POST", f"{path}/joins", foreign), 403, "role-missing")


async def test_stages_are_found_from_both_sides_and_a_circle_of_them_is_refused(campaigns: Served) -> None:
    first = await announced(campaigns, "giai-doan-1")
    second = [{"kind": "stage_after", "code": "giai-doan-1"}]
    await announced(campaigns, "giai-doan-2", relations=second)
    third = [{"kind": "stage_after", "code": "giai-doan-2"}, {"kind": "implements", "code": "giai-doan-1"}]
    await announced(campaigns, "giai-doan-3", relations=third)
    answer = await campaigns.ask(DIRECTOR, "POST", "/campaigns", {**PACK, "code": "giai-doan-1"})
    found = await shown(campaigns, first, answer.json())
    assert [each["code"] for each in found["stages_after"]] == ["giai-doan-2"]
    assert [each["code"] for each in found["carried_out_by"]] == ["giai-doan-3"]
    circle = {**PACK, "code": "giai-doan-1", "relations": [{"kind": "stage_after", "code": "giai-doan-3"}]}
    amended = await campaigns.ask(DIRECTOR, "POST", f"{first}/amendments", {"pack": circle, "document": PAPER})
    problem(amended, 409, "stages-in-a-circle")
    nobody = {**PACK, "code": "giai-doan-9", "relations": [{"kind": "stage_after", "code": "khong-co"}]}
    for route in ("/announcements", "/campaigns", "/packs/trial"):
        problem(await campaigns.ask(DIRECTOR, "POST", route, nobody), 409, "related-campaign-unknown")


async def test_a_pack_is_tried_before_anything_is_done(campaigns: Served) -> None:
    pack = {**PACK, "code": "thu-truoc"}
    tried = (await campaigns.ask(DIRECTOR, "POST", "/packs/trial", pack)).json()
    assert (tried["announced"], tried["launched"]) == (False, False)
    assert str(PROVINCE) in {each["unit_id"] for each in tried["units"]}
    assert str(DISTRICT) not in {each["unit_id"] for each in tried["units"]}
    await announced(campaigns, "thu-truoc")
    tried = (await campaigns.ask(DIRECTOR, "POST", "/packs/trial", pack)).json()
    assert (tried["announced"], tried["launched"]) == (True, False)
    files = (await campaigns.ask(DIRECTOR, "GET", "/packs")).json()
    assert "4225-2024" in {each["code"] for each in files}
    problem(await campaigns.ask(HEAD, "GET", "/packs"), 403, "role-missing")


async def test_groups_of_recipients_are_the_units_that_stood_on_the_day_of_issue(campaigns: Served) -> None:
    late = uuid4()
    await campaigns.feed(
        UnitEstablished(unit_id=late, code="MOI", name="Mới", kind=UnitKind.PROVINCIAL, parent_id=ROOT,
                        established_on=date(2025, 7, 1))
    )  # fmt: skip
    tried = (await campaigns.ask(DIRECTOR, "POST", "/packs/trial", {**PACK, "code": "noi-nhan"})).json()
    assert str(late) not in {each["unit_id"] for each in tried["units"]}
    after = {**PACK, "code": "noi-nhan", "document": {**PACK["document"], "issued_on": "2025-07-01"}}
    tried = (await campaigns.ask(DIRECTOR, "POST", "/packs/trial", after)).json()
    assert str(late) in {each["unit_id"] for each in tried["units"]}


async def test_steps_say_whether_they_are_open_and_to_whom(campaigns: Served) -> None:
    path = await announced(campaigns, "cac-buoc")
    at = await done(campaigns, DIRECTOR, f"{path}/launch", {})

    async def steps(person: UUID) -> dict[str, Any]:
        found = await campaigns.ask(person, "GET", f"{path}?at_least={at['position']}")
        return {each["name"]: each for each in found.json()["actions"]}

    assert {name: each["open"] for name, each in (await steps(DIRECTOR)).items()} == {
        "launch_announced": False, "amend_campaign": True, "extend_campaign": True, "conclude_campaign": True,
        "cancel_campaign": True,
    }  # fmt: skip
    at = await done(campaigns, DIRECTOR, f"{path}/cancellation", {"reason": "Gộp phong trào", "document": PAPER})
    closed = {each["why"]["code"] for each in (await steps(DIRECTOR)).values()}
    assert closed == {"campaign-closed", "step-done"}
    assert {each["why"]["code"] for each in (await steps(HEAD)).values()} == {"role-missing"}


@pytest.mark.parametrize("step", ["launch", "amendments", "extensions", "conclusion", "cancellation", "joins"])
async def test_only_who_leads_takes_steps_and_only_of_what_is_there(campaigns: Served, step: str) -> None:
    bodies: dict[str, Any] = {
        "launch": {}, "amendments": {"pack": PACK, "document": PAPER},
        "extensions": {"until": "2027-01-01", "document": PAPER},
        "conclusion": {"happened_on": YESTERDAY, "document": PAPER},
        "cancellation": {"reason": "Không còn cần", "document": PAPER},
        "joins": {"unit_id": str(PROVINCE), "happened_on": YESTERDAY},
    }  # fmt: skip
    nowhere = f"/campaigns/{campaign_id('khong-co-dau')}/{step}"
    person = HEAD if step == "joins" else DIRECTOR
    problem(await campaigns.ask(person, "POST", nowhere, bodies[step]), 404, "not-found")
    problem(await campaigns.ask(OFFICER, "POST", nowhere, bodies[step]), 403, "role-missing")
    path = await announced(campaigns, f"sai-{step}")
    problem(await campaigns.ask(person, "POST", f"{path}/{step}", {"surprise": 1}), 422, "invalid-input")
    stored = "select count(*) from store.events where stream = $1"
    stream = f"campaign-{campaign_id(f'sai-{step}')}"
    assert await campaigns.platform.pool.fetchval(stored, stream) == 1
