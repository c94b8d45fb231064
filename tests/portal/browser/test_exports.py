"""A list of many pages as one Excel file, made while its person goes on with other things."""

import time
from io import BytesIO

import asyncpg
import pytest
from openpyxl import load_workbook
from playwright.async_api import expect

from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, OFFICER, Desk, follow

pytestmark = pytest.mark.server


async def opened(platform: RunInfo) -> int:
    """How many registrations there are."""
    registry = await asyncpg.connect(platform.database("registry"))
    try:
        return int(
            await registry.fetchval("select count(*) from store.events where type like '%.RegistrationOpened.%'")
        )
    finally:
        await registry.close()


async def test_a_long_list_becomes_a_file_while_one_does_something_else(desk: Desk, platform: RunInfo) -> None:
    for number in range(2):
        await desk.launch(f"tep-dai-{number}")
    department = await desk.open(DEPARTMENT)
    path, deadline = f"{desk.url}/registrations", time.monotonic() + 60
    await department.goto(path)
    while not await department.locator("a[rel=next]").count():
        assert time.monotonic() < deadline, "the list stays short"
        await department.wait_for_timeout(300)
        await department.reload()
    first = await department.locator("main table").last.locator("tbody tr").count()
    await follow(department, "Tải Excel")
    await department.wait_for_url("**/exports/**")
    await expect(department.locator("h1")).to_have_text("Tệp Excel")
    address = department.url
    await department.goto(desk.url)  # and comes back
    await department.goto(address)
    ready = department.get_by_role("link", name="Tải tệp", exact=True)
    await expect(ready).to_be_visible(timeout=60_000)
    await desk.look(department, "export-done")
    async with department.expect_download() as waiting:
        await ready.click()
    content = BytesIO((await (await waiting.value).path()).read_bytes())
    [listed, _] = load_workbook(content).worksheets
    heads, *rows = [[cell.value for cell in row] for row in listed.iter_rows()]
    assert heads == ["Đơn vị", "Phong trào", "Trạng thái", "Chỉ tiêu đã nhập", "Thời hạn"]
    assert len(rows) > first
    assert len(rows) == await opened(platform)  # each once, however many units are called the same
    assert {row[1] for row in rows} >= {"tep-dai-0", "tep-dai-1"}
    assert {row[2] for row in rows} <= {"Đang đăng ký", "Đã gửi, chờ xác nhận", "Đã xác nhận"}
    stranger = await desk.open(OFFICER)
    for each in (address, f"{address}/file"):
        answer = await stranger.goto(each)
        assert answer is not None
        assert answer.status == 404
