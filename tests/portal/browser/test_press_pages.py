"""Publicity and reported violations, each walked by those who would do it."""

import re

from playwright.async_api import Page, expect

from tests.portal.browser.conftest import DEPARTMENT, HEAD, OFFICER, Desk, press


async def test_a_unit_notes_a_publication_and_that_it_came_down(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/publicity/new")
    await officer.fill("#unit_id", "P31")
    await officer.select_option("#medium", "broadcast")
    await officer.fill("#title", "Phóng sự: thu hộ qua tổ tự quản")
    await officer.fill("#outlet", "Đài Phát thanh và Truyền hình tỉnh")
    await officer.fill("#published_on", "02/12/2024")
    await officer.fill("#link", "phong-su")
    await desk.look(officer, "publicity-new")
    await press(officer, "Ghi nhận tin, bài")
    await expect(officer.get_by_role("alert")).to_be_visible()
    await officer.fill("#link", "https://example.org/phong-su")
    await press(officer, "Ghi nhận tin, bài")
    await expect(officer.locator("main")).to_contain_text("Đang đăng")
    await officer.fill("#take_down_publicity-on", "01/12/2024")
    await press(officer, "Ghi nhận đã gỡ")
    await expect(officer.get_by_role("alert")).to_contain_text("trước ngày đăng")
    await officer.fill("#take_down_publicity-on", "03/12/2024")
    await press(officer, "Ghi nhận đã gỡ")
    await expect(officer.locator("main")).to_contain_text("Đã gỡ")
    await desk.look(officer, "publicity-down")


async def test_a_publication_about_an_exemplar_stands_on_its_page_too(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/exemplars/new")
    await officer.fill("#title", "Tuyến phố bảo hiểm y tế")
    await officer.fill("#merit", "Cả tuyến phố tham gia")
    await press(officer, "Ghi nhận điển hình")
    await officer.fill("#acclaim_exemplar-held_on", "10/11/2024")
    await officer.fill("#acclaim_exemplar-present", "20")
    await officer.fill("#acclaim_exemplar-votes_for", "19")
    await press(officer, "Ghi nhận suy tôn")
    await officer.wait_for_url("**done=acclaim_exemplar**")
    exemplar = officer.url.partition("?")[0]
    offered = officer.locator("#exemplar_id option", has_text="Tuyến phố bảo hiểm y tế")
    for _ in range(30):
        await officer.goto(f"{desk.url}/publicity/new")
        if await offered.count():
            break
        await officer.wait_for_timeout(300)
    await officer.select_option("#exemplar_id", label=await offered.inner_text())
    await officer.fill("#unit_id", "P30")
    await officer.select_option("#medium", "article")
    await officer.fill("#title", "Một tuyến phố cùng tham gia")
    await officer.fill("#outlet", "Tạp chí ngành")
    await officer.fill("#published_on", "12/11/2024")
    await press(officer, "Ghi nhận tin, bài")
    await expect(officer.get_by_role("alert")).to_be_visible()  # the exemplar is another unit's
    await desk.look(officer, "publicity-exemplar")
    await officer.fill("#unit_id", "P31")
    await press(officer, "Ghi nhận tin, bài")
    await officer.wait_for_url("**done=new**")
    await officer.get_by_role("link", name="Xem điển hình").click()
    await officer.wait_for_url(f"{exemplar}**")
    await expect(officer.locator("main")).to_contain_text("Tạp chí ngành")


async def _found(officer: Page, desk: Desk, title: str) -> bool:
    """Whether a publication that is to come down waits in the inbox, among those of others; it is open then."""
    await officer.goto(f"{desk.url}/?step=take_down")
    waits = officer.locator("table.inbox", has_text="Gỡ tin, bài").get_by_role("link", name=re.compile("^Gỡ:"))
    for path in [await each.get_attribute("href") or "" for each in await waits.all()]:
        await officer.goto(f"{desk.url}{path}")
        if title in await officer.locator("main").inner_text():
            return True
    return False


async def test_what_made_a_withdrawn_exemplar_known_waits_until_it_is_down(desk: Desk) -> None:
    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/exemplars/new")
    await officer.fill("#title", "Tổ thu lưu động")
    await officer.fill("#merit", "200 người tham gia mới trong một năm")
    await press(officer, "Ghi nhận điển hình")
    await officer.fill("#acclaim_exemplar-held_on", "10/11/2024")
    await officer.fill("#acclaim_exemplar-present", "20")
    await officer.fill("#acclaim_exemplar-votes_for", "19")
    await press(officer, "Ghi nhận suy tôn")
    await officer.wait_for_url("**done=acclaim_exemplar**")
    department = await desk.open(DEPARTMENT)
    await department.goto(officer.url)
    await department.select_option("#publicise_exemplar-medium", "newsletter")
    await department.fill("#publicise_exemplar-outlet", "Bản tin ngành")
    await department.fill("#publicise_exemplar-published_on", "12/11/2024")
    await press(department, "Ghi nhận tuyên truyền")
    await department.wait_for_url("**done=publicise_exemplar**")
    await department.fill("#withdraw_exemplar-reason", "Không còn hiệu quả")
    await press(department, "Rút khỏi danh mục")
    for _ in range(30):
        if await _found(officer, desk, "Tổ thu lưu động"):
            break
        await officer.wait_for_timeout(500)
    await expect(officer.locator("main")).to_contain_text("Tổ thu lưu động")
    await expect(officer.locator("main")).to_contain_text("Phải gỡ")
    await expect(officer.locator("main")).to_contain_text("Không còn hiệu quả")
    await desk.look(officer, "publicity-to-come-down")
    await officer.fill("#take_down_publicity-on", "14/11/2024")
    await press(officer, "Ghi nhận đã gỡ")
    await officer.wait_for_url("**done=take_down_publicity**")
    down = officer.locator("main tbody tr", has_text="Tổ thu lưu động")
    for _ in range(30):
        await officer.goto(f"{desk.url}/publicity?state=taken_down")
        if await down.count():
            break
        await officer.wait_for_timeout(500)
    await expect(down).to_have_count(1)
    await desk.look(officer, "publicity-list")


async def test_a_violation_is_reported_handed_over_and_not_seen_by_the_unit(desk: Desk) -> None:
    head = await desk.open(HEAD)
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/violations/new")
    await department.fill("#unit_id", "P31")
    await department.fill("#what", "Báo cáo thành tích không đúng thực tế")
    await desk.look(department, "violation-new")
    await press(department, "Gửi phản ánh")
    await expect(department.locator("main")).to_contain_text("Mới phản ánh")
    await department.select_option("#hand_over_violation-to", "department")
    await press(department, "Giao xem xét")
    await expect(department.locator("main")).to_contain_text("Đang xem xét")
    # whoever reported it does not answer it
    await expect(department.locator("main")).to_contain_text("Người phản ánh không tự trả lời")
    await expect(department.get_by_role("button", name="Trả lời phản ánh")).to_have_count(0)
    await desk.look(department, "violation-handed-over")
    other = await desk.open("Phan Thị Thí Dụ")
    await other.goto(f"{desk.url}/?step=look_into")
    await other.get_by_role("link", name=re.compile("^Xem xét:")).first.click()
    await other.check("[name=answer_violation-violated]")
    await other.fill("#answer_violation-answer", "Đã hủy kết quả báo cáo sai")
    await press(other, "Trả lời phản ánh")
    await expect(other.locator("main")).to_contain_text("Có vi phạm")
    await desk.look(other, "violation-answered")
    await other.goto(f"{desk.url}/violations?state=answered")
    await expect(other.locator("main tbody")).to_contain_text("Báo cáo thành tích không đúng thực tế")
    await desk.look(other, "violations-list")
    answer = await head.goto(f"{desk.url}/violations")
    assert answer is not None
    assert answer.status == 403
