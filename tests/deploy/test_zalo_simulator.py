"""The Zalo simulator over real sockets: as strict with messages as Zalo, and its oracle shows every duplicate."""

import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.zalo_client import GRANTED, NOON, PHONE, Zalo, running


@pytest.fixture
async def zalo(tmp_path: Path) -> AsyncIterator[Zalo]:
    async with running(tmp_path) as it:
        yield it


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Zalo]:
    """A simulator for tests that leave nothing behind."""
    async with running(tmp_path_factory.mktemp("zalo")) as it:
        yield it


async def test_an_accepted_message_is_answered_in_strings_and_kept(zalo: Zalo) -> None:
    answer = await zalo.send(phone=f"+{PHONE}", sending_mode="1")
    assert (answer["error"], answer["message"]) == (0, "Success")
    data = answer["data"]
    assert data["sent_time"] == str(int(NOON * 1000))
    assert data["sending_mode"] == "1"
    assert data["quota"] == {"dailyQuota": "20000", "remainingQuota": "19999"}
    (kept,) = await zalo.get("/_sim/messages.json", phone=PHONE)
    assert kept["msg_id"] == data["msg_id"]
    assert kept["template_data"] == GRANTED
    assert kept["phone"] == PHONE
    assert await zalo.get("/_sim/messages.json", phone="84900000000") == []


async def test_it_does_not_deduplicate_so_that_the_count_shows_a_message_sent_twice(zalo: Zalo) -> None:
    first, second = await zalo.send(), await zalo.send()
    await zalo.send(tracking_id="n-2")
    assert first["data"]["msg_id"] != second["data"]["msg_id"]
    assert await zalo.get("/_sim/count.json") == {"messages": 3, "by_tracking_id_max": 2}
    assert (await zalo.web.delete("/_sim/messages")).status_code == 204
    assert await zalo.get("/_sim/count.json") == {"messages": 0, "by_tracking_id_max": 0}
    await zalo.send()
    assert [kept["seq"] for kept in await zalo.get("/_sim/messages.json", after=3)] == [4]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"token": "stolen", "phone": "0"}, -124),
        ({"tracking_id": None, "phone": "0"}, -132),
        ({"tracking_id": "n" * 49}, -132),
        ({"tracking_id": "n 1"}, -132),
        ({"mode": "production"}, -132),
        ({"sending_mode": 1}, -132),
        ({"sending_mode": "3"}, -161),
        ({"phone": "0987654321", "template_id": "9"}, -108),
        ({"phone": "84287654321"}, -108),
        ({"phone": 84987654321}, -108),
        ({"phone": "84987654321\n"}, -108),
        ({"template_id": "9", "template_data": {}}, -109),
        ({"template_id": 410004}, -109),
        ({"template_data": {}}, -111),
        ({"template_data": None}, -111),
        ({"template_data": {**GRANTED, "unit": ""}}, -1122),
        ({"template_data": {**GRANTED, "recipient_name": "Ơ" * 31}}, -1121),
        ({"template_data": {**GRANTED, "decision_number": 1234}}, -1124),
        ({"mode": "development"}, -127),
    ],
)
async def test_what_is_wrong_is_refused_by_the_first_rule_it_breaks(
    shared: Zalo, changes: dict[str, Any], error: int
) -> None:
    answer = await shared.send(**changes)
    assert answer["error"] == error
    assert answer["data"] is None
    assert answer["message"] not in ("", "Unknown error")
    assert (await shared.get("/_sim/count.json"))["messages"] == 0


@pytest.mark.parametrize(("body", "error"), [(b"", -121), (b"{", -122), (b"[]", -122), (b'"\xff"', -122)])
async def test_a_body_that_is_no_json_object_is_refused(shared: Zalo, body: bytes, error: int) -> None:
    headers = {"access_token": shared.credentials["access_token"]}
    assert (await shared.web.post("/message/template", content=body, headers=headers)).json()["error"] == error


async def test_lengths_count_code_points_as_received_so_decomposed_letters_can_be_too_many(zalo: Zalo) -> None:
    name = "Nguyễn Thị Hoàng Ánh Nguyệt Hà"
    assert len(name) == 30
    assert (await zalo.send(template_data={**GRANTED, "recipient_name": name}))["error"] == 0
    decomposed = unicodedata.normalize("NFD", name)
    assert (await zalo.send(template_data={**GRANTED, "recipient_name": decomposed}))["error"] == -1121


