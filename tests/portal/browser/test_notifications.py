"""Who was told of a launched campaign: looked up, followed step by step, beside what the message says."""

import time

import asyncpg
import pytest
from playwright.async_api import Page, expect

from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, DISTRICT, HEAD, OFFICER, Desk, follow, press

pytestmark = pytest.mark.server

LAUNCH = "Phát động phong trào thi đua"


async def told(page: Page, path: str, code: str) -> None:
    """Open a list until it shows, as sent, what people were told of a campaign."""
    rows = page.locator("tbody tr", has_text=code).filter(has_text="Đã gửi")
    deadline = time.monotonic() + 60
    await page.goto(path)
    while not await rows.count():
        assert time.monotonic() < deadline, f"nobody was told: {code}"
        await page.wait_for_timeout(300)
        await page.reload()


async def test_the_department_sees_who_was_told_how_and_in_which_words(desk: Desk) -> None:
    await desk.launch("ai-duoc-bao")
    department = await desk.open(DEPARTMENT)
    await department.get_by_role("link", name="Thông báo", exact=True).click()
    await desk.look(department, "notifications-mine")
    await follow(department, "Thông báo của mọi người")
    await told(department, department.url, "ai-duoc-bao")
    await desk.look(department, "notifications-all")
    rows = department.locator("main tbody tr", has_text=LAUNCH)
    await department.select_option("#campaign", label="ai-duoc-bao")
    await department.select_option("#rule", label=LAUNCH)
    await press(department, "Lọc")
    await expect(rows.filter(has_text=OFFICER)).to_have_count(1)
    await expect(rows.filter(has_text=HEAD)).to_have_count(1)
    everyone = await rows.count()
    await rows.filter(has_text=OFFICER).get_by_role("link", name=OFFICER).click()
    await department.wait_for_url("**person=**")
    await expect(department.locator("main")).to_contain_text(f"Chỉ thông báo của {OFFICER}")
    await expect(rows.filter(has_text=HEAD)).to_have_count(0)
    assert everyone > 1

    await rows.filter(has_text="ai-duoc-bao").get_by_role("link", name=LAUNCH).click()
    steps = department.locator(".steps li")
    await expect(steps.first).to_contain_text("Có việc cần báo: thử qua Zalo, rồi thư điện tử.")
    await expect(steps.filter(has_text="Người nhận chưa có số di động dùng được cho Zalo")).to_have_count(1)
    await expect(steps.filter(has_text="Bắt đầu gửi qua thư điện tử, lần 1.")).to_have_count(1)
    await expect(steps.last).to_contain_text("Xong: đã gửi qua thư điện tử.")
    await expect(department.locator("main section").first).to_contain_text("Hệ thống không biết thư đã tới")
    await expect(department.locator("main")).not_to_contain_text("@")
    await desk.look(department, "notification")
    await department.goto(f"{desk.url}/notifications/all?since=hôm-qua")
    await expect(department.locator("#errors")).to_be_focused()
    await desk.look(department, "notifications-refused")


async def test_what_could_not_be_sent_stands_out_with_what_to_do(desk: Desk, platform: RunInfo) -> None:
    await desk.launch("khong-gui-duoc")
    department = await desk.open(DEPARTMENT)
    await told(department, f"{desk.url}/notifications/all", "khong-gui-duoc")
    notify = await asyncpg.connect(platform.database("notify"))
    last = "(select position from notifications_v2.notifications order by position desc limit 1)"
    await notify.execute(
        f"update notifications_v2.notifications set state = 'exhausted', code = 'smtp-550' where position = {last}"  # noqa: S608
    )
    await notify.execute(
        "insert into dispatch.unreachable (channel, since, reason) values ('zalo', now(), 'zalo-token-refused')"
        " on conflict do nothing"
    )
    try:
        await department.goto(f"{desk.url}/notifications/all?status=exhausted")
        await expect(department.locator(".next")).to_contain_text("Zalo không gửi được từ")
        await expect(department.locator(".next")).to_contain_text("người quản trị tài khoản cấp khóa mới")
        row = department.locator("main .cards tbody tr")
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text("kiểm tra địa chỉ thư của người nhận")
        await desk.look(department, "notifications-trouble")
        await row.get_by_role("link", name=LAUNCH).click()
        await expect(department.locator(".next")).to_contain_text("Không gửi được qua kênh nào.")
        await desk.look(department, "notification-trouble")
    finally:
        await notify.execute("delete from dispatch.unreachable")
        await notify.close()


async def test_a_template_is_seen_before_anybody_gets_it(desk: Desk) -> None:
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/notifications")
    await follow(department, "Mẫu tin")
    await follow(department, "Đơn vị được khen thưởng")
    main = department.locator("main")
    await expect(main).to_contain_text("Bảo hiểm xã hội huyện Ví Dụ, Bảo hiểm xã hội tỉnh Ví Dụ được tặng Bằng khen")
    await expect(main).to_contain_text("Congratulations: ")
    await expect(main.locator(".facts")).to_contain_text(["Thủ trưởng", "45/QĐ-BHXH"])
    await expect(main).to_contain_text("Zalo, không được thì Thư điện tử")
    await expect(main).to_contain_text("cắt còn 30 chữ")
    await main.locator("summary").click()
    await expect(main.locator("pre")).to_contain_text("<!DOCTYPE html>")
    await main.locator("summary").click()
    await desk.look(department, "notification-template")


async def test_an_officer_sees_what_they_were_told_and_nothing_else(desk: Desk) -> None:
    await desk.launch("cua-rieng-toi")
    officer, district = await desk.open(OFFICER), await desk.open(DISTRICT)
    await told(officer, f"{desk.url}/notifications", "cua-rieng-toi")
    await expect(officer.locator("main tbody tr", has_text="cua-rieng-toi")).to_have_count(1)
    await expect(officer.locator("main .actions a:not([href*='as=xlsx'])")).to_have_count(0)
    await desk.look(officer, "notifications-own")
    for path in ("all", "templates", "templates/award_granted", "00000000-0000-0000-0000-000000000001"):
        answer = await officer.goto(f"{desk.url}/notifications/{path}")
        assert answer is not None
        assert answer.status == 403, path
    await district.goto(f"{desk.url}/notifications")
    await expect(district.locator("main tr", has_text="cua-rieng-toi")).to_have_count(0)
