"""Units: a file is corrected and imported, the tree leads to a unit, a unit tells what happened to it."""

from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import FilePayload, Page, expect

from deploy.local.run_info import RunInfo
from tests.portal.browser.conftest import DEPARTMENT, DISTRICT, LEADER, OFFICER, Desk, cells, follow, press

pytestmark = pytest.mark.server

WHOLE = Path("services/registry/data/units-2024.csv").read_text(encoding="utf-8").rstrip("\n")
NEW = [f"P31-D9{number:02d},Bảo hiểm xã hội huyện Giả Định {number},district,P31,2024-11-10" for number in range(1, 41)]
WRONG = "p31-x,Bảo hiểm xã hội huyện Sai,district,P31,2024-13-01"


async def choose(page: Page, *lines: str) -> None:
    content = "\n".join((WHOLE, *lines)).encode()
    file = FilePayload(name="đơn vị.csv", mimeType="text/csv", buffer=content)
    await page.locator("#file").set_input_files(file)
    await press(page, "Kiểm tra tệp")


@pytest.mark.parametrize("scripts", [True, False])
async def test_units_are_imported_from_a_file_once_it_is_right(desk: Desk, scripts: bool) -> None:  # noqa: FBT001
    page = await desk.open(DEPARTMENT, java_script_enabled=scripts)
    new = NEW if scripts else [each.replace("P31-D9", "P31-D8") for each in NEW]
    await page.goto(f"{desk.url}/units")
    while not await page.get_by_role("link", name="Nhập đơn vị từ tệp").count():  # roles are learned in a moment
        await page.reload()
    await follow(page, "Nhập đơn vị từ tệp")
    await press(page, "Kiểm tra tệp")
    await expect(page.locator("#errors")).to_contain_text("Hãy chọn một tệp")
    await choose(page, *new, WRONG)
    await _ended(page, scripts=scripts)
    faults = page.locator("main tbody tr")
    await expect(faults).to_have_count(2)
    line = str(WHOLE.count("\n") + 1 + len(new) + 1)
    for column, at in (("Mã đơn vị", 0), ("Ngày thành lập", 1)):
        await expect(faults.nth(at)).to_contain_text(line)
        await expect(faults.nth(at)).to_contain_text(column)
    if scripts:
        await desk.look(page, "units-import-faults")
    await choose(page, *new)
    await _ended(page, scripts=scripts)
    await expect(page.locator(".next")).to_contain_text("40 đơn vị mới sẽ được thành lập; 855 đơn vị đã có")
    if scripts:
        await desk.look(page, "units-import-check")
    await press(page, "Thành lập 40 đơn vị")
    await _ended(page, scripts=scripts)
    await expect(page.locator(".next h2")).to_have_text("Đã thành lập 40 đơn vị")
    if scripts:
        await desk.look(page, "units-import-done")
    await page.reload()
    await expect(page.locator(".next h2")).to_have_text("Đã thành lập 40 đơn vị")
    other = await desk.open(LEADER)
    await other.goto(page.url)
    await expect(other.locator("#errors")).to_contain_text("Không còn kết quả này")


async def _ended(page: Page, *, scripts: bool) -> None:
    """Wait, as a person does, until the page says what came of it."""
    await page.wait_for_url("**/units/import?job=**")
    for _ in range(60):
        if not await page.locator("[data-job]").count():
            return
        if not scripts:
            await page.get_by_role("link", name="Xem lại").click()
        await page.wait_for_timeout(500)
    raise AssertionError(await page.locator("main").inner_text())


async def test_how_far_long_work_is_shows_by_itself(desk: Desk, platform: RunInfo) -> None:
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/units/import")
    await choose(page)
    await _ended(page, scripts=True)
    registry = await asyncpg.connect(platform.database("registry"))
    key = page.url.partition("job=")[2][:36]

    async def stands(state: str, done: int) -> None:
        await registry.execute(
            "update chassis.jobs set state = $2, done = $3, total = 1000, free_at = now() + interval '1 hour',"
            " ended_at = case when $2 = 'running' then null else now() end where id = $1",
            *(key, state, done),
        )

    try:
        await stands("running", 300)
        await page.reload()
        told = page.locator("[data-job] [role=status]")
        await expect(told).to_have_text("Đã xong 30 %.")
        await expect(page.locator("[data-job] .metered")).to_contain_text("300/1000")
        again = page.get_by_role("link", name="Xem lại")
        await again.focus()
        await stands("running", 700)
        await expect(told).to_have_text("Đã xong 70 %.")
        await expect(again).to_be_focused()
        await desk.look(page, "units-import-progress")
        await stands("done", 1000)
        await expect(page.locator(".next h2")).to_have_text("Xem lại trước khi thành lập")
        await registry.execute(
            "update chassis.jobs set state = 'failed', problem = $2 where id = $1",
            key,
            '{"type": "urn:thidua:problem:x", "title": "Not so.", "detail": "Không được; hãy sửa.", "status": 409}',
        )
        await page.reload()
        await expect(page.get_by_role("alert")).to_contain_text("Không được; hãy sửa.")
        await desk.look(page, "units-import-failed")
    finally:
        await registry.close()