@pytest.mark.parametrize(
    ("day", "error"),
    [("31/12/2024", 0), ("08:30 31/12/2024", 0), ("12/2024", 0), ("2024-12-31", -1124), ("31/12/24", -1124)],
)
async def test_a_date_has_one_of_zalos_forms(zalo: Zalo, day: str, error: int) -> None:
    data = {"recipient_name": "Lò Thị Mẫu", "campaign": "Đợt thi đua", "document_number": "4225", "period": "2024"}
    assert (await zalo.send(template_id="410001", template_data=data))["error"] == 0
    assert (await zalo.send(template_id="410001", template_data={**data, "register_before": day}))["error"] == error


@pytest.mark.parametrize("error", [-118, -119, -114, -139, -141])
async def test_a_phone_answers_the_error_it_was_told_to(zalo: Zalo, error: int) -> None:
    await zalo.order(f"phones/{PHONE}", {"error": error})
    assert (await zalo.send())["error"] == error
    assert (await zalo.send(phone="84912345678"))["error"] == 0
    assert (await zalo.send(template_id="9"))["error"] == -109
    await zalo.order(f"phones/{PHONE}", {})
    assert (await zalo.send())["error"] == 0


async def test_the_status_tells_delivered_on_its_way_and_unknown(zalo: Zalo) -> None:
    there = (await zalo.send())["data"]["msg_id"]
    await zalo.order(f"phones/{PHONE}", {"deliver": False})
    underway = (await zalo.send())["data"]["msg_id"]
    delivered = (await zalo.get("/message/status", message_id=there))["data"]
    assert delivered == {"status": 1, "delivery_time": str(int(NOON * 1000)), "message": ""}
    assert (await zalo.get("/message/status", message_id=underway))["data"]["status"] == 0
    assert (await zalo.get("/message/status", message_id="x"))["data"]["status"] == -1
    assert (await zalo.get("/message/status"))["error"] == -107
    assert (await zalo.web.get("/message/status", params={"message_id": there})).json()["error"] == -124


async def test_development_mode_reaches_administrators_only(zalo: Zalo) -> None:
    await zalo.order(f"phones/{PHONE}", {"admin": True})
    assert (await zalo.send(mode="development"))["error"] == 0
    assert (await zalo.send(mode="development", phone="84912345678"))["error"] == -127


async def test_templates_can_be_added_and_only_enabled_ones_are_sent(zalo: Zalo) -> None:
    template = {"id": "7", "name": "reminder", "params": [{"name": "unit", "type": "label", "maxLength": 5}]}
    await zalo.order("templates", {**template, "status": "PENDING_REVIEW"})
    assert (await zalo.send(template_id="7", template_data={"unit": "Hà"}))["error"] == -131
    await zalo.order("templates", template)
    assert (await zalo.send(template_id="7", template_data={"unit": "Hà"}))["error"] == 0
    assert (await zalo.send(template_id="7", template_data={"unit": "Hà Nội"}))["error"] == -1121
    await zalo.order("templates", {**template, "error": -117})
    assert (await zalo.send(template_id="7", template_data={"unit": "Hà"}))["error"] == -117
    too_long = {**template, "params": [{"name": "unit", "type": "label", "maxLength": 31}]}
    assert (await zalo.web.post("/_sim/templates", json=too_long)).status_code == 422
    listed = await zalo.get("/_sim/templates")
    assert {*(f"41000{number}" for number in range(1, 8)), "7"} == {template["id"] for template in listed}


async def test_a_template_that_is_not_for_the_night_waits_until_six(zalo: Zalo) -> None:
    await zalo.order("templates", {"id": "7", "name": "quiet", "params": [], "night": False})
    for hour, error in ((21, 0), (22, -133), (29, -133), (30, 0)):  # hours since midnight
        zalo.clock.now = NOON + (hour - 12) * 3600
        assert (await zalo.send(template_id="7", template_data={}))["error"] == error


@pytest.mark.parametrize("error", [-105, -135, -137])
async def test_the_account_fails_as_ordered_before_anything_is_looked_at(zalo: Zalo, error: int) -> None:
    await zalo.order("account", {"error": error})
    assert (await zalo.send(phone="0"))["error"] == error
    await zalo.web.delete("/_sim/faults")
    assert (await zalo.send())["error"] == 0


async def test_the_page_shows_each_message_as_its_receiver_reads_it(zalo: Zalo) -> None:
    assert "Chưa có tin nhắn nào" in (await zalo.web.get("/")).text
    await zalo.send(template_data={**GRANTED, "unit": "<script>alert(1)</script>"})
    page = await zalo.web.get("/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; được tặng Bằng khen của Tổng Giám đốc" in page.text
    assert "<script>" not in page.text
    assert "<dt>Phong trào</dt><dd>Đợt thi đua đặc biệt</dd>" in page.text
    assert f"+{PHONE}" in page.text
    assert "24/11/2025 12:00:00" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
