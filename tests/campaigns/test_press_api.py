"""Publicity and violations over the running service: who notes, who sees, what comes down with its exemplar."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.campaigns import ExemplarWithdrawn
from contracts.examples import example
from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from tests.served import Served, served

ROOT, OWN, FOREIGN = uuid4(), uuid4(), uuid4()
OFFICER, STRANGER, PRESS, DEPARTMENT, INSPECTOR, AUDITOR, HEAD = (uuid4() for _ in range(7))
HELD = (
    (OFFICER, Role.OFFICER, OWN), (HEAD, Role.UNIT_HEAD, OWN), (STRANGER, Role.OFFICER, FOREIGN),
    (PRESS, Role.COMMUNICATIONS, ROOT), (DEPARTMENT, Role.EMULATION_DEPARTMENT, ROOT),
    (INSPECTOR, Role.INSPECTOR, ROOT), (AUDITOR, Role.AUDITOR, ROOT),
)  # fmt: skip
ARTICLE: dict[str, Any] = {
    "unit_id": str(OWN), "medium": "article", "title": "Thu hộ qua tổ tự quản", "outlet": "Tạp chí BHXH",
    "published_on": "2024-12-02", "link": "https://example.org/1",
}  # fmt: skip
REPORT = {"unit_id": str(OWN), "what": "Báo cáo thành tích không đúng", "link": "https://example.org/2"}


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service with two provinces, their officers, the press, the department and an inspector."""
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(
            *(
                UnitEstablished(
                    unit_id=key, code=f"U{number}", name=f"Đơn vị {number}", parent_id=above,
                    kind=UnitKind.PROVINCIAL if above else UnitKind.NATIONAL, established_on=date(1995, 2, 16),
                )
                for number, (key, above) in enumerate(((ROOT, None), (OWN, ROOT), (FOREIGN, ROOT)))
            ),
            *(RoleGranted(person_id=who, role=role, unit_id=unit, since=date(2024, 1, 1)) for who, role, unit in HELD),
        )  # fmt: skip
        yield service


async def tell(campaigns: Served, person: UUID, path: str, body: object) -> str:
    answer = await campaigns.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def status(campaigns: Served, person: UUID, path: str, method: str = "GET", body: object = None) -> int:
    return (await campaigns.ask(person, method, path, body)).status_code


async def seen(campaigns: Served, person: UUID, path: str, state: str) -> dict[str, Any]:
    """A thing once its read model has come to a state."""
    for _ in range(200):
        answer = await campaigns.ask(person, "GET", path)
        if answer.status_code == 200 and answer.json()["state"] == state:
            return dict(answer.json())
        await asyncio.sleep(0.02)
    raise AssertionError(answer.text)


async def an_acclaimed_exemplar(campaigns: Served) -> str:
    model = {"unit_id": str(OWN), "title": "Tổ tự quản", "merit": "300 người tham gia mới"}
    exemplar = await tell(campaigns, OFFICER, "/exemplars", model)
    held = {"held_on": "2024-12-01", "present": 20, "votes_for": 19}
    await tell(campaigns, HEAD, f"/exemplars/{exemplar}/acclaim", held)
    return exemplar


@pytest.mark.requirement("S001-23")
@pytest.mark.parametrize("person", [OFFICER, PRESS, DEPARTMENT])
async def test_the_unit_and_the_press_note_what_was_published(campaigns: Served, person: UUID) -> None:
    key = await tell(campaigns, person, "/publicity", ARTICLE)
    shown = await seen(campaigns, OFFICER, f"/publicity/{key}", "published")
    assert {name: shown[name] for name in ARTICLE} == ARTICLE
    assert [(each["name"], each["open"]) for each in shown["actions"]] == [("take_down_publicity", True)]
    assert await status(campaigns, STRANGER, f"/publicity/{key}") == 404
    assert await status(campaigns, STRANGER, f"/publicity?unit_id={OWN}") == 403
    await tell(campaigns, person, f"/publicity/{key}/taken-down", {"on": "2024-12-03"})
    assert (await seen(campaigns, OFFICER, f"/publicity/{key}", "taken_down"))["link"] is None


@pytest.mark.requirement("S001-23")
async def test_publicity_of_an_exemplar_stands_with_it_and_must_come_down_once_it_is_withdrawn(
    campaigns: Served,
) -> None:
    exemplar = await an_acclaimed_exemplar(campaigns)
    key = await tell(campaigns, PRESS, "/publicity", ARTICLE | {"exemplar_id": exemplar})
    assert await tell(campaigns, OFFICER, "/publicity", ARTICLE | {"exemplar_id": exemplar}) == key
    await seen(campaigns, PRESS, f"/publicity/{key}", "published")
    steps = (await campaigns.ask(OFFICER, "GET", f"/exemplars/{exemplar}")).json()["steps"]
    assert [(each["kind"], each["what"]) for each in steps] == [("publicised", "Tạp chí BHXH")]
    await tell(campaigns, DEPARTMENT, f"/exemplars/{exemplar}/withdraw", {"reason": "Bị kỷ luật"})
    said = {"outlet": "Đài tỉnh", "published_on": "2024-12-03"}
    late = await campaigns.ask(PRESS, "POST", "/publicity", ARTICLE | {"exemplar_id": exemplar} | said)
    assert late.json()["type"].endswith("exemplar-ended")
    withdrawn = example(ExemplarWithdrawn, exemplar_id=UUID(exemplar), unit_id=OWN, reason="Bị kỷ luật")
    await campaigns.feed(withdrawn, on=date(2024, 12, 5))
    assert (await seen(campaigns, OFFICER, f"/publicity/{key}", "to_come_down"))["reason"] == "Bị kỷ luật"
    listed = (await campaigns.ask(PRESS, "GET", f"/publicity?exemplar_id={exemplar}&state=to_come_down")).json()
    assert [each["publicity_id"] for each in listed["items"]] == [key]


