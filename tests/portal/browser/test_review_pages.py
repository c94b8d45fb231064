"""A review at the desk of who holds it: opened from its papers, urged, excused, accepted, added up, corrected."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Locator, Page, expect

from chassis.facts.clock import VIETNAM, business_date, system_clock
from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, DISTRICT, HEAD, LEADER, OFFICER, Desk, follow, press

pytestmark = pytest.mark.server
PACK = yaml.safe_load(Path("services/campaigns/packs/4575-2017.yaml").read_text(encoding="utf-8"))
[PLANNED] = PACK["reviews"]
UNIT, BELOW = "Hải Phòng", "Tiên Lãng"
DISTRICT_HEAD = "Đinh Văn Giả Sử"
FIGURES = {
    2016: ("1.150", "50 chăn", "45.000.000"),
    2017: ("1.240", "40 chăn; 200 kg gạo", "52.500.000"),
    2018: ("1.300", "", "38.000.000"),
    2019: ("1.420", "60 chăn", "61.200.000"),
    2020: ("700", "2 tấn gạo", "20.000.000"),
}


def today() -> date:
    return business_date(system_clock())


@contextmanager
def at(platform: RunInfo, day: date) -> Iterator[None]:
    """It is noon of a day, in Viet Nam."""
    moment = datetime.combine(day, time(12), VIETNAM)
    clock = platform.data / "clock"
    clock.write_text(str((moment - datetime.now(UTC)).total_seconds()), encoding="ascii")
    try:
        yield
    finally:
        clock.write_text("0", encoding="ascii")


async def launched(desk: Desk, code: str) -> None:
    """The movement for the poor under another code, launched by its leader."""
    page = await desk.open(LEADER)
    await page.goto(f"{desk.url}/campaigns/launch")
    reviews = [{**PLANNED, "code": code, "title": f"Tổng kết vì người nghèo ({code})"}]
    await page.fill("#pack", json.dumps({**PACK, "code": code, "reviews": reviews}, default=str))
    await press(page, "Xem lại")
    await press(page, "Phát động phong trào")
    await page.wait_for_url("**done=launched**")


async def opened(desk: Desk, code: str, before: date) -> tuple[Page, str]:
    """The department has opened the review of the campaign's papers; its page at the desk."""
    await launched(desk, code)
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/reviews/open")
    label = await page.locator("#campaign option", has_text=f"{code}:").first.text_content()
    await page.select_option("#campaign", label=label)
    await press(page, "Xem")
    await page.fill("#before", f"{before:%d/%m/%Y}")
    await press(page, "Mở đợt báo cáo")
    await page.wait_for_url("**done=opened**")
    return page, page.url.partition("?")[0]


async def prints(page: Page) -> None:
    """The annex is a table on a sheet that lies, without what is there to be pressed."""
    await page.emulate_media(media="print")
    for part in (".nav", ".actions", ".filters", ".crumbs"):
        await expect(page.locator(part).first).to_be_hidden()
    await expect(page.locator("section.annex thead")).to_have_css("display", "table-header-group")
    await expect(page.locator("section.annex tfoot")).to_contain_text("5.910")
    folder = os.environ.get("PICTURES")
    sheet = await page.pdf(prefer_css_page_size=True, path=f"{folder}/review-annex.pdf" if folder else None)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in sheet
    await page.emulate_media(media="screen")


def row(page: Page, unit: str = UNIT) -> Locator:
    """The first row of this unit: to be awaited, or to be counted."""
    return page.locator("main tbody tr", has_text=unit).first


async def report_of(page: Page, review: str, unit: str = UNIT) -> str:
    """The address of the unit's report, as the desk leads to it."""
    for _ in range(50):
        await page.goto(review)
        if await row(page, unit).count():
            break
        await page.wait_for_timeout(200)
    path = await row(page, unit).locator("a").first.get_attribute("href")
    assert path is not None
    return review.partition("/reviews/")[0] + path


async def write(page: Page, address: str) -> None:
    """Fill in what a report needs to be sent."""
    await page.goto(address)
    await page.fill('[name="s-I.1"]', "Được cấp ủy quan tâm.")
    for year, (cards, goods, cash) in FIGURES.items():
        for column, value in (("cards", cards), ("goods", goods), ("cash", cash)):
            await page.fill(f'[name="a-support-{year}-{column}"]', value)
    await page.fill('[name="u-support-2020"]', "31/07/2020")
    await press(page, "Lưu nháp")
    await page.wait_for_url("**done=saved**")


async def send(page: Page, address: str) -> None:
    await page.goto(f"{address}/submit")
    await press(page, "Ký và gửi báo cáo")
    await page.wait_for_url("**done=submit**")


async def accept(page: Page, address: str) -> None:
    await page.goto(f"{address}/accept")
    await press(page, "Chấp nhận báo cáo")
    await page.wait_for_url("**done=accept**")


