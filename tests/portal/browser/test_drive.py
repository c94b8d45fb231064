"""A drive from its launch to its awards, worked through in the browser by the people who do it."""

import re

import pytest
from playwright.async_api import expect

from tests.portal.browser.conftest import (
    DEPARTMENT,
    GOALS,
    HEAD,
    LEADER,
    OFFICER,
    PROFESSIONAL,
    Desk,
    better,
    cells,
    follow,
    follow_first,
    press,
)

pytestmark = pytest.mark.server


async def test_the_whole_drive_through_the_pages_only(desk: Desk) -> None:  # noqa: PLR0915 - it is one story
    await desk.launch("4225-2024")

    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    await desk.look(officer, "registration")
    names = await cells(officer).evaluate_all("inputs => inputs.map(input => input.id)")
    assert set(names) == set(GOALS)
    for name in names:
        await officer.fill(f"#{name}", better(GOALS[name]))
    await officer.fill(f"#{names[0]}", "1,5 %")
    await officer.fill(f"#{names[1]}", "chín mươi")
    await press(officer, "Lưu")
    await expect(officer.locator("#errors")).to_be_focused()
    await expect(officer.locator(".errors li")).to_have_count(2)
    await desk.look(officer, "registration-refused")
    await expect(officer.locator(f"#{names[0]}-error")).to_contain_text("mục tiêu chung")
    assert await officer.input_value(f"#{names[1]}") == "chín mươi"
    for name in names[:2]:
        await officer.fill(f"#{name}", better(GOALS[name]))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await expect(officer.get_by_role("button", name="Lưu và gửi")).to_have_count(0)  # the head sends it in
    registration = officer.url.partition("?")[0]
    await officer.goto(f"{registration}/submit?done=saved")
    await desk.look(officer, "registration-not-mine")
    await officer.goto(registration)

    head = await desk.open(HEAD)
    await desk.task(head, "register")
    await press(head, "Lưu và gửi")
    await head.wait_for_url("**/submit?done=saved**")
    await expect(head.locator("main")).to_contain_text(f"{len(names)} chỉ tiêu")
    await desk.look(head, "registration-confirm")
    await press(head, "Gửi bản đăng ký")
    await head.wait_for_url("**done=submit**")
    await desk.look(head, "registration-submitted")

    department = await desk.open(DEPARTMENT)
    await desk.task(department, "confirm")
    await follow(department, "Xác nhận bản đăng ký")
    await press(department, "Xác nhận bản đăng ký")
    await department.wait_for_url("**done=confirm**")
    await desk.look(department, "registration-confirmed")

    await desk.task(officer, "report")
    await desk.look(officer, "results-form")
    results = officer.locator("input[name^=r-]")
    assert await results.count() == len(names)
    for number in range(len(names)):
        name = await results.nth(number).get_attribute("name") or ""
        goal = GOALS[f"t{name[1:]}"]
        up = goal["direction"] in {"at_least", "about", "above"}
        figure = float(goal["value"]) + (0.5 if up else -0.5)
        await results.nth(number).fill(f"{figure:.1f}".replace(".", ","))
    await officer.locator("input[name^=e-]").first.fill("Báo cáo số 12/BC-BHXH ngày 05/01/2025")
    await press(officer, "Gửi báo cáo")
    await officer.wait_for_url("**done=report**")

    professional = await desk.open(PROFESSIONAL)
    await desk.task(professional, "verify")
    await desk.look(professional, "results-verify")
    ticks = professional.locator("input[type=checkbox]")
    for number in range(await ticks.count()):
        await ticks.nth(number).check()
    await press(professional, "Xác nhận kết quả đã chọn")
    await professional.wait_for_url("**done=verify**")
    await expect(professional.locator(".pill.good")).to_have_count(len(names))
    await desk.look(professional, "results-verified")

    card = professional.url.partition("?")[0]
    for typed, met in (("1,5", len(names) - 1), ("99,5", len(names))):  # lost by a correction, regained by the next
        await officer.goto(card)
        await officer.locator("input[name^=r-health]").first.fill(typed)
        await officer.fill("#why", "Cộng nhầm số liệu")
        await press(officer, "Gửi đính chính")
        await officer.wait_for_url("**done=correct**")
        await desk.task(professional, "verify")
        await professional.locator("input[type=checkbox]").first.check()
        await press(professional, "Xác nhận kết quả đã chọn")
        await professional.wait_for_url("**done=verify**")
        await expect(professional.locator("table .pill.good")).to_have_count(met)
        await expect(professional.locator("main")).to_contain_text("Không còn đạt" if met < len(names) else "Đạt")
    await officer.goto(card)
    await desk.look(officer, "results-correct")

    await officer.goto(f"{desk.url}/results")
    await desk.look(officer, "results-list")
    await officer.goto(f"{desk.url}/campaigns")
    await follow_first(officer)
    await desk.look(officer, "campaign")
    await officer.goto(f"{desk.url}/nominations/new")
    await officer.fill("#year", "2024")
    await press(officer, "Lập hồ sơ")
    await officer.wait_for_url("**done=drafted**")
    nomination = officer.url.partition("?")[0]
    await expect(officer.locator("main")).to_contain_text("Thiếu")
    await expect(officer.locator("main")).to_contain_text("được đính chính kể từ ngày lập hồ sơ")
    await expect(officer.locator("main")).to_contain_text("Đã đính chính")
    await desk.look(officer, "nomination")
    for number in range(await officer.locator("#kind option").count()):
        await officer.locator("#kind").select_option(index=number)
        await officer.locator("#sha256-file").set_input_files(
            {"name": f"Văn bản {number}.pdf", "mimeType": "application/pdf", "buffer": b"%d" % number}
        )
        await expect(officer.locator("#sha256")).to_have_value(_hex())
        await press(officer, "Bổ sung giấy tờ vào hồ sơ")
        await officer.wait_for_url("**done=added**")

    await head.goto(nomination)
    await desk.look(head, "nomination-complete")
    await press(head, "Nộp hồ sơ đề nghị khen thưởng")
    await head.wait_for_url("**done=submitted**")

    leader = await desk.open(LEADER)
    await desk.task(leader, "decide")
    await desk.look(leader, "nomination-submitted")
    await leader.goto(f"{desk.url}/nominations")
    await desk.look(leader, "nominations-list")
    await leader.goto(f"{desk.url}/decisions/new")
    await desk.look(leader, "decision-new")
    await leader.fill("#number", "123/QĐ-BHXH")
    await press(leader, "Ban hành quyết định")
    await expect(leader.locator("#errors")).to_be_focused()
    await desk.look(leader, "decision-refused")
    await leader.locator("input[type=checkbox]").first.check()
    await press(leader, "Ban hành quyết định")
    await leader.wait_for_url("**done=issued**")
    await expect(leader.locator("main tbody tr")).to_have_count(1)
    await desk.look(leader, "decision")
    await leader.goto(f"{desk.url}/decisions")
    await expect(leader.locator("main")).to_contain_text("123/QĐ-BHXH")
    await desk.look(leader, "decisions-list")
    await officer.goto(nomination)
    await expect(officer.locator("main")).to_contain_text("Đã khen thưởng")
    await desk.look(officer, "nomination-granted")


