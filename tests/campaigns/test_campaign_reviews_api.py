"""The movement of 2016-2020 over the running service, in August 2020: launched late, reviewed as its pack says."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml

from chassis.facts.core_yaml import CoreLoader
from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.campaign import campaign_id
from tests.campaigns.test_pack_reviews import TEXT
from tests.served import Served, served

ROOT, NORTH, SOUTH, OFFICE, DISTRICT = (uuid4() for _ in range(5))
DIRECTOR, DEPARTMENT, OFFICER, HEAD, STRANGER = (uuid4() for _ in range(5))
UNITS = (
    (ROOT, UnitKind.NATIONAL, None), (NORTH, UnitKind.PROVINCIAL, ROOT), (SOUTH, UnitKind.PROVINCIAL, ROOT),
    (OFFICE, UnitKind.CENTRAL_DEPARTMENT, ROOT), (DISTRICT, UnitKind.DISTRICT, NORTH),
)  # fmt: skip
HELD = (
    (DIRECTOR, Role.DIRECTOR_GENERAL, ROOT), (DEPARTMENT, Role.EMULATION_DEPARTMENT, ROOT),
    (OFFICER, Role.OFFICER, NORTH), (HEAD, Role.UNIT_HEAD, NORTH), (STRANGER, Role.OFFICER, SOUTH),
)  # fmt: skip
CAMPAIGN = campaign_id("4575-2017")
PATH = f"/campaigns/{CAMPAIGN}"
CODE = {"code": "tong-ket-2016-2020"}
PAPER = {"number": "15/QĐ-BHXH", "issued_on": "2020-01-10"}


def pack() -> dict[str, Any]:
    """The committed pack as it is sent."""
    said = yaml.load(TEXT, Loader=CoreLoader)  # noqa: S506 - plain values only
    return dict(_plain(said))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service on the day of the letter, with two provinces, a department at the centre, a district."""
    folder = tmp_path_factory.mktemp("issuer")
    shift = datetime(2020, 8, 19, 3, tzinfo=UTC) - datetime.now(UTC)
    (folder / "clock").write_text(str(shift.total_seconds()))
    async with served(SERVICE, servers, folder, clock=folder / "clock") as service:
        established = [
            UnitEstablished(
                unit_id=key, code=f"U{number}", name=f"Đơn vị {number}", parent_id=above, kind=kind,
                established_on=date(1995, 2, 16),
            )
            for number, (key, kind, above) in enumerate(UNITS)
        ]  # fmt: skip
        granted = [RoleGranted(person_id=p, role=role, unit_id=unit, since=date(2016, 1, 1)) for p, role, unit in HELD]
        await service.feed(*established, *granted, on=date(2016, 1, 1))
        yield service


