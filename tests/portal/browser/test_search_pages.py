"""Search as it is used: from the keyboard, with or without marks, and without a trace of what was typed."""

import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Page, expect

from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, DISTRICT, LEADER, OFFICER, Desk

pytestmark = pytest.mark.server


async def find(page: Page, sought: str) -> None:
    """Type into the box at the top, which a key leads to."""
    await page.locator("h1").first.click()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.get_by_role("searchbox").fill("")
    await page.keyboard.type(sought)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


def group(page: Page, name: str) -> Locator:
    """What was found of one kind."""
    return page.locator("section.card", has=page.get_by_role("heading", name=name))


def what_was_said(data: Path) -> dict[Path, bytes]:
    """All logs and traces of a platform's processes and servers."""
    found = [path for path in data.rglob("*") if path.suffix in {".log", ".jsonl"} and path.is_file()]
    return {path: path.read_bytes() for path in found}


async def test_a_unit_and_a_person_are_found_by_a_name_without_marks(desk: Desk) -> None:
    await desk.launch("tim-kiem")
    department = await desk.open(DEPARTMENT)
    await find(department, "ha giang")
    unit = group(department, "Đơn vị").get_by_role("link", name="Hà Giang").first
    await expect(unit.locator("mark")).to_have_text(["Hà", "Giang"])
    await desk.look(department, "search-unit")
    await find(department, "tran van vi du")
    person = group(department, "Người").get_by_role("link", name=DEPARTMENT)
    await expect(person).to_have_count(1)
    await expect(person.locator("mark")).to_have_count(4)
    await desk.look(department, "search-person")
    await person.click()
    await expect(department.locator("h1")).to_have_text(DEPARTMENT)


async def test_a_drive_and_its_papers_are_found_and_open(desk: Desk) -> None:
    await desk.launch("tim-phong-trao")
    officer = await desk.open(OFFICER)
    deadline = time.monotonic() + 30
    while True:
        await officer.goto(f"{desk.url}/search?q=tim-phong-trao&kind=campaign")
        if await officer.locator(".hits a").count():
            break
        assert time.monotonic() < deadline
    await expect(officer.locator(".hits mark").first).to_be_visible()
    await desk.look(officer, "search-campaign")
    await officer.locator(".hits a").first.click()
    await officer.wait_for_url("**/campaigns/*")
    await find(officer, "4225/BHXH")
    await expect(group(officer, "Phong trào")).to_have_count(1)
    await find(officer, "bao hiem xa hoi")
    await desk.look(officer, "search-everything")
    await group(officer, "Đơn vị").get_by_role("link", name="Xem cả").click()
    await expect(officer.locator(".hits li")).to_have_count(20)
    await officer.locator("main").get_by_role("link", name="Xem tiếp").click()
    await expect(officer.locator(".hits li")).to_have_count(20)
    await desk.look(officer, "search-units")


async def test_the_key_is_no_key_where_one_types(desk: Desk) -> None:
    leader = await desk.open(LEADER)
    await leader.goto(f"{desk.url}/decisions/new")
    await leader.locator("#number").fill("")
    await leader.locator("#number").press_sequentially("1/QĐ")
    await expect(leader.locator("#number")).to_have_value("1/QĐ")
    await leader.get_by_role("searchbox").press_sequentially("a/b")
    await expect(leader.get_by_role("searchbox")).to_have_value("a/b")


async def test_where_nothing_is_found_the_page_leads_on(desk: Desk) -> None:
    district = await desk.open(DISTRICT)
    for query, name in (("", "start"), ("q=khong-co-gi-nhu-vay", "nothing"), ("q=%25", "refused")):
        await district.goto(f"{desk.url}/search?{query}")
        await desk.look(district, f"search-{name}")


async def test_search_needs_no_script(desk: Desk) -> None:
    district = await desk.open(DISTRICT, java_script_enabled=False)
    await district.get_by_role("searchbox").fill("đồng nai")
    await district.get_by_role("button", name="Tìm", exact=True).click()
    await expect(group(district, "Đơn vị").locator("mark").first).to_have_text("Đồng")
    await expect(group(district, "Người")).to_have_count(0)


async def test_what_is_sought_leaves_no_trace_in_logs(desk: Desk, platform: RunInfo) -> None:
    """Names are sought: what is typed is a person's data. Access logs, spans and the servers' own logs are read."""
    department = await desk.open(DEPARTMENT)
    sought = "Xyzzyvagrothim Đặc Biệt"  # long enough that no hash in base64 holds it by chance
    await find(department, sought)
    await department.goto(f"{desk.url}/search?q={quote(sought)}&kind=person&after=x")
    await department.wait_for_timeout(500)
    said = what_was_said(platform.data)
    assert {"traces", "logs"} <= {path.parent.name for path in said}
    spans = b"".join(text for path, text in said.items() if path.parent.name == "traces")
    assert b"GET /search" in spans
    assert b"GET /api/v1/people/search" in spans
    marks = [each.encode() for each in ("zzyvagro", "ZZYVAGRO", quote("Đặc"))]
    assert [path for path, text in said.items() if any(mark in text for mark in marks)] == []