async def test_what_the_exemplars_own_door_made_known_must_come_down_too(campaigns: Served) -> None:
    exemplar = await an_acclaimed_exemplar(campaigns)
    said = {"outlet": "Đài tỉnh", "published_on": "2024-12-02", "medium": "broadcast"}
    await tell(campaigns, PRESS, f"/exemplars/{exemplar}/publicise", said)
    await tell(campaigns, DEPARTMENT, f"/exemplars/{exemplar}/withdraw", {"reason": "Bị kỷ luật"})
    withdrawn = example(ExemplarWithdrawn, exemplar_id=UUID(exemplar), unit_id=OWN)
    await campaigns.feed(withdrawn, on=date(2024, 12, 5))
    for _ in range(200):
        path = f"/publicity?exemplar_id={exemplar}&state=to_come_down"
        if found := (await campaigns.ask(PRESS, "GET", path)).json()["items"]:
            break
        await asyncio.sleep(0.02)
    assert [(each["outlet"], each["medium"]) for each in found] == [("Đài tỉnh", "broadcast")]


async def test_an_exemplar_that_was_not_acclaimed_or_is_another_units_is_not_made_known(campaigns: Served) -> None:
    model = {"unit_id": str(OWN), "title": "Tổ tự quản", "merit": "…"}
    exemplar = await tell(campaigns, OFFICER, "/exemplars", model)
    for about, code in (
        ({"exemplar_id": exemplar}, "exemplar-not-acclaimed"),
        ({"exemplar_id": exemplar, "unit_id": str(FOREIGN)}, "exemplar-not-identified"),
        ({"exemplar_id": str(uuid4())}, "exemplar-not-identified"),
        ({"campaign_id": str(uuid4())}, "campaign-unknown"),
        ({"published_on": "2999-01-01"}, "publicity-day-in-future"),
    ):
        answer = await campaigns.ask(PRESS, "POST", "/publicity", ARTICLE | about)
        assert answer.json()["type"].endswith(code), answer.text
    assert await status(campaigns, PRESS, "/publicity", "POST", ARTICLE | {"link": "javascript:alert(1)"}) == 422
    assert await status(campaigns, PRESS, "/publicity", "POST", ARTICLE | {"medium": "rumour"}) == 422
    assert await status(campaigns, STRANGER, "/publicity", "POST", ARTICLE) == 403


@pytest.mark.requirement("S001-23")
async def test_a_violation_goes_from_the_press_to_the_inspectors_and_is_answered(campaigns: Served) -> None:
    key = await tell(campaigns, PRESS, "/violations", REPORT)
    early = await campaigns.ask(INSPECTOR, "POST", f"/violations/{key}/answer", {"violated": True, "answer": "…"})
    assert early.json()["type"].endswith("violation-not-handed-over")
    assert await status(campaigns, PRESS, f"/violations/{key}/handed-over", "POST", {"to": "inspection"}) == 403
    await tell(campaigns, DEPARTMENT, f"/violations/{key}/handed-over", {"to": "inspection"})
    await tell(campaigns, INSPECTOR, f"/violations/{key}/answer", {"violated": True, "answer": "Đã hủy kết quả"})
    shown = await seen(campaigns, PRESS, f"/violations/{key}", "answered")
    assert (shown["office"], shown["violated"], shown["answer"]) == ("inspection", True, "Đã hủy kết quả")
    assert str(PRESS) not in str(shown)


@pytest.mark.requirement("S001-23")
async def test_the_unit_in_which_it_was_found_does_not_see_that_it_was_reported(campaigns: Served) -> None:
    """The canary: whoever holds a role in the unit alone is answered as if there were nothing."""
    key = await tell(campaigns, PRESS, "/violations", REPORT)
    await seen(campaigns, AUDITOR, f"/violations/{key}", "reported")
    for person in (OFFICER, HEAD, STRANGER):
        assert await status(campaigns, person, f"/violations/{key}") == 404
        assert await status(campaigns, person, f"/violations?unit_id={OWN}") == 403
        assert await status(campaigns, person, f"/violations/{key}/answer", "POST", {"violated": False}) == 404
        assert await status(campaigns, person, "/violations", "POST", REPORT) == 403
    assert await status(campaigns, PRESS, "/violations", "POST", REPORT | {"what": ""}) == 422
    assert await status(campaigns, PRESS, "/violations", "POST", REPORT | {"unit_id": str(uuid4())}) in {403, 404, 409}
