"""A role that takes two, as administrators see it: proposed by one, confirmed by the other, and never by oneself."""

import time

import pytest
from playwright.async_api import Page, expect

from tests.portal.browser.conftest import DEPARTMENT, LEADER, Desk, follow, press

pytestmark = pytest.mark.server

SECOND, AUDITOR, WHO = "Phan Thị Thí Dụ", "Bùi Văn Quan Sát", "Lý Thị Loan Báo"


async def propose(desk: Desk, page: Page, role: str, since: str = "") -> None:
    """Ask for a role at the root."""
    await page.goto(f"{desk.url}/people")
    await follow(page, WHO)
    await page.select_option("#role", role)
    await page.select_option("#unit", label="VSS Bảo hiểm xã hội Việt Nam")
    if since:
        await page.locator("main details summary").click()
        await page.fill("#since", since)
        await page.select_option("#reason", "decision_came_late")
        await page.fill("#document", "12/QĐ-BHXH")
    await press(page, "Cấp vai trò")


async def waiting(desk: Desk, page: Page) -> None:
    """Come to the proposals by the inbox, as soon as it tells of them."""
    deadline = time.monotonic() + 30
    link = page.locator("main .note a[href='/people/proposals']")
    while not await link.count():
        assert time.monotonic() < deadline, "the inbox tells of no proposal"
        await page.wait_for_timeout(200)
        await page.goto(f"{desk.url}/")
    await desk.look(page, "inbox-second-person")
    await link.click()


async def test_a_role_that_takes_two_is_proposed_and_confirmed(desk: Desk) -> None:
    one = await desk.open(DEPARTMENT)
    await propose(desk, one, "director_general")
    await expect(one.locator(".note")).to_contain_text("người quản trị thứ hai xác nhận")
    await desk.look(one, "person-proposed")
    await one.goto(f"{desk.url}/people/proposals")
    row = one.get_by_role("row", name=WHO).first
    await expect(row.get_by_role("button")).to_have_text(["Rút đề nghị"])
    await desk.look(one, "proposals-own")

    other = await desk.open(SECOND)
    await waiting(desk, other)
    row = other.get_by_role("row", name=WHO).first
    await expect(row.get_by_role("button")).to_have_text(["Xác nhận vai trò", "Từ chối"])
    await desk.look(other, "proposals-waiting")
    await row.get_by_role("button", name="Xác nhận vai trò").click()
    await expect(other.locator(".note")).to_contain_text("Đã xác nhận")
    await desk.look(other, "proposals-settled")

    await propose(desk, one, "officer")  # needs nobody else, and does not go with the other
    await expect(one.locator(".note")).to_contain_text("Đã cấp vai trò")
    auditor = await desk.open(AUDITOR)
    await auditor.goto(f"{desk.url}/people/conflicts")
    await expect(auditor.get_by_role("row", name=WHO)).to_contain_text("Người soạn hồ sơ không quyết định")
    await desk.look(auditor, "conflicts")
    await auditor.goto(f"{desk.url}/people/proposals")
    assert await auditor.locator("main td.act button").count() == 0
    leader = await desk.open(LEADER)
    answer = await leader.goto(f"{desk.url}/people/proposals")
    assert answer is not None
    assert answer.status == 403


async def test_a_day_before_today_takes_a_reason_and_somebody_may_decline(desk: Desk) -> None:
    one = await desk.open(DEPARTMENT)
    await one.goto(f"{desk.url}/people")
    await follow(one, WHO)
    await one.fill("#since", "01/11/2024")
    await press(one, "Cấp vai trò")
    await expect(one.locator(".errors")).to_contain_text("hãy nêu lý do và số văn bản")
    await desk.look(one, "person-backdated")
    await propose(desk, one, "auditor", "01/11/2024")
    await expect(one.locator(".note")).to_contain_text("Đã gửi đề nghị")
    other = await desk.open(SECOND)
    await waiting(desk, other)
    row = other.get_by_role("row", name=WHO).first
    await expect(row).to_contain_text("12/QĐ-BHXH")
    await row.get_by_role("button", name="Từ chối").click()
    await expect(other.locator(".note")).to_contain_text("Đã từ chối")


async def test_who_would_grant_oneself_a_role_is_told_to_ask_another(desk: Desk) -> None:
    one = await desk.open(DEPARTMENT)
    await one.goto(f"{desk.url}/people")
    await follow(one, DEPARTMENT)
    await one.select_option("#role", "auditor")
    await press(one, "Cấp vai trò")
    await expect(one.locator(".errors")).to_contain_text("Không ai tự cấp hoặc tự thu hồi vai trò của chính mình")