@pytest.mark.requirement("S003-11")
async def test_a_review_is_opened_from_its_papers_and_looked_at_before(desk: Desk) -> None:
    await launched(desk, "mo-dot")
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/reviews")
    await follow(page, "Mở đợt báo cáo")
    label = await page.locator("#campaign option", has_text="mo-dot:").first.text_content()
    await page.select_option("#campaign", label=label)
    await press(page, "Xem")
    main = page.locator("main")
    await expect(main).to_contain_text("2638/BHXH-TĐKT")
    await expect(main).to_contain_text("II.1. Công tác lãnh đạo, chỉ đạo hưởng ứng, phát động PTTĐ")
    await expect(main).to_contain_text("Bổ sung so với bản giấy")
    await expect(main).to_contain_text("Hiện vật, cộng riêng từng loại và đơn vị tính")
    assert await page.input_value("#before") == "28/08/2020"
    await desk.look(page, "review-open")
    await press(page, "Mở đợt báo cáo")
    await expect(page.locator("#before-error")).to_contain_text("phải sau hôm nay")
    await desk.look(page, "review-open-refused")
    await page.fill("#before", f"{today() + timedelta(days=9):%d/%m/%Y}")
    await press(page, "Mở đợt báo cáo")
    await page.wait_for_url("**done=opened**")
    await expect(page.locator("h1")).to_have_text("Tổng kết vì người nghèo (mo-dot)")
    await desk.look(page, "review-desk-empty")
    await page.goto(f"{desk.url}/reviews")
    await expect(page.locator("main tbody tr", has_text="(mo-dot)").first).to_contain_text("Còn 8 ngày")
    await desk.look(page, "reviews")


@pytest.mark.requirement("S003-16")
async def test_a_report_is_returned_accepted_added_up_and_corrected(desk: Desk) -> None:
    department, review = await opened(desk, "cong-lai", today() + timedelta(days=9))
    address = await report_of(department, review)
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    await write(officer, address)
    await send(head, address)
    await department.goto(f"{review}?state=sent")
    await expect(row(department)).to_contain_text("Đã gửi")
    await desk.look(department, "review-desk-sent")
    await department.goto(f"{address}/return")
    await department.fill("#reason", "Còn thiếu số liệu")
    await press(department, "Trả lại báo cáo")
    await department.wait_for_url("**done=return**")
    await send(head, address)
    await accept(department, address)

    await department.goto(review)
    await press(department, "Tổng hợp số liệu")
    await department.wait_for_url("**done=consolidate_review**")
    await follow(department, "Phụ lục tổng hợp")
    cell = department.locator("section.annex tbody tr", has_text="2019").locator("td").first
    await expect(cell).to_contain_text("1.420")
    await expect(cell).to_contain_text("đơn vị đã báo cáo")
    await expect(department.locator("section.annex tfoot")).to_contain_text("5.810")
    await desk.look(department, "review-annex")
    await cell.get_by_role("link").click()
    await expect(department.locator("#units")).to_contain_text(UNIT)
    await desk.look(department, "review-annex-units")

    await officer.goto(address)
    await officer.fill('[name="a-support-2019-cards"]', "1.520")
    await officer.fill('[name="reason"]', "Cộng thiếu một đợt trao thẻ")
    await press(officer, "Đính chính số liệu")
    await officer.wait_for_url("**done=correct**")
    await department.goto(f"{review}/annex")
    await expect(department.locator("section.annex tbody")).to_contain_text("1.420")  # until it is accepted
    await accept(department, address)
    for _ in range(50):
        await department.goto(f"{review}/annex")
        if await department.locator("#version option").count() == 3:
            break
        await department.wait_for_timeout(200)
    await expect(department.locator(".state")).to_contain_text("Bản 2")
    await expect(department.locator("main .note")).to_contain_text("1.420 → 1.520")
    await expect(department.locator("main .note")).to_contain_text(UNIT)
    await desk.look(department, "review-annex-2")
    await prints(department)
    await department.goto(f"{review}/annex?version=1")
    await expect(department.locator("section.annex tfoot")).to_contain_text("5.810")
    await expect(department.locator("main .note").first).to_contain_text("đã khác bản này")


