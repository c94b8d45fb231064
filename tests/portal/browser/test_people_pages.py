"""Where a person works, as those who keep records see and change it, and every change taken back once."""

from uuid import UUID, uuid5

import httpx
import pytest
from playwright.async_api import Page, expect

from cli.cast import CAST
from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, HEAD, Desk, follow, press

pytestmark = pytest.mark.server

SPACE = UUID("6b1f4c0e-3a2d-4c5b-8e7f-d00000000002")


async def somebody(platform: RunInfo, name: str) -> str:
    """A person whom only a name tells; the address of the page."""
    [keeper] = [each.id for each in CAST if each.name == DEPARTMENT]
    async with httpx.AsyncClient(base_url=platform.services["registry"].url, timeout=30) as registry:
        token = await registry.post(f"{platform.issuer.url}/token", json={"sub": str(keeper)})
        registry.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        path = f"/people/{uuid5(SPACE, name)}"
        (await registry.post(f"/api/v1{path}/enrol")).raise_for_status()
        (await registry.put(f"/api/v1{path}/details", json={"full_name": name})).raise_for_status()
    return path


async def step(page: Page, name: str, **fields: str) -> None:
    """Take a step by its page, as a person does."""
    await follow(page, name)
    for field, text in fields.items():
        if field in {"category", "reason", "kind", "assigned_on", "post"}:
            await page.select_option(f"#{field}", text)
        else:
            await page.fill(f"#{field}", text)
    await press(page, name)


@pytest.mark.requirement("B3")
async def test_a_person_is_assigned_seconded_leaves_and_comes_back(desk: Desk, platform: RunInfo) -> None:
    path = await somebody(platform, "Tạ Thị Công Tác")
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}{path}")
    await expect(page.locator("main")).to_contain_text("Chưa ghi nơi công tác")
    told = page.locator(".timeline")
    await step(page, "Phân công, điều động", unit_id="KHONGCO", category="civil_servant", since="01/02/2024")
    await expect(page.get_by_role("alert")).to_contain_text("Không có đơn vị mang mã này")
    await desk.look(page, "person-assign-refused")
    await page.fill("#unit_id", "P31")
    await press(page, "Phân công, điều động")
    await page.wait_for_url("**done=assign**")
    await expect(told).to_contain_text("Công tác tại Bảo hiểm xã hội thành phố Hải Phòng (Công chức).")
    wrong = {"unit_id": "P31", "category": "public_employee", "since": "01/03/2024"}
    await step(page, "Sửa lần phân công nhập sai", assigned_on="2024-02-01", **wrong)
    await page.wait_for_url("**done=correct**")
    await expect(told).to_contain_text("từ ngày 01/03/2024 (Viên chức)")
    beside = {"kind": "seconded", "unit_id": "P30", "since": "01/06/2024", "until": "31/12/2099"}
    await step(page, "Ghi kiêm nhiệm, biệt phái", **beside)
    await page.wait_for_url("**done=post**")
    await expect(told).to_contain_text("Biệt phái đến Bảo hiểm xã hội tỉnh Hải Dương, đến hết ngày 31/12/2099.")
    await step(page, "Ghi kiêm nhiệm, biệt phái", kind="second", unit_id="P31", since="01/06/2024")
    await expect(page.get_by_role("alert")).to_contain_text("nơi công tác chính")
    await page.goto(f"{desk.url}{path}")
    await desk.look(page, "person-work")
    await step(page, "Kết thúc kiêm nhiệm, biệt phái", on="01/09/2024")
    await page.wait_for_url("**done=end-post**")
    await expect(told).to_contain_text("Hết biệt phái tại Bảo hiểm xã hội tỉnh Hải Dương.")
    for reason, said in (("died", "Từ trần"), ("moved", "Chuyển công tác"), ("resigned", "Thôi việc")):
        await step(page, "Ghi nghỉ hưu, từ trần, chuyển đi, thôi việc", reason=reason, on="01/11/2024")
        await page.wait_for_url("**done=leave**")
        await expect(page.locator(".note", has_text="từ ngày 01/11/2024")).to_contain_text(said)
        await step(page, "Hủy lần ghi nghỉ nhập nhầm")
        await page.wait_for_url("**done=cancel-leaving**")
    await follow(page, "Ghi nghỉ hưu, từ trần, chuyển đi, thôi việc")
    await desk.look(page, "person-leave")
    await page.select_option("#reason", "retired")
    await page.fill("#on", "01/11/2024")
    await press(page, "Ghi nghỉ hưu, từ trần, chuyển đi, thôi việc")
    await page.wait_for_url("**done=leave**")
    await desk.look(page, "person-left")
    back = {"unit_id": "P30", "category": "contract_worker", "since": "02/11/2024"}
    await step(page, "Ghi trở lại làm việc", **back)
    await page.wait_for_url("**done=return**")
    await expect(told).to_contain_text("Trở lại làm việc trong ngành")
    head = await desk.open(HEAD)
    answer = await head.goto(f"{desk.url}{path}")
    assert answer is not None
    assert answer.status == 403


@pytest.mark.requirement("B3")
async def test_two_records_of_one_human_are_joined_and_parted_again(desk: Desk, platform: RunInfo) -> None:
    twice, path = await somebody(platform, "Mạc Văn Trùng Lặp"), await somebody(platform, "Mạc Văn Trùng Lập")
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}{path}")
    await follow(page, "Gộp vào hồ sơ khác của cùng người")
    await page.fill("#q", "khong co ai")
    await press(page, "Tìm")
    await expect(page.locator("main")).to_contain_text("Không tìm thấy hồ sơ nào khác")
    await page.fill("#q", "mac van trung")
    await press(page, "Tìm")
    await press(page, "Gộp vào hồ sơ khác của cùng người")
    await expect(page.get_by_role("alert")).to_contain_text("Hãy chọn một mục")
    await page.get_by_role("radio", name="Mạc Văn Trùng Lặp").check()
    await desk.look(page, "person-join")
    await press(page, "Gộp vào hồ sơ khác của cùng người")
    await page.wait_for_url("**done=join**")
    note = page.locator(".note", has_text="hồ sơ được tính")
    await expect(note.get_by_role("link", name="Mạc Văn Trùng Lặp")).to_have_attribute("href", twice)
    await expect(page.get_by_role("link", name="Phân công, điều động")).to_have_count(0)
    await desk.look(page, "person-joined")
    await step(page, "Tách hồ sơ đã gộp")
    await page.wait_for_url("**done=part**")
    await expect(page.locator(".timeline")).to_contain_text("được tách khỏi hồ sơ đã gộp")
    await expect(page.get_by_role("link", name="Phân công, điều động")).to_have_count(1)
