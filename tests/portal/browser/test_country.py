"""The country on a day: figures, map, ranking, trend and funnel, read, followed and printed in a browser."""

import os
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook
from playwright.async_api import Page, expect
from rich.progress import Progress

from cli.main_job import MainJob
from cli.officers import Desk as Officers
from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DISTRICT, LEADER, Desk, follow_first

pytestmark = pytest.mark.server

PROVINCES = 12
EDITION = 14


@pytest.fixture(scope="module")
async def drive(platform: RunInfo) -> MainJob:
    """A drive of 2024 and 2025, in which twelve provinces registered, reported and were verified, some are honoured."""
    urls = {name: service.url for name, service in platform.services.items()}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("THIDUA_CLOCK", str((platform.data / "clock").resolve()))
        return await _driven(platform, urls)


async def _driven(platform: RunInfo, urls: dict[str, str]) -> MainJob:
    async with httpx.AsyncClient(timeout=30) as http:
        officers = Officers(http, urls, platform.issuer.url)
        job = MainJob(platform, officers, Progress(disable=True), PROVINCES, EDITION)
        await job.run()
        (platform.data / "clock").write_text("0", encoding="ascii")
    return job


async def open_dashboard(desk: Desk, drive: MainJob, name: str = LEADER, more: str = "") -> Page:
    page = await desk.open(name)
    goal = next(each for each in drive.goals if each["year"] == 2024)
    await page.goto(f"{desk.url}/dashboard?campaign={drive.campaign}&indicator={goal['indicator']}&year=2024{more}")
    return page


async def test_the_map_is_read_as_of_a_day_and_leads_down_to_a_unit(desk: Desk, drive: MainJob) -> None:
    page = await open_dashboard(desk, drive)
    await expect(page.locator(".tiles a")).to_have_count(34)
    await expect(page.locator(".figure", has_text="Đã đăng ký")).to_contain_text(f"{PROVINCES}/63")
    honoured = page.get_by_role("row", name="Được khen thưởng").locator("td").last
    assert not (await honoured.inner_text()).startswith("0/")
    await desk.look(page, "dashboard")
    await page.fill("#on", "2025-06-30")
    await page.get_by_role("button", name="Xem", exact=True).click()
    await page.wait_for_url("**on=2025-06-30**")
    await expect(page.locator(".tiles a")).to_have_count(63)
    await expect(page.locator(".tiles a:not(.none)")).to_have_count(PROVINCES)
    await expect(honoured).to_have_text("0/63")
    await page.fill("#on", "2024-12-30")
    await page.get_by_role("button", name="Xem", exact=True).click()
    await page.wait_for_url("**on=2024-12-30**")
    await expect(page.locator(".tiles a:not(.none)")).to_have_count(0)
    await desk.look(page, "dashboard-2024")
    await page.goto(f"{desk.url}/dashboard?on=2019-12-31")
    await expect(page.locator("main")).to_contain_text("Đến ngày 31/12/2019 chưa có phong trào nào")
    await desk.look(page, "dashboard-nothing")
    page = await open_dashboard(desk, drive)
    ranked = page.get_by_role("region", name="Xếp hạng")
    await expect(ranked.locator("tbody tr")).to_have_count(10)
    first = ranked.locator("tbody tr").first
    name = await first.locator("a").inner_text()
    await first.locator("a").click()
    await expect(page.locator("h1")).to_have_text(name)
    await desk.look(page, "dashboard-unit")


async def test_each_figure_and_each_chart_leads_to_its_list(desk: Desk, drive: MainJob) -> None:
    page = await open_dashboard(desk, drive)
    attained = int(await page.locator(".figure", has_text="Đã đạt").locator("strong").inner_text())
    assert 0 < attained <= PROVINCES
    await page.locator(".figure", has_text="Đã đạt").click()
    await expect(page.locator("tbody tr")).to_have_count(attained)
    await expect(page.locator("tbody .pill.good")).to_have_count(attained)
    await desk.look(page, "dashboard-units")
    await page.go_back()
    await page.locator(".chart + details summary").click()
    await expect(page.locator(".chart + details table")).to_be_visible()
    await page.get_by_role("row", name="Được khen thưởng").get_by_role("link").click()
    await expect(page.locator("h1")).to_have_text("Được khen thưởng")
    await follow_first(page)
    await expect(page.locator("main")).to_contain_text("Mức đăng ký")


