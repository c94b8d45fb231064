"""Nộp thay: what a district has signed on paper, its province files; the district's people see who did, by what."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from chassis.facts.clock import business_date, system_clock
from services.registry.domain.unit import unit_id
from tests.portal.browser.conftest import DISTRICT, GOALS, HEAD, OFFICER, PACK, Desk, better, follow, press

pytestmark = pytest.mark.server
GOAL = "t-health_insurance_coverage-2024"
PLACE = GOAL.removeprefix("t-")
PDF = b"%PDF-1.7\n" + b"ban giay " * 400
BY = re.compile("nộp thay.*Nguyễn Thị Mẫu.*nộp thay Bảo hiểm xã hội huyện Tiên Lãng theo bản giấy ký ngày 02/11/2026:")


async def file(page: Page, content: bytes | None, day: str) -> None:
    if content is not None:
        await page.locator("#filing-file").set_input_files(
            {"name": "Nguyễn Thị Mẫu.pdf", "mimeType": "application/pdf", "buffer": content}
        )
    await page.fill("#filing-signed_on", day)
    await press(page, "Nộp thay")


async def open_paper(page: Page) -> None:
    async with page.expect_download() as waiting:
        await page.locator("main").get_by_role("link", name="Tải bản giấy PDF").first.click()
    found = await waiting.value
    assert re.fullmatch(r"ban-giay-[0-9a-f]{8}\.pdf", found.suggested_filename)
    assert (await found.path()).read_bytes() == PDF


@pytest.mark.requirement("B7")
async def test_a_province_files_for_its_district_by_the_signed_paper(desk: Desk) -> None:  # noqa: PLR0915 - one story
    below = {"applies_to": ["provincial", "district"]}
    goals = [goal | below if f"t-{goal['indicator']}-{goal['year']}" == GOAL else goal for goal in PACK["goals"]]
    await desk.launch("nop-thay", units=[*PACK["units"], "district"], goals=goals)
    district = await desk.open(DISTRICT)
    await desk.task(district, "register")
    address = district.url.partition("?")[0]
    await expect(district.locator("#filing-file")).to_have_count(0)  # nobody files on behalf of their own unit

    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/units/{unit_id('P31-D315')}")
    await officer.locator(f"main a[href='{address.removeprefix(desk.url)}']").first.click()
    await officer.fill(f"#{GOAL}", better(GOALS[GOAL]))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await file(officer, None, "hôm qua")
    await expect(officer.locator("#filing-file-error")).to_contain_text("Hãy chọn bản quét")
    await expect(officer.locator("#filing-signed_on-error")).to_be_visible()
    await desk.look(officer, "registration-filing-refused")
    await file(officer, PDF, f"{business_date(system_clock()) + timedelta(days=1):%d/%m/%Y}")
    await expect(officer.locator("#filing-signed_on-error")).to_contain_text("không thể sau hôm nay")
    await file(officer, b"MZ", "02/11/2026")
    await expect(officer.locator("#filing-file-error")).to_be_visible()
    head = await desk.open(HEAD)
    await head.goto(address)
    await district.goto(address)
    await district.fill(f"#{GOAL}", "99")
    await press(district, "Lưu")
    await district.wait_for_url("**done=saved**")
    await file(head, PDF, "02/11/2026")
    await expect(head.locator("#errors")).to_contain_text("vừa thay đổi")  # other figures than were held to the paper
    await officer.goto(address)
    await file(officer, PDF, "02/11/2026")
    await officer.wait_for_url("**done=file**")
    await desk.look(officer, "registration-filed")

    await district.goto(address)
    filed = district.locator("#filings")
    await expect(filed).to_contain_text(BY)
    await open_paper(district)
    await desk.look(district, "registration-filed-for-us")
    await head.goto(f"{address}/confirm-from-above")
    await head.locator("main button[value=confirm-from-above]").click()
    await head.wait_for_url("**done=confirm-from-above**")

    await desk.task(district, "report")
    card = district.url.partition("?")[0]
    await expect(district.locator("#filing-file")).to_have_count(0)
    await officer.goto(card)
    await file(officer, PDF, "02/11/2026")
    await officer.wait_for_url("**done=file**")
    await officer.fill(f"#r-{PLACE}", better(GOALS[GOAL]))
    await desk.look(officer, "results-filing")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await district.goto(card)
    await expect(district.locator("main tbody tr", has_text="nộp thay")).to_have_count(1)
    await expect(district.locator("#filings")).to_contain_text(BY)
    await open_paper(district)
    await desk.look(district, "results-filed-for-us")
    await follow(district, GOALS[GOAL]["name"])
    await expect(district.locator("dl.facts").first).to_contain_text("nộp thay")
    await open_paper(district)
    await desk.look(district, "result-filed-for-us")
    await officer.goto(f"{card}/{PLACE}")
    await expect(officer.locator("#report-paper option")).to_have_count(2)