async def test_the_tree_leads_to_a_unit_and_its_life(desk: Desk) -> None:
    await desk.launch("dien-bien")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    await cells(officer).first.fill("94,9")
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await officer.goto(f"{desk.url}/units")
    await officer.get_by_text("Bảo hiểm xã hội thành phố Hải Phòng", exact=False).first.click()
    await follow(officer, "Bảo hiểm xã hội huyện Tiên Lãng")
    await expect(officer.locator("h1")).to_have_text("Bảo hiểm xã hội huyện Tiên Lãng")
    await desk.look(officer, "unit-district")
    await officer.locator(".crumbs").get_by_role("link", name="Bảo hiểm xã hội thành phố Hải Phòng").click()
    timeline = officer.locator(".timeline")
    await expect(timeline.locator("li").first).to_contain_text("94,9 %")
    await expect(timeline).to_contain_text("Được mời đăng ký chỉ tiêu")
    await expect(officer.locator(".aside")).to_contain_text(OFFICER)
    await desk.look(officer, "unit")
    await expect(officer.get_by_role("link", name="Bảo hiểm xã hội quận Lê Chân", exact=True)).to_be_hidden()
    await officer.locator(".aside summary").click()
    await expect(officer.get_by_role("link", name="Bảo hiểm xã hội quận Lê Chân", exact=True)).to_be_visible()
    await timeline.locator("a").first.click()
    await officer.wait_for_url("**/registrations/**")
    district = await desk.open(DISTRICT)
    await district.goto(f"{desk.url}/units")
    await district.get_by_text("Bảo hiểm xã hội thành phố Hải Phòng", exact=False).first.click()
    await follow(district, "Bảo hiểm xã hội thành phố Hải Phòng")
    await expect(district.locator(".timeline")).not_to_contain_text("94,9 %")
    await expect(district.locator(".aside")).not_to_contain_text(OFFICER)
    await desk.look(district, "unit-foreign")


