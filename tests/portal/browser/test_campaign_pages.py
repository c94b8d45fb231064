"""A campaign in the browser: its pack is uploaded and looked at, announced, launched, joined, changed and concluded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from playwright.async_api import Page, expect

from tests.portal.browser.conftest import HEAD, LEADER, PACK, Desk, follow, press

pytestmark = pytest.mark.server

CODE = "doi-phong-trao"


def today(ahead: int = 0) -> str:
    """A day as it is typed in Viet Nam."""
    return f"{datetime.now(UTC).astimezone(timezone(timedelta(hours=7))) + timedelta(days=ahead):%d/%m/%Y}"


async def fill(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        await page.fill(f"#{name}", value)


async def test_a_pack_is_chosen_or_uploaded_and_looked_at_before_anything_is_done(desk: Desk) -> None:
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns/launch")
    await page.select_option("#chosen", "4225-2024")
    await press(page, "Xem lại")
    await expect(page.locator("main")).to_contain_text("Bộ Nội vụ (Ban TĐKT TW)")
    await expect(page.locator("main")).to_contain_text("văn bản không nêu ngày")
    wrong = yaml.safe_dump({**PACK, "code": "sai", "rewards": [{**PACK["rewards"][0], "ground_of_merit": True}]})
    await page.set_input_files("#file", {"name": "sai.yaml", "mimeType": "application/yaml", "buffer": wrong.encode()})
    await press(page, "Xem lại")
    await expect(page.locator(".errors")).to_contain_text("không làm căn cứ xét khen thưởng công trạng")


async def test_a_pack_shows_its_reviews_before_it_is_launched(desk: Desk) -> None:
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns/launch")
    await page.select_option("#chosen", "4575-2017")
    await press(page, "Xem lại")
    await expect(page.locator("main")).to_contain_text("4575/KH-BHXH")
    reviews = page.get_by_role("region", name="Các đợt báo cáo")
    for said in ("28/08/2020", "2 mục bổ sung", "9 cột, năm 2016 - 2020", "2638/BHXH-TĐKT"):
        await expect(reviews).to_contain_text(said)
    await desk.look(page, "pack-reviews")


async def test_a_campaign_from_its_announcement_to_its_conclusion(desk: Desk) -> None:
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns/launch")
    text = yaml.safe_dump({**PACK, "code": CODE, "aliases": ["Đợt thử của trình duyệt"]}, allow_unicode=True)
    await page.set_input_files("#file", {"name": "p.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    await press(page, "Xem lại")
    await press(page, "Công bố văn bản")
    await page.wait_for_url("**done=announced**")
    await expect(page.locator("main")).to_contain_text("đã công bố")
    place = page.url.partition("?")[0]

    head = await desk.open(HEAD)
    await head.goto(place)
    await follow(head, "Ghi nhận đơn vị phát động hưởng ứng")
    await desk.look(head, "campaign-join")
    await fill(head, happened_on=today(), number="12/KH-BHXH", issued_on=today())
    await press(head, "Ghi nhận phát động hưởng ứng")
    await expect(head.locator("main")).to_contain_text("1 đơn vị đã phát động hưởng ứng")

    await page.goto(place)
    await follow(page, "Ghi nhận lễ phát động")
    await fill(page, happened_on=today(9))
    await press(page, "Ghi nhận lễ phát động")
    await expect(page.locator(".errors")).to_contain_text("chưa đến")
    await fill(page, happened_on=today())
    await press(page, "Ghi nhận lễ phát động")
    await expect(page.locator("main")).to_contain_text("đã phát động")

    await follow(page, "Sửa đổi phong trào")
    amended = await page.input_value("#pack")
    await fill(
        page, pack=amended.replace("Đợt thử của trình duyệt", "Tên gọi mới"), number="77/BHXH", issued_on=today()
    )
    await press(page, "Sửa đổi phong trào")
    await expect(page.locator("main")).to_contain_text("Còn gọi là: Tên gọi mới")

    await follow(page, "Gia hạn phong trào")
    await desk.look(page, "campaign-extend")
    await fill(page, until="31/03/2027", number="78/BHXH", issued_on=today())
    await press(page, "Gia hạn phong trào")
    await expect(page.locator("main")).to_contain_text("gia hạn đến ngày 31/03/2027")
    await desk.look(page, "campaign-life")

    await follow(page, "Tổng kết phong trào")
    await fill(page, happened_on=today(), number="79/BC-BHXH", issued_on=today())
    await press(page, "Tổng kết phong trào")
    await expect(page.locator("main")).to_contain_text("đã tổng kết")
    assert await page.get_by_role("link", name="Gia hạn phong trào").count() == 0


async def test_a_campaign_is_called_off(desk: Desk) -> None:
    await desk.launch("bi-huy")
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns")
    await page.locator("main tbody tr", has_text="bi-huy").locator("a").first.click()
    await follow(page, "Hủy phong trào")
    await fill(page, reason="Gộp vào phong trào khác", number="80/BHXH", issued_on=today())
    await press(page, "Hủy phong trào")
    await expect(page.locator("main")).to_contain_text("Gộp vào phong trào khác")