def _hex() -> "re.Pattern[str]":
    return re.compile("^[0-9a-f]{64}$")


async def test_a_grid_is_filled_by_pasting_a_block(desk: Desk) -> None:
    await desk.launch("dan-bang")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    first = cells(officer).first
    await first.focus()
    block = "94,25 %\t95,50\n43,5\t46\n"
    await first.evaluate(
        "(input, text) => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " input.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }",
        block,
    )
    rows = officer.locator("table[data-grid] tbody tr")
    assert [await each.input_value() for each in await rows.nth(0).locator("input").all()] == ["94,25 %", "95,50"]
    assert [await each.input_value() for each in await rows.nth(1).locator("input").all()] == ["43,5", "46"]


async def test_a_registration_by_keyboard_only(desk: Desk) -> None:
    await desk.launch("ban-phim")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    await cells(officer).first.focus()
    rows = officer.locator("table[data-grid] tbody tr")
    ids = await rows.locator("td:nth-child(2) input").evaluate_all("inputs => inputs.map(input => input.id)")
    for name in ids:
        await expect(officer.locator(f"#{name}")).to_be_focused()
        await officer.keyboard.type(better(GOALS[name]))
        await officer.keyboard.press("Enter")
    save = officer.locator("main").get_by_role("button", name="Lưu", exact=True)
    for _ in range(30):
        await officer.keyboard.press("Tab")
        if await save.evaluate("button => button === document.activeElement"):
            break
    await officer.keyboard.press("Enter")
    await officer.wait_for_url("**done=saved**")
    assert await officer.input_value(f"#{ids[-1]}") == better(GOALS[ids[-1]]).rstrip("0")