async def test_the_map_is_gone_through_by_keyboard_and_needs_no_script(desk: Desk, drive: MainJob) -> None:
    page = await desk.open(LEADER, java_script_enabled=False)
    await page.goto(f"{desk.url}/dashboard?campaign={drive.campaign}&year=2024")
    square = page.locator(".tiles a", has_text="Hà Nội")
    await square.focus()
    await expect(square).to_be_focused()
    assert "%" in await square.locator("title").inner_html()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Bảo hiểm xã hội thành phố Hà Nội")


async def test_what_is_not_public_is_no_stranger_s(desk: Desk, drive: MainJob) -> None:
    honoured = await open_dashboard(desk, drive, DISTRICT)
    await expect(honoured.locator("main")).to_contain_text("Từ đăng ký đến khen thưởng")
    await honoured.get_by_role("row", name="Được đề nghị khen").get_by_role("link").click()
    await expect(honoured.locator(".note")).to_contain_text("chỉ gồm các đơn vị thuộc quyền xem của bạn")
    await expect(honoured.locator("tbody tr")).to_have_count(0)


async def test_a_list_is_taken_along_as_an_excel_file(desk: Desk, drive: MainJob) -> None:
    page = await open_dashboard(desk, drive)
    await page.goto(page.url.replace("/dashboard?", "/dashboard/units?") + "&state=registered")
    shown = await page.locator("tbody tr").evaluate_all("all => all.map(row => row.cells[1].innerText.trim())")
    assert len(shown) == PROVINCES
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Tải Excel", exact=True).click()
    file = await waiting.value
    assert file.suggested_filename.endswith(".xlsx")
    content = BytesIO((await file.path()).read_bytes())
    [sheet, about] = load_workbook(content).worksheets
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert heads == ["Hạng", "Đơn vị", "Mức đăng ký (%)", "Kết quả (%)", "30 ngày qua", "Trạng thái"]
    assert [row[1] for row in rows] == shown
    assert all(isinstance(row[0], int) and isinstance(row[2], float | int) for row in rows)
    assert ["Số dòng", str(PROVINCES)] in [[cell.value for cell in row] for row in about.iter_rows()]


async def test_the_dashboard_prints_as_a_paper(desk: Desk, drive: MainJob) -> None:
    page = await open_dashboard(desk, drive)
    await page.emulate_media(media="print")
    for part in (".nav", ".filters", ".actions"):
        await expect(page.locator(part).first).to_be_hidden()
    for part in (".tiles", ".chart", ".funnel", ".figure"):
        await expect(page.locator(part).first).to_be_visible()
    folder = os.environ.get("PICTURES")
    sheet = await page.pdf(prefer_css_page_size=True, path=f"{folder}/dashboard.pdf" if folder else None)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in sheet
    assert sheet.count(b"/Type /Page\n") <= 4


async def test_what_a_colour_says_a_sign_says_too(desk: Desk, drive: MainJob) -> None:
    """So it is read in any sight; pictures of some are kept where PICTURES names a folder."""
    page = await open_dashboard(desk, drive)
    squares = await page.locator(".tiles a:not(.none)").evaluate_all(
        "all => all.map(each => [['q4', 'q5'].includes(each.className.baseVal), each.lastElementChild.textContent])"
    )
    assert len(squares) >= PROVINCES / 3
    assert [text.endswith("✓") for _, text in squares] == [met for met, _ in squares]
    if folder := os.environ.get("PICTURES"):
        session = await page.context.new_cdp_session(page)
        for sight in ("deuteranopia", "protanopia", "tritanopia", "achromatopsia"):
            await session.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
            await page.screenshot(path=f"{folder}/dashboard-{sight}.png", full_page=True)
