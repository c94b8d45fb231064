"""Base figures and plans: stated once from a table by the department, shown to units, and what comes of them summed."""

import pytest
from playwright.async_api import Page, expect

from services.campaigns.domain.campaign import campaign_id
from tests.portal.browser.conftest import PACK, PROFESSIONAL, Desk, press
from tests.portal.browser.test_result_pages import reporting

pytestmark = pytest.mark.server
PLACE = "own_coverage-2024"
"""An indicator of this drive alone: a base figure that was stated holds for every drive that divides by it."""

DRIVE = campaign_id("so-lieu-goc")
GOALS = [
    {**goal, "indicator": "own_coverage"} if (goal["indicator"], goal["year"]) == ("health_insurance_coverage", 2024)
    else goal
    for goal in PACK["goals"]
]  # fmt: skip
HEAD = "Mã đơn vị\tSố liệu\n"


async def state(page: Page, desk: Desk, what: str, rows: str, **typed: str) -> None:
    """Fill in the form of a table, as it is pasted from Excel, and send it."""
    await page.goto(f"{desk.url}/{what}/new?campaign={DRIVE}")
    await page.select_option("#indicator", PLACE.replace("-", "."))
    for name, text in {"number": "12/TB-BHXH", "issued_on": "10/01/2025", "rows": rows, **typed}.items():
        await page.fill(f"#{name}", text)
    await press(page, "Công bố số liệu gốc" if what == "base-figures" else "Giao chỉ tiêu")


async def test_the_department_states_a_figure_once_and_the_unit_s_result_is_divided_by_it(desk: Desk) -> None:
    officer, address = await reporting(desk, "so-lieu-goc", place=PLACE, goals=GOALS)
    department = await desk.open(PROFESSIONAL)
    await state(department, desk, "base-figures", f"{HEAD}P31\tmười nghìn\nP99X\t5\nP31\t7\n")
    await expect(department.locator("main tbody tr")).to_have_count(3)  # every bad row, and nothing is stored
    await desk.look(department, "base-figures-refused")
    await state(department, desk, "base-figures", f"BẢNG SỐ LIỆU\n{HEAD}P31\t10.000\n")
    await department.wait_for_url("**/base-figures?done=1**")
    await expect(department.get_by_role("row", name="P31")).to_contain_text("10.000")
    await desk.look(department, "base-figures-published")

    await officer.goto(address)
    await expect(officer.locator("#report-denominator")).to_have_count(0)  # it is not the unit's to type
    await officer.fill("#report-numerator", "9.460")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await expect(officer.locator("main")).to_contain_text("số liệu gốc chính thức")

    await state(department, desk, "plans", f"{HEAD}P31\t9.500\n", since="01/01/2024")
    await department.wait_for_url("**/plans?done=1**")
    indicator, year = PLACE.split("-")
    await department.goto(f"{desk.url}/plans?campaign={DRIVE}&indicator={indicator}.{year}")
    row = department.get_by_role("row", name="P31")
    for figure in ("9.500", "94,6", "Chờ xác nhận"):  # plan and result side by side
        await expect(row).to_contain_text(figure)
    await desk.look(department, "plans-assigned")

    await officer.goto(f"{desk.url}/rollup?campaign={DRIVE}&indicator={indicator}.{year}")
    await expect(officer.locator(".figures")).to_contain_text("9.460 trên 10.000")
    await department.goto(f"{desk.url}/rollup?campaign={DRIVE}&indicator={indicator}.{year}")
    await expect(department.locator("tfoot")).to_contain_text("9.460")
    await desk.look(department, "rollup")
    await department.get_by_role("link", name="Bảo hiểm xã hội thành phố Hải Phòng").click()
    await expect(department.locator("h1")).to_contain_text("Hải Phòng")
