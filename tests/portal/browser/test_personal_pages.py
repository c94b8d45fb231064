"""Persons register: an officer enters a whole unit, the head gives one back and confirms the others, it is mended."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID, uuid5

import httpx
import pytest
from playwright.async_api import Page, expect

from cli.cast import CAST
from deploy.local.run_info import RunInfo
from services.registry.domain.unit import unit_id
from tests.portal.browser.conftest import DEPARTMENT, HEAD, LEADER, OFFICER, PACK, Desk, follow, press

pytestmark = pytest.mark.server

UNIT, SPACE = unit_id("P31"), UUID("6b1f4c0e-3a2d-4c5b-8e7f-d00000000001")
NAMES = ("Ông Văn Một", "Ông Văn Hai", "Ông Văn Ba")
CODE = "ca-nhan-dang-ky"


async def the_office(platform: RunInfo) -> None:
    """Three people without a login, and the head, work in the province."""
    [keeper] = [each.id for each in CAST if each.name == DEPARTMENT]
    [head] = [each.id for each in CAST if each.name == HEAD]
    work = {"unit_id": str(UNIT), "category": "civil_servant", "works_directly": True, "since": "2024-01-01"}
    async with httpx.AsyncClient(base_url=platform.services["registry"].url, timeout=30) as registry:
        token = await registry.post(f"{platform.issuer.url}/token", json={"sub": str(keeper)})
        registry.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        for person, name in (*((uuid5(SPACE, each), each) for each in NAMES), (head, "")):
            path = f"/api/v1/people/{person}"
            if name:
                (await registry.post(f"{path}/enrol")).raise_for_status()
                (await registry.put(f"{path}/details", json={"full_name": name})).raise_for_status()
            (await registry.post(f"{path}/assignments", json=work)).raise_for_status()


async def launch(desk: Desk) -> None:
    """A drive that goes on, which asks persons, too."""
    desk.code = CODE
    period = {"start": "2024-11-10", "end": f"{datetime.now(UTC).year + 1}-12-31"}
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns/launch")
    await page.fill("#pack", json.dumps({**PACK, "code": CODE, "period": period}, default=str))
    await press(page, "Xem lại")
    await press(page, "Phát động phong trào")
    await page.wait_for_url("**done=launched**")


def row(name: str) -> str:
    return f"main tbody tr:has-text('{name}')"


async def registers_oneself(desk: Desk, head: Page) -> None:
    """The head, who has a login, registers too, and takes it back."""
    await head.goto(f"{desk.url}/people/me")
    await follow(head, "Đăng ký của tôi")
    value = await head.locator("#campaign_id option", has_text=CODE).get_attribute("value")
    await head.select_option("#campaign_id", value)
    await head.fill("#target", "Đơn vị hoàn thành mọi chỉ tiêu")
    await head.fill("#solution", "Giao ban hằng tuần")
    await press(head, "Đăng ký")
    await head.wait_for_url("**done=registered**")
    await expect(head.locator("main")).to_contain_text("Chờ xác nhận")
    await desk.look(head, "personal-mine")
    await press(head, "Rút đăng ký")
    await head.wait_for_url("**done=withdrawn**")
    await expect(head.locator("main")).to_contain_text("Đã rút")


async def test_persons_of_a_unit_register_and_their_head_confirms(desk: Desk, platform: RunInfo) -> None:
    await the_office(platform)
    await launch(desk)
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    await desk.task(officer, "register")
    await expect(officer.locator("main")).to_contain_text("người đã đăng ký")
    await follow(officer, "Xem danh sách")
    await officer.fill(f"{row(NAMES[0])} textarea >> nth=0", "100 % hồ sơ đúng hạn")
    await press(officer, "Ghi các dòng đã nhập")
    await expect(officer.locator("main [aria-invalid]")).to_have_count(1)  # a target without a solution
    await desk.look(officer, "personal-refused")
    await officer.fill(f"{row(NAMES[0])} textarea >> nth=1", "Rà soát mỗi tuần")
    await officer.locator("summary").click()
    await officer.fill("#block", f"{NAMES[1]}\tThu đạt 101 %\tĐối chiếu hằng ngày\nKhông Ai\ta\tb")
    await press(officer, "Đưa vào bảng")
    await expect(officer.locator("#block-error")).to_contain_text("Không Ai")
    await desk.look(officer, "personal-entering")
    await press(officer, "Ghi các dòng đã nhập")
    await officer.wait_for_url("**done=entered**")
    await expect(officer.locator("main .metered").first).to_contain_text(
        re.compile(r"2/[45] ")
    )  # who else works there by now
    await expect(officer.locator(row(NAMES[2]))).to_contain_text("Chưa đăng ký")

    await desk.task(head, "confirm_persons")
    await desk.look(head, "personal-confirming")
    await follow(head, NAMES[1])
    await head.fill("#return_personal-reason", "Nêu cách đo")
    await press(head, "Trả lại để sửa")
    await head.wait_for_url("**done=return_personal**")
    await desk.task(head, "confirm_persons")
    await head.locator(f"{row(NAMES[0])} input[type=checkbox]").check()
    await press(head, "Xác nhận các bản đã chọn")
    await head.wait_for_url("**done=confirmed**")
    await expect(head.locator(row(NAMES[0]))).to_contain_text("Đã xác nhận")

    await desk.task(officer, "mend_persons")
    await follow(officer, NAMES[1])
    await expect(officer.locator("main")).to_contain_text("Nêu cách đo")
    await officer.fill("#rewrite_personal-target", "Thu đạt 102 % theo báo cáo tháng")
    await press(officer, "Sửa đăng ký")
    await officer.wait_for_url("**done=rewrite_personal**")
    await expect(officer.locator("main ins").first).to_contain_text("102")
    await desk.look(officer, "personal-one")
    await registers_oneself(desk, head)
