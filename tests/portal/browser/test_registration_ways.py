"""The ways back of a registration, walked by those who walk them: returned, corrected, adjusted."""

import re
from typing import Any

import pytest
import yaml
from playwright.async_api import Page, expect

from tests.portal.browser.conftest import (
    DEPARTMENT,
    GOALS,
    HEAD,
    LEADER,
    OFFICER,
    PACK,
    Desk,
    better,
    cells,
    follow,
    press,
)

pytestmark = pytest.mark.server
FIRST = next(name for name, goal in GOALS.items() if goal["direction"] == "at_least")


async def sent(desk: Desk, code: str, **terms: Any) -> tuple[Page, Page, str]:
    """A registration that was filled in and sent: its officer, its head, its address; `terms`, of another drive."""
    await desk.launch(code, **terms)
    goals = {f"t-{goal['indicator']}-{goal['year']}": goal for goal in terms.get("goals", PACK["goals"])}
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    for name in await cells(officer).evaluate_all("inputs => inputs.map(input => input.id)"):
        await officer.fill(f"#{name}", better(goals[name]))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    address = officer.url.partition("?")[0]
    head = await desk.open(HEAD)
    await send(head, address)
    return officer, head, address


async def send(head: Page, address: str) -> None:
    await head.goto(f"{address}/submit")
    await press(head, "Gửi bản đăng ký")
    await head.wait_for_url("**done=submit**")


async def confirm(department: Page, address: str) -> None:
    await department.goto(f"{address}/confirm")
    await press(department, "Xác nhận bản đăng ký")
    await department.wait_for_url("**done=confirm**")


async def reopen(head: Page, address: str, change: str, reason: str) -> None:
    await head.goto(address)
    await follow(head, "Mở lại bản đăng ký")
    await head.select_option("#change", change)
    await head.fill("#reason", reason)
    await press(head, "Mở lại bản đăng ký")
    await head.wait_for_url("**done=reopen**")


def figure(by: float) -> str:
    """A figure for the first target: so much beyond its goal."""
    return f"{float(GOALS[FIRST]['value']) + by:.2f}".replace(".", ",")


async def test_a_registration_is_returned_with_reasons_and_mended(desk: Desk) -> None:
    officer, head, address = await sent(desk, "tra-lai")
    department = await desk.open(DEPARTMENT)
    await desk.task(department, "confirm")
    await follow(department, "Trả lại bản đăng ký")
    await desk.look(department, "registration-return")
    await department.fill(f"[name=x-{FIRST.removeprefix('t-')}]", "Nhập nhầm dấu phẩy")
    await press(department, "Trả lại bản đăng ký")
    await department.wait_for_url("**done=return**")

    await desk.task(officer, "register")
    await expect(officer.locator("main")).to_contain_text("Nhập nhầm dấu phẩy")
    await desk.look(officer, "registration-returned")
    await officer.fill(f"#{FIRST}", figure(0.5))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await send(head, address)
    await confirm(department, address)
    await expect(department.locator("main")).to_contain_text("Đã xác nhận")


async def test_a_wrong_entry_is_corrected_after_confirmation(desk: Desk) -> None:
    officer, head, address = await sent(desk, "dinh-chinh")
    department = await desk.open(DEPARTMENT)
    await confirm(department, address)
    await reopen(head, address, "correction", "Nhập nhầm dấu phẩy")
    await desk.task(officer, "register")
    await officer.fill(f"#{FIRST}", figure(0.75))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await send(head, address)
    await confirm(department, address)
    await officer.goto(address)
    await expect(officer.locator("main")).to_contain_text("Phiên bản 2")
    await expect(officer.locator("main ins")).to_have_text(re.sub(r",?0+$", "", figure(0.75)))
    await desk.look(officer, "registration-corrected")


async def test_a_target_is_adjusted_and_not_lowered_silently(desk: Desk) -> None:
    officer, head, address = await sent(desk, "dieu-chinh")
    department = await desk.open(DEPARTMENT)
    await confirm(department, address)
    await reopen(head, address, "adjustment", "Địa bàn bị bão")
    await desk.task(officer, "register")
    await officer.fill(f"#{FIRST}", figure(0.1))
    await press(officer, "Lưu")
    await expect(officer.locator(f"#{FIRST}-error")).to_contain_text("nêu lý do hạ chỉ tiêu")
    await officer.fill("#reason", "Dân chuyển đi sau bão")
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await send(head, address)
    await confirm(department, address)
    await expect(department.locator("main")).to_contain_text(re.compile("Hạ chỉ tiêu|Hạ trong quý cuối năm"))
    await desk.look(department, "registration-adjusted")


async def test_a_goal_that_was_raised_after_confirmation_is_said_on_the_page_and_met_by_an_adjustment(
    desk: Desk,
) -> None:
    officer, head, address = await sent(desk, "sua-muc-tieu")
    department = await desk.open(DEPARTMENT)
    await confirm(department, address)
    leader = await desk.open(LEADER)
    await leader.goto(f"{desk.url}/campaigns")
    await leader.locator("main tbody tr", has_text="sua-muc-tieu").locator("a").first.click()
    await follow(leader, "Sửa đổi phong trào")
    raised = yaml.safe_load(await leader.input_value("#pack"))
    for goal in raised["goals"]:
        if f"t-{goal['indicator']}-{goal['year']}" == FIRST:
            goal["value"] = f"{float(goal['value']) + 1:.2f}"
    await leader.fill("#pack", yaml.safe_dump(raised, allow_unicode=True))
    await leader.fill("#number", "77/BHXH")
    await leader.fill("#issued_on", "01/11/2026")
    await press(leader, "Sửa đổi phong trào")
    await leader.wait_for_url("**done=amendments**")

    await desk.task(head, "adjust")
    main = head.locator("main")
    await expect(main).to_contain_text("Điều khoản đã đổi sau khi xác nhận")
    await expect(main).to_contain_text("Theo văn bản 77/BHXH ngày 01/11/2026: mục tiêu.")
    await expect(main).to_contain_text(f"Chưa đạt mục tiêu mới: {GOALS[FIRST]['name']}, {GOALS[FIRST]['year']}")
    await desk.look(head, "registration-terms-changed")
    await reopen(head, address, "adjustment", "Mục tiêu mới")
    await desk.task(officer, "register")
    await expect(officer.locator("main")).to_contain_text("Điều khoản đã đổi sau khi xác nhận")
    await officer.fill(f"#{FIRST}", figure(1.5))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await send(head, address)
    await confirm(department, address)
    await officer.goto(address)
    await expect(officer.locator("main")).not_to_contain_text("Điều khoản đã đổi sau khi xác nhận")
