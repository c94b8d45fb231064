"""A result with its evidence: reported, looked at, returned, mended, verified, corrected, by those who do it."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.portal.browser.conftest import DEPARTMENT, GOALS, HEAD, OFFICER, PROFESSIONAL, Desk, press
from tests.portal.browser.test_registration_ways import confirm, sent

pytestmark = pytest.mark.server
PLACE = "health_insurance_coverage-2024"
PDF = b"%PDF-1.7\n" + b"minh chung " * 400
MEGABYTE = 1_048_576


async def reporting(
    desk: Desk, code: str, *, scripts: bool = True, place: str = PLACE, **terms: Any
) -> tuple[Page, str]:
    """An officer before the page of a result that nobody has reported yet; its address."""
    _, _, address = await sent(desk, code, **terms)
    await confirm(await desk.open(DEPARTMENT), address)
    officer = await desk.open(OFFICER, java_script_enabled=scripts)
    await desk.task(officer, "report")
    card = officer.url.partition("?")[0]
    await officer.goto(f"{card}/{place}")
    return officer, f"{card}/{place}"


async def attach(page: Page, name: str, content: bytes) -> None:
    await page.locator("#attach-file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    await press(page, "Gửi tệp minh chứng")


async def test_a_result_goes_there_and_back_with_its_evidence(desk: Desk) -> None:  # noqa: PLR0915 - it is one story
    officer, address = await reporting(desk, "minh-chung")
    await desk.look(officer, "result-nothing")
    await officer.fill("#report-numerator", "9.430")
    await officer.fill("#report-denominator", "không")
    await press(officer, "Gửi báo cáo")
    await expect(officer.locator("#report-denominator-error")).to_contain_text("Hãy nhập một số")
    await desk.look(officer, "result-refused")
    assert await officer.input_value("#report-numerator") == "9.430"
    await officer.fill("#report-denominator", "10.000")
    await officer.fill("#report-evidence", "Báo cáo số 12/BC-BHXH")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await expect(officer.locator("main")).to_contain_text("94,3")
    await attach(officer, "Nguyễn Thị Mẫu.png", PDF)
    await expect(officer.locator("#attach-file-error")).to_contain_text("nội dung là PDF")
    await attach(officer, "Nguyễn Thị Mẫu.pdf", PDF)
    await officer.wait_for_url("**done=attach**")
    await expect(officer.locator("main")).not_to_contain_text("Nguyễn Thị Mẫu")  # the file's name is nowhere kept
    await desk.look(officer, "result-reported")

    professional = await desk.open(PROFESSIONAL)
    await desk.task(professional, "verify")
    await professional.locator(f"a[href$='{PLACE}']").click()
    async with professional.expect_download() as waiting:
        await professional.get_by_role("link", name="Tải tệp PDF").click()
    file = await waiting.value
    assert re.fullmatch(r"minh-chung-[0-9a-f]{8}\.pdf", file.suggested_filename)
    assert (await file.path()).read_bytes() == PDF
    await desk.look(professional, "result-verify")
    await professional.fill("#return-reason", "Tệp thiếu trang 2")
    await press(professional, "Trả lại kết quả")
    await professional.wait_for_url("**done=return**")

    await desk.task(officer, "report_again")
    await officer.goto(address)
    await expect(officer.locator("main")).to_contain_text("Tệp thiếu trang 2")
    await desk.look(officer, "result-returned")
    await attach(officer, "Bản đủ.pdf", PDF + b"trang 2")
    await officer.wait_for_url("**done=attach**")
    seen = await desk.open(PROFESSIONAL)
    await seen.goto(address)
    await officer.fill("#report-numerator", "9.500")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await expect(seen.get_by_role("button", name="Xác nhận kết quả", exact=True)).to_have_count(0)  # nothing waited yet
    await seen.goto(address)
    await officer.goto(address)
    await attach(officer, "Thêm.pdf", PDF + b"trang 3")
    await officer.wait_for_url("**done=attach**")
    await press(seen, "Xác nhận kết quả")
    await expect(seen.locator("#errors")).to_contain_text("vừa thay đổi")  # another file than what was looked at
    await press(seen, "Xác nhận kết quả")
    await seen.wait_for_url("**done=verify**")
    await expect(seen.locator(".state .pill")).to_contain_text("Đạt")
    await desk.look(seen, "result-verified")

    await officer.goto(address)
    await officer.fill("#correct-numerator", "9.000")
    await officer.fill("#correct-reason", "Cộng nhầm số liệu")
    await press(officer, "Gửi đính chính")
    await officer.wait_for_url("**done=correct**")
    await expect(officer.locator("main")).to_contain_text("bản đính chính 2")
    await desk.task(professional, "verify")
    await professional.goto(address)
    await press(professional, "Xác nhận kết quả")
    await professional.wait_for_url("**done=verify**")
    await expect(professional.locator(".state .pill")).to_contain_text("Không còn đạt")

    head = await desk.open(HEAD)
    await head.goto(address)
    await head.fill("#delete-reason", "Gửi nhầm tệp")
    await press(head, "Xóa nội dung tệp")
    await head.wait_for_url("**done=delete**")
    await expect(head.get_by_role("region", name="Tệp minh chứng")).to_contain_text("nội dung đã xóa")
    await desk.look(head, "result-deleted")


async def test_a_half_year_s_estimate_without_scripts(desk: Desk) -> None:
    """An estimate waits for nobody; the exact figure of the half-year is verified and shows how far the unit is."""
    officer, address = await reporting(desk, "nua-nam", scripts=False)
    await officer.fill("#report-value", "70")
    await officer.select_option("#report-kind", "estimate")
    await officer.fill("#report-through", "30/06/2025")
    await press(officer, "Gửi báo cáo")
    await expect(officer.locator("#errors")).to_contain_text("không thuộc năm 2024")
    await officer.fill("#report-through", "30/06/2024")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await expect(officer.locator("main")).to_contain_text("đến 30/06/2024")
    await expect(officer.locator(".state .pill")).to_have_text("Ước thực hiện")
    professional = await desk.open(PROFESSIONAL, java_script_enabled=False)
    await professional.goto(address)
    await expect(professional.get_by_role("button", name="Xác nhận kết quả", exact=True)).to_have_count(0)
    await officer.select_option("#report-kind", "exact")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")
    await professional.goto(address)
    await press(professional, "Xác nhận kết quả")
    await professional.wait_for_url("**done=verify**")
    goal = float(GOALS[f"t-{PLACE}"]["value"])
    await expect(professional.locator(".state .pill")).to_contain_text(f"{int(100 * 70 / (goal + 0.25))}")
    officer = await desk.open(OFFICER)
    await officer.goto(address.rpartition("/")[0])
    await expect(officer.locator(f"#r-{PLACE}")).to_have_count(0)  # the grid's figures are of the whole year
    await desk.look(officer, "results-half-year")


async def test_a_file_that_is_too_large_is_told_so(desk: Desk) -> None:
    officer, address = await reporting(desk, "qua-lon")
    for size in (5, 9):
        await officer.goto(address)
        await attach(officer, "Ảnh chụp.pdf", PDF + b"\0" * size * MEGABYTE)
        await expect(officer.locator("main")).to_contain_text("Tệp quá lớn (tối đa 4 MB)")
        await officer.get_by_role("link", name="Mở lại biểu mẫu").click()
        await expect(officer.locator("#attach-file")).to_have_count(1)