async def test_a_registration_without_scripts(desk: Desk) -> None:
    await desk.launch("khong-script")
    officer = await desk.open(OFFICER, java_script_enabled=False)
    await desk.task(officer, "register")
    by_name: dict[str, dict[int, str]] = {}
    for goal in GOALS.values():
        by_name.setdefault(goal["name"], {})[goal["year"]] = better(goal)
    lines = [
        "Chỉ tiêu\t2024\t2025",
        *(f"{name}\t{by.get(2024, '')}\t{by.get(2025, '')}" for name, by in by_name.items()),
    ]
    await officer.locator("summary", has_text="Dán từ Excel").click()
    await officer.fill("#block", "\n".join(lines))
    await press(officer, "Đưa vào bảng")
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    await officer.goto(f"{officer.url.partition('?')[0]}/submit")
    await expect(officer.locator("main")).to_contain_text("Thao tác này cần vai trò")  # the head sends it in
    head = await desk.open(HEAD, java_script_enabled=False)
    await head.goto(officer.url)
    await press(head, "Gửi bản đăng ký")
    await head.wait_for_url("**done=submit**")


async def test_roles_are_granted_and_ended_and_a_person_is_erased(desk: Desk) -> None:
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/people")
    await desk.look(department, "people")
    await press(department, "Thêm người")
    await department.wait_for_url("**done=enrolled**")
    await department.fill("#full_name", "Trịnh Thị Ví Dụ Mới")
    await department.fill("#phone", "không phải số")
    await press(department, "Lưu thông tin")
    await expect(department.locator("#phone-error")).to_contain_text("số di động")
    await desk.look(department, "person-refused")
    await department.fill("#phone", "0912 345 678")
    await press(department, "Lưu thông tin")
    await department.wait_for_url("**done=keep**")
    await expect(department.locator("#phone")).to_have_value("0912 345 678")
    await department.locator("#unit").select_option(label="VSS Bảo hiểm xã hội Việt Nam")
    await press(department, "Cấp vai trò")
    await department.wait_for_url("**done=grant**")
    await desk.look(department, "person")
    role = department.locator("main li", has_text="Cán bộ thi đua")
    for _ in range(50):
        if await role.count():
            break
        await department.wait_for_timeout(200)
        await department.reload()
    await role.get_by_role("button").click()
    await department.wait_for_url("**done=revoke**")
    await follow(department, "Xóa thông tin cá nhân")
    await desk.look(department, "person-erase")
    await press(department, "Xóa thông tin cá nhân")
    await department.wait_for_url("**done=erase**")
    await expect(department.locator("h1")).to_have_text("(chưa có tên)")
    await desk.look(department, "person-erased")


async def test_one_sees_ones_own_details_and_who_has_looked(desk: Desk) -> None:
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/people")
    await follow(department, OFFICER)
    await expect(department.locator("#full_name")).to_have_value(OFFICER)
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/people/me")
    await expect(officer.locator("main")).to_contain_text(OFFICER)
    await expect(officer.locator("main")).to_contain_text(DEPARTMENT)