async def test_the_tree_opens_by_keyboard(desk: Desk) -> None:
    page = await desk.open(DISTRICT)
    await page.goto(f"{desk.url}/units")
    province = page.locator("summary", has_text="Bảo hiểm xã hội thành phố Hải Phòng")
    await province.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Bảo hiểm xã hội huyện Tiên Lãng", exact=True)).to_be_visible()
    await desk.look(page, "units-open")
    await page.goto(f"{desk.url}/units?kind=district")
    assert await page.locator("tbody tr").count() >= 704
    await page.set_viewport_size({"width": 390, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


PAPER = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "26/02/2025"}


async def typed(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        await page.locator(f"#{name}").fill(text)


async def until_shown(page: Page, text: str) -> None:
    """Wait, as a person does, until the page knows what was done."""
    for _ in range(30):
        if text in await page.locator("main").inner_text():
            return
        await page.wait_for_timeout(500)
        await page.reload()
    raise AssertionError(await page.locator("main").inner_text())


@pytest.mark.requirement("B8")
async def test_a_unit_is_dissolved_its_duties_are_taken_over_and_both_tell_it(desk: Desk) -> None:
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/units?kind=central_department")
    await follow(page, "Vụ Hợp tác quốc tế")
    await expect(page.locator("h1")).to_have_text("Vụ Hợp tác quốc tế")
    await follow(page, "Đổi tên")
    await expect(page.locator("main")).to_contain_text("Văn bản có ngày trước đó vẫn ghi tên cũ")
    await desk.look(page, "unit-rename")
    await typed(page, name="Ban Hợp tác quốc tế", **PAPER)
    await press(page, "Đổi tên")
    await until_shown(page, "Đổi tên từ “Vụ Hợp tác quốc tế” thành “Ban Hợp tác quốc tế”")
    await follow(page, "Rút thay đổi nhập sai")
    await typed(page, reason="Nhập nhầm đơn vị")
    await press(page, "Rút thay đổi nhập sai")
    await until_shown(page, "Rút một thay đổi đã nhập sai, tên hiện nay là “Vụ Hợp tác quốc tế”")
    await follow(page, "Giải thể")
    await expect(page.locator("main")).to_contain_text("không nhận việc mới")
    await typed(page, **PAPER)
    await press(page, "Giải thể")
    await until_shown(page, "Đơn vị không còn hoạt động")
    await follow(page, "Ghi đơn vị tiếp nhận nhiệm vụ")
    await typed(page, other="KHONGCO", **PAPER)
    await press(page, "Ghi đơn vị tiếp nhận nhiệm vụ")
    await expect(page.locator("#errors")).to_contain_text("KHONGCO")
    await typed(page, other="TCCB")
    await press(page, "Ghi đơn vị tiếp nhận nhiệm vụ")
    await until_shown(page, "Vụ Tổ chức cán bộ tiếp nhận nhiệm vụ, theo 391/QĐ-BTC ngày 26/02/2025 của Bộ Tài chính")
    await desk.look(page, "unit-ended")
    await page.goto(f"{desk.url}/units?kind=central_department")
    await expect(page.locator("main")).not_to_contain_text("Vụ Hợp tác quốc tế")
    await follow(page, "Vụ Tổ chức cán bộ")
    await until_shown(page, "Tiếp nhận nhiệm vụ của Vụ Hợp tác quốc tế")


@pytest.mark.requirement("B2")
async def test_people_are_counted_by_category_corrected_with_trace_and_summed_beside_the_posts(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/units?kind=provincial")
    await follow(officer, "Bảo hiểm xã hội thành phố Hải Phòng")
    await follow(officer, "Xem, báo cáo và đính chính")
    await expect(officer.locator("main")).to_contain_text("Đơn vị chưa báo cáo số lao động.")
    people = {"report-civil_servant": "12", "report-contract_worker": "0"}
    await typed(officer, **{"report-on": "31/12/2024", "report-public_employee": "240,5"}, **people)
    await press(officer, "Báo cáo số lao động")
    await expect(officer.locator("#errors")).to_contain_text("Hãy nhập một số nguyên")
    await desk.look(officer, "headcount-refused")
    await typed(officer, **{"report-on": "31/12/2124", "report-public_employee": "1.240"})
    await press(officer, "Báo cáo số lao động")
    await expect(officer.locator("#errors")).to_contain_text("chưa đến")
    await typed(officer, **{"report-on": "31/12/2024"})
    await press(officer, "Báo cáo số lao động")
    await until_shown(officer, "Báo cáo lần đầu")
    table = officer.get_by_role("region", name="Số lao động tại ngày")
    await expect(table.locator("tbody tr").first).to_contain_text("1.252")
    wrong = {"correct-civil_servant": "12", "correct-contract_worker": "0", "correct-reason": "Gõ thừa một số"}
    await typed(officer, **{"correct-public_employee": "240"}, **wrong)
    await press(officer, "Đính chính số đã báo cáo")
    await until_shown(officer, "Đính chính lần 1")
    await expect(table.locator("tbody tr").first).to_contain_text("252")
    said = officer.get_by_role("region", name="Các lần báo cáo")
    await expect(said).to_contain_text("1.240")
    await expect(said).to_contain_text("Gõ thừa một số")
    await desk.look(officer, "headcount")
    department = await desk.open(DEPARTMENT)
    await department.goto(officer.url)
    paper = {f"assign-{name}": text for name, text in PAPER.items()}
    await typed(department, **{"assign-on": "01/01/2025", "assign-posts": "260"}, **paper)
    await press(department, "Ghi biên chế được giao")
    await until_shown(department, "Biên chế của chính đơn vị: 260, từ ngày 01/01/2025, theo 391/QĐ-BTC")
    await officer.goto(f"{officer.url.partition('?')[0]}?on=30/12/2024")
    await expect(table.locator("tbody tr").first).to_contain_text("0")
    await expect(officer.locator("main")).not_to_contain_text("Biên chế của chính đơn vị")
    await follow(officer, "Bảo hiểm xã hội thành phố Hải Phòng")
    await until_shown(
        officer, "Đính chính số lao động ngày 31/12/2024: từ 1.252 thành 252 người. Lý do: Gõ thừa một số"
    )
