"""Deadlines, obstacles and exemplars, each walked by those who would do it."""

from playwright.async_api import expect

from tests.portal.browser.conftest import DEPARTMENT, HEAD, OFFICER, Desk, press


async def test_a_unit_that_is_late_is_excused_from_above_and_stays_listed(desk: Desk) -> None:
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/deadlines/new")
    await department.check("[name=kind-provincial]")
    await department.fill("#title", "Báo cáo sơ kết đợt thi đua")
    await department.fill("#before", "01/12/2024")
    await desk.look(department, "deadline-new")
    await press(department, "Đặt hạn")
    await department.wait_for_url("**/deadlines?**")
    head = await desk.open(HEAD)
    await head.goto(f"{desk.url}/deadlines?late=1")
    await head.locator("main tbody tr", has_text="Báo cáo sơ kết đợt thi đua").locator("a").first.click()
    await expect(head.get_by_role("button", name="Ghi nhận lý do chậm")).to_have_count(0)
    await department.goto(head.url)
    await department.fill("#excuse_lateness-reason", "Mất điện do bão")
    await press(department, "Ghi nhận lý do chậm")
    await expect(department.get_by_role("status").first).to_contain_text("vẫn có trong danh sách chậm")
    await desk.look(department, "deadline-excused")
    await head.goto(f"{desk.url}/deadlines?late=1")
    await expect(head.locator("main tbody")).to_contain_text("Mất điện do bão")
    await desk.look(head, "deadlines-late")


async def test_an_obstacle_is_raised_by_a_unit_and_answered_for_all(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/obstacles/new")
    await officer.fill("#question", "Chỉ tiêu tính theo dân số năm nào?")
    await press(officer, "Gửi vướng mắc")
    await expect(officer.locator("main")).to_contain_text("Chờ trả lời")
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/?step=answer")
    await expect(department.locator("table.inbox")).to_contain_text("Trả lời vướng mắc")
    await department.goto(f"{desk.url}/obstacles?resolved=false")
    row = department.locator("main tbody tr", has_text="Chỉ tiêu tính theo dân số năm nào?").first
    await row.locator("input[type=checkbox]").check()
    await department.fill("#answer", "Theo số liệu năm 2023.")
    await desk.look(department, "obstacles-guidance")
    await press(department, "Ban hành hướng dẫn")
    await department.wait_for_url("**done=guidance**")
    await officer.reload()
    await expect(officer.locator("main")).to_contain_text("Theo số liệu năm 2023.")
    await desk.look(officer, "obstacle-answered")


async def test_an_exemplar_comes_from_its_identification_to_being_made_known(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/exemplars/new")
    await officer.fill("#title", "Thu hộ qua tổ tự quản")
    await officer.fill("#merit", "300 người tham gia mới trong một năm")
    await press(officer, "Ghi nhận điển hình")
    await expect(officer.locator("main")).to_contain_text("Mới phát hiện")
    await officer.fill("#acclaim_exemplar-held_on", "10/11/2024")
    await officer.fill("#acclaim_exemplar-present", "20")
    await officer.fill("#acclaim_exemplar-votes_for", "10")
    await press(officer, "Ghi nhận suy tôn")
    await expect(officer.get_by_role("alert")).to_contain_text("chưa quá nửa")
    await officer.fill("#acclaim_exemplar-votes_for", "19")
    await press(officer, "Ghi nhận suy tôn")
    await expect(officer.locator("main")).to_contain_text("19/20 người có mặt đồng ý")
    department = await desk.open(DEPARTMENT)
    await department.goto(officer.url)
    await department.fill("#publicise_exemplar-outlet", "Tạp chí Bảo hiểm xã hội")
    await department.fill("#publicise_exemplar-published_on", "12/11/2024")
    await press(department, "Ghi nhận tuyên truyền")
    await expect(department.locator("main")).to_contain_text("Tạp chí Bảo hiểm xã hội")
    await desk.look(department, "exemplar-publicised")
    await department.fill("#withdraw_exemplar-reason", "Không còn hiệu quả")
    await press(department, "Rút khỏi danh mục")
    await expect(department.locator("main")).not_to_contain_text("Tạp chí Bảo hiểm xã hội")
    await desk.look(department, "exemplar-withdrawn")