@pytest.mark.requirement("S003-10")
async def test_who_is_late_is_listed_by_day_urged_and_excused(desk: Desk, platform: RunInfo) -> None:
    before = today() + timedelta(days=2)
    department, review = await opened(desk, "bi-tre", before)
    address = await report_of(department, review)
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    await write(officer, address)
    await department.goto(f"{review}?on={before - timedelta(days=1):%d/%m/%Y}")
    await expect(department.locator("main")).to_contain_text("Không có đơn vị nào chậm")
    with at(platform, before + timedelta(days=2)):
        await department.goto(f"{review}?on={before + timedelta(days=1):%d/%m/%Y}")
        await expect(row(department).locator("td").nth(5)).to_have_text("2")
        await row(department).locator("input[type=checkbox]").check()
        await department.select_option("#urge-channel", "telephone")
        await department.fill("#urge-note", "Hẹn gửi trong ngày")
        await press(department, "Đôn đốc đơn vị đã chọn")
        await department.wait_for_url("**done=urge**")
        await expect(row(department)).to_contain_text("1 lần")
        await desk.look(department, "review-desk-late")
        await send(head, address)
        await department.goto(f"{review}?on={before + timedelta(days=2):%d/%m/%Y}")
        await expect(row(department).locator("td").nth(5)).to_have_text("3")
        await row(department).locator("a[href^='/deadlines/']").click()
        await department.fill("#excuse_lateness-reason", "Bão, mất điện hai ngày")
        await press(department, "Ghi nhận lý do chậm")
        await department.wait_for_url("**done=excuse_lateness**")
        await department.goto(f"{review}?on={before + timedelta(days=2):%d/%m/%Y}")
        await expect(row(department)).to_contain_text("Bão, mất điện hai ngày")
        await desk.look(department, "review-desk-excused")


async def test_a_review_is_closed_and_reopened(desk: Desk) -> None:
    department, review = await opened(desk, "khep-lai", today() + timedelta(days=9))
    await press(department, "Khép đợt báo cáo")
    await department.wait_for_url("**done=close_review**")
    await expect(department.locator(".state .pill").first).to_have_text("Đã khép")
    await desk.look(department, "review-desk-closed")
    await department.fill("#reopen_review-reason", "Hai đơn vị bị bão")
    await press(department, "Mở lại đợt báo cáo")
    await department.wait_for_url("**done=reopen_review**")
    await expect(department.locator(".state .pill").first).to_have_text("Đang nhận")
    officer = await desk.open(OFFICER)
    await officer.goto(review)
    await expect(officer.locator("main")).to_contain_text("Báo cáo của đơn vị bạn")
    await desk.look(officer, "review-of-a-unit")


@pytest.mark.requirement("B18", "E21")
async def test_a_province_asks_its_districts_earlier_sees_who_is_late_and_adds_up_what_it_accepts(
    desk: Desk, platform: RunInfo
) -> None:
    before, earlier = today() + timedelta(days=9), today() + timedelta(days=4)
    department, review = await opened(desk, "cap-huyen", before)
    address = await report_of(department, review)
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    await officer.goto(address)
    await officer.fill("#below-before", f"{before:%d/%m/%Y}")
    await press(officer, "Yêu cầu đơn vị cấp dưới báo cáo")
    await expect(officer.locator("main")).to_contain_text("phải sớm hơn hạn của đơn vị")
    await officer.fill("#below-before", f"{earlier:%d/%m/%Y}")
    await press(officer, "Yêu cầu đơn vị cấp dưới báo cáo")
    await officer.wait_for_url("**done=ask_below**")

    of_district = await report_of(officer, review, BELOW)  # at the province's own desk
    await expect(row(officer, BELOW)).to_contain_text(f"{earlier:%d/%m/%Y}")
    await desk.look(officer, "review-desk-of-a-province")
    district, its_head = await desk.open(DISTRICT), await desk.open(DISTRICT_HEAD)
    await write(district, of_district)
    with at(platform, earlier):
        await officer.goto(f"{review}?on={earlier:%d/%m/%Y}")
        await expect(row(officer, BELOW).locator("td").nth(5)).to_have_text("1")
        await row(officer, BELOW).locator("input[type=checkbox]").check()
        await press(officer, "Đôn đốc đơn vị đã chọn")
        await officer.wait_for_url("**done=urge**")
        await send(its_head, of_district)
    await officer.goto(f"{of_district}/return")
    await officer.fill("#reason", "Chưa khớp danh sách")
    await press(officer, "Trả lại báo cáo")
    await officer.wait_for_url("**done=return**")
    await district.goto(of_district)
    await expect(district.locator("main")).to_contain_text("Báo cáo bị trả lại để sửa: Chưa khớp danh sách")
    await send(its_head, of_district)
    await accept(officer, of_district)

    await write(officer, address)
    await officer.goto(address)
    await expect(officer.locator("#together-support tbody tr", has_text="2019").locator("td").first).to_have_text(
        "2.840"
    )
    await desk.look(officer, "report-of-a-province-with-its-districts")
    await send(head, address)
    await department.goto(review)
    await expect(row(department)).to_contain_text("Đã gửi")
    await expect(row(department, BELOW)).to_have_count(0)  # no central queue: it is the province's to judge
    await accept(department, address)
    await department.goto(review)
    await press(department, "Tổng hợp số liệu")
    await department.wait_for_url("**done=consolidate_review**")
    await department.goto(f"{review}/annex")
    cell = department.locator("section.annex tbody tr", has_text="2019").locator("td").first
    await expect(cell).to_contain_text("2.840")