async def told(campaigns: Served, person: UUID, path: str, body: object, status: int = 201) -> dict[str, Any]:
    answer = await campaigns.ask(person, "POST", path, body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def read(campaigns: Served, person: UUID, path: str, at: dict[str, Any]) -> Any:
    join = "&" if "?" in path else "?"
    answer = await campaigns.ask(person, "GET", f"{path}{join}at_least={at['position']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.requirement("A1")
async def test_a_movement_whose_period_began_before_its_paper_is_launched_years_later(campaigns: Served) -> None:
    await told(campaigns, DIRECTOR, "/announcements", pack())
    at = await told(campaigns, DIRECTOR, f"{PATH}/launch", {"happened_on": "2017-10-20"})
    found = await read(campaigns, OFFICER, PATH, at)
    assert (found["status"], found["period"]["start"]) == ("launched", "2016-01-01")
    assert [each["on"] for each in found["life"]] == ["2020-08-19", "2017-10-20"]
    assert found["reviews"][0]["before"] == "2020-08-28"


@pytest.mark.requirement("S003-10", "M-2")
async def test_the_review_is_opened_as_the_pack_says_for_all_whom_its_letter_addresses(campaigns: Served) -> None:
    await told(campaigns, DIRECTOR, "/announcements", pack())
    at = await told(campaigns, DEPARTMENT, f"{PATH}/reviews", CODE)
    review = f"/reviews/{at['id']}"
    found = await read(campaigns, DEPARTMENT, review, at)
    assert (found["kind"], found["before"], found["campaign_id"]) == ("final", "2020-08-28", str(CAMPAIGN))
    assert set(found["units"]) == {str(NORTH), str(SOUTH), str(OFFICE)}  # a district reports to its province
    assert found["document"]["number"] == "2638/BHXH-TĐKT"
    assert [each["number"] for each in found["based_on"]] == ["2104/HD-BTĐKT", "4575/KH-BHXH"]
    assert [each["key"] for each in found["annexes"][0]["columns"]][:2] == ["cards", "card_money"]
    again = await told(campaigns, DEPARTMENT, f"{PATH}/reviews", CODE)
    assert again["id"] == at["id"]
    refused = await told(campaigns, DEPARTMENT, f"{PATH}/reviews", {"code": "so-ket"}, 409)
    assert refused["type"].endswith("review-not-planned")
    await told(campaigns, OFFICER, f"{PATH}/reviews", CODE, 403)
    await told(campaigns, DEPARTMENT, f"/campaigns/{uuid4()}/reviews", CODE, 404)


@pytest.mark.requirement("M-1", "M-2", "M-3", "S003-15")
async def test_the_papers_of_the_review_are_drafted_as_the_pack_has_them(campaigns: Served) -> None:
    await told(campaigns, DIRECTOR, "/announcements", pack())
    asked = {**CODE, "paper": "guidance", "unit_id": str(ROOT)}
    at = await told(campaigns, DEPARTMENT, f"{PATH}/review-papers", asked)
    said = (await read(campaigns, DEPARTMENT, f"/documents/{at['id']}", at))["content"]
    assert (said["kind"], said["symbol"], said["archive_copies"]) == ("official_letter", "BHXH-TĐKT", 3)
    assert [each["unit_kinds"] for each in said["addressees"]] == [
        ["provincial"],
        ["central_department", "public_service_unit"],
    ]
    assert [each["document"]["number"] for each in said["based_on"]] == ["2104/HD-BTĐKT", "4575/KH-BHXH"]
    at = await told(campaigns, OFFICER, f"{PATH}/review-papers", {**asked, "paper": "form", "unit_id": str(NORTH)})
    said = (await read(campaigns, OFFICER, f"/documents/{at['id']}", at))["content"]
    assert (said["kind"], said["symbol"], said["archive"]) == ("report", "BC-BHXH", "VT")
    await told(campaigns, STRANGER, f"{PATH}/review-papers", {**asked, "unit_id": str(NORTH)}, 403)


@pytest.mark.requirement("A7", "S003-3")
async def test_closed_years_are_rated_and_the_open_one_is_not_rated_yet(campaigns: Served) -> None:
    rated = [{"unit_id": str(NORTH), "rating": "excellent"}, {"unit_id": str(SOUTH), "rating": "good"}]
    for year in range(2016, 2020):
        at = await told(campaigns, DEPARTMENT, "/ratings", {"year": year, "document": PAPER, "ratings": rated})
    path = f"/ratings?unit_id={NORTH}&first_year=2016&last_year=2020"
    found = await read(campaigns, OFFICER, path, at)
    assert [each["excellent"] for each in found] == [True, True, True, True, None]
    assert (found[-1]["state"], found[-1]["vi"], found[-1]["rating"]) == ("open", "chưa xếp loại", None)
    this_year = {"year": 2020, "document": PAPER, "ratings": rated}
    refused = await told(campaigns, DEPARTMENT, "/ratings", this_year, 409)
    assert refused["type"].endswith("rating-of-an-open-year")
    await told(campaigns, HEAD, "/ratings", {"year": 2019, "document": PAPER, "ratings": rated}, 403)
    correction = {
        "unit_id": str(NORTH), "year": 2018, "rating": "good", "document": PAPER, "reason": "Kết luận kiểm tra",
    }  # fmt: skip
    at = await told(campaigns, DEPARTMENT, "/ratings/corrections", correction)
    corrected = (await read(campaigns, OFFICER, path, at))[2]
    assert (corrected["excellent"], corrected["rating"]["previous"], corrected["rating"]["corrected"]) == (
        *(False, "excellent"),
        1,
    )
    assert (await campaigns.ask(STRANGER, "GET", path)).status_code == 403


@pytest.mark.requirement("A6")
async def test_a_confirmation_of_the_local_committee_waits_for_a_person(campaigns: Served) -> None:
    await told(campaigns, DIRECTOR, "/announcements", pack())
    entry = {
        "unit_id": str(NORTH), "campaign_id": str(CAMPAIGN), "criterion": "local_poverty_plan_completion",
        "year": 2019, "committee": "Ban Chỉ đạo giảm nghèo tỉnh", "what": "Hoàn thành kế hoạch giảm nghèo",
        "document": {"number": "12/XN-BCĐ", "issued_on": "2020-02-03"}, "evidence": "a" * 64,
    }  # fmt: skip
    at = await told(campaigns, OFFICER, "/confirmations", entry)
    path = f"/confirmations/{at['id']}"
    assert (await read(campaigns, HEAD, path, at))["state"] == "waiting"
    judged = {"finding": "sufficient", "reason": "Đủ căn cứ"}
    await told(campaigns, HEAD, f"{path}/judgement", judged, 403)
    at = await told(campaigns, DEPARTMENT, f"{path}/judgement", judged)
    assert (await read(campaigns, OFFICER, path, at))["state"] == "sufficient"
    waiting = await read(campaigns, DEPARTMENT, f"/confirmations?campaign_id={CAMPAIGN}&state=waiting", at)
    assert waiting["items"] == []
    at = await told(campaigns, OFFICER, f"{path}/withdrawal", {"reason": "Nhập nhầm năm"})
    found = await read(campaigns, OFFICER, path, at)
    assert (found["state"], found["reason"]) == ("withdrawn", "Nhập nhầm năm")
    assert (await campaigns.ask(STRANGER, "GET", path)).status_code == 404
