"""What was there before the platform: confirmations of committees, ratings of years, history brought as files."""

import re
from datetime import date

import pytest
from playwright.async_api import Locator, Page, expect

from tests.portal.browser.conftest import DEPARTMENT, OFFICER, PACK, PROFESSIONAL, Desk, better, follow, press
from tests.portal.browser.test_file_pages import choose

pytestmark = pytest.mark.server
SCAN = b"%PDF-1.7\n" + b"xac nhan " * 50
YEAR = date.today().year  # noqa: DTZ011 - the platform's day differs by hours at most
CLOSED = YEAR - 2
PLACE = "health_insurance_coverage"


async def choose_scan(page: Page, name: str, content: bytes = SCAN) -> None:
    """Choose a file by its hash, which alone is sent."""
    await page.locator(f"#{name}-file").set_input_files(
        {"name": "Xác nhận.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    await expect(page.locator(f"#{name}")).to_have_value(re.compile("^[0-9a-f]{64}$"))


async def entered(desk: Desk, officer: Page, code: str, what: str) -> str:
    """A confirmation that the officer has entered from the page of the campaign; its address."""
    await officer.goto(f"{desk.url}/campaigns")
    await officer.locator("main tbody tr", has_text=code).get_by_role("link").first.click()
    await follow(officer, "Xác nhận địa phương")
    await follow(officer, "Nhập xác nhận")
    await expect(officer.locator("main")).to_contain_text(f"Phong trào {code}")
    await officer.select_option("#criterion", PLACE)
    await officer.fill("#committee", "Ban Chỉ đạo giảm nghèo thành phố")
    await officer.fill("#what", what)
    await officer.fill("#number", "12/XN-BCĐ")
    await officer.fill("#issued_on", "tháng hai")
    await choose_scan(officer, "evidence")
    await press(officer, "Nhập xác nhận")
    await expect(officer.locator("#issued_on-error")).to_be_visible()
    await desk.look(officer, "confirmation-refused")
    await expect(officer.locator("#what")).to_have_value(what)
    await officer.fill("#issued_on", "03/02/2024")
    await press(officer, "Nhập xác nhận")
    await officer.wait_for_url("**done=new**")
    await expect(officer.locator(".state .pill")).to_have_text("Chờ đánh giá")
    return officer.url.partition("?")[0]


def waits(page: Page, unit: str = "Hải Phòng") -> Locator:
    return page.locator("table.inbox", has_text="Đánh giá xác nhận").get_by_role("row").filter(has_text=unit)


@pytest.mark.requirement("A6")
async def test_a_confirmation_is_entered_judged_and_withdrawn(desk: Desk) -> None:
    await desk.launch("xac-nhan")
    officer = await desk.open(OFFICER)
    first = await entered(desk, officer, "xac-nhan", "Hoàn thành kế hoạch năm 2023")
    await expect(officer.get_by_role("button", name="Đánh giá xác nhận")).to_have_count(0)  # not the unit's to judge
    await desk.look(officer, "confirmation-waits")

    department = await desk.open(DEPARTMENT)
    for _ in range(30):
        await department.goto(f"{desk.url}/?step=judge")
        if await waits(department).count():
            break
        await department.wait_for_timeout(500)
    await waits(department).get_by_role("link", name=re.compile("^Đánh giá:")).first.click()
    await choose_scan(department, "held", SCAN + b"khac")
    await press(department, "Đối chiếu bản chụp")
    await expect(department.locator("main").get_by_role("status")).to_contain_text("Không phải bản chụp đã nhập")
    await choose_scan(department, "held")
    await press(department, "Đối chiếu bản chụp")
    await expect(department.locator("main").get_by_role("status")).to_contain_text("Đúng là bản chụp đã nhập")
    await department.select_option("#judge_confirmation-finding", "insufficient")
    await department.fill("#judge_confirmation-reason", "Văn bản không nêu năm")
    await desk.look(department, "confirmation-judge")
    await press(department, "Đánh giá xác nhận")
    await department.wait_for_url("**done=judge_confirmation**")
    await expect(department.locator(".state .pill")).to_have_text("Chưa đủ căn cứ")

    await officer.goto(first)
    await expect(officer.locator("main")).to_contain_text("Văn bản không nêu năm")
    await officer.fill("#withdraw_confirmation-reason", "Xin xác nhận lại")
    await press(officer, "Rút xác nhận")
    await officer.wait_for_url("**done=withdraw_confirmation**")
    await expect(officer.locator(".state .pill")).to_have_text("Đã rút")
    await expect(officer.get_by_role("button", name="Rút xác nhận")).to_have_count(0)
    await desk.look(officer, "confirmation-withdrawn")
    withdrawn = officer.locator("main tbody tr", has_text="12/XN-BCĐ")
    for _ in range(30):
        await officer.goto(f"{desk.url}/confirmations?state=withdrawn")
        if await withdrawn.count():
            break
        await officer.wait_for_timeout(300)
    await expect(withdrawn).to_have_count(1)
    await desk.look(officer, "confirmations-list")


@pytest.mark.requirement("A7")
async def test_a_closed_year_is_rated_by_a_table_and_one_rating_is_corrected(desk: Desk) -> None:
    department = await desk.open(DEPARTMENT)
    await department.goto(f"{desk.url}/ratings")
    await follow(department, "Nhập xếp loại một năm")
    assert str(YEAR) not in await department.locator("#year option").all_inner_texts()  # the open year is not rated
    await department.select_option("#year", str(CLOSED))
    await department.fill("#number", "15/QĐ-BHXH")
    await department.fill("#issued_on", f"10/01/{CLOSED + 1}")
    await department.fill("#rows", "Mã đơn vị\tXếp loại\nP31\tTuyệt vời\nP99\tHTT\nP30\thoàn thành tốt nhiệm vụ")
    await press(department, "Nhập xếp loại")
    faults = department.get_by_role("region", name="Các lỗi trong tệp").locator("tbody tr")
    await expect(faults).to_have_count(2)
    await expect(faults.first).to_contain_text("HTXS (Hoàn thành xuất sắc nhiệm vụ)")
    await expect(faults.last).to_contain_text("P99")
    await desk.look(department, "ratings-faults")
    await department.fill("#rows", "Mã đơn vị\tXếp loại\nP31\tHTXS\nP30\thoàn thành tốt nhiệm vụ")
    await press(department, "Nhập xếp loại")
    await department.wait_for_url("**done=rated**")
    rated = department.locator("main tbody tr", has_text=str(CLOSED))
    await expect(rated).to_contain_text("Hoàn thành xuất sắc nhiệm vụ")
    await department.select_option("#year", str(CLOSED))
    await department.select_option("#rating", "good")
    await department.fill("#number", "20/QĐ-BHXH")
    await department.fill("#issued_on", "31/12/2099")
    await department.fill("#reason", "Kết luận kiểm tra")
    await press(department, "Đính chính xếp loại")
    await expect(department.get_by_role("alert")).to_contain_text("chưa tới")
    await department.fill("#issued_on", f"01/03/{CLOSED + 1}")
    await press(department, "Đính chính xếp loại")
    await department.wait_for_url("**done=corrected**")
    await expect(rated).to_contain_text("trước đó: Hoàn thành xuất sắc nhiệm vụ; lý do: Kết luận kiểm tra")
    await desk.look(department, "ratings-corrected")

    officer = await desk.open(OFFICER)
    await officer.goto(f"{desk.url}/ratings")
    await expect(officer.locator("main tbody tr", has_text=str(CLOSED))).to_contain_text("Hoàn thành tốt nhiệm vụ")
    await expect(officer.locator("main tbody tr", has_text=str(YEAR))).to_contain_text("chưa xếp loại")
    await expect(officer.locator("main tbody tr", has_text=str(YEAR))).to_contain_text("năm chưa kết thúc")
    await expect(officer.locator("main tbody tr", has_text=str(CLOSED - 1))).to_contain_text("chưa nhập")
    await expect(officer.get_by_role("button", name="Đính chính xếp loại")).to_have_count(0)
    await officer.fill("#code", "P00000")
    await press(officer, "Xem đơn vị này")
    await expect(officer.locator("#code-error")).to_contain_text("Không có đơn vị mang mã này")
    await desk.look(officer, "ratings-no-such-unit")


async def bring(page: Page, text: str) -> None:
    """Choose a file of the campaign's history, and have it tried."""
    await choose(page, "lich-su.csv", f"\ufeff{text}\r\n".encode(), "text/csv")


async def papers(page: Page) -> None:
    await page.fill("#happened_on", "20/12/2024")
    await page.fill("#document_number", "120/BHXH-TĐ")
    await page.fill("#document_date", "18/12/2024")


@pytest.mark.requirement("A1", "B12")
async def test_registrations_and_results_of_closed_years_are_brought_with_their_papers(desk: Desk) -> None:  # noqa: PLR0915 - it is one story
    await desk.launch("lich-su")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    registration = officer.url.partition("?")[0]
    await officer.goto(f"{desk.url}/campaigns")
    await officer.locator("main tbody tr", has_text="lich-su").get_by_role("link").first.click()
    await follow(officer, "Nhập đăng ký các năm trước")
    campaign = await officer.locator("#campaign").input_value()
    rows = [f"P31;{goal['indicator']};{goal['year']};{better(goal)}" for goal in PACK["goals"]]
    head = "Mã đơn vị;Mã chỉ tiêu;Năm;Mức đăng ký"
    await officer.fill("#happened_on", "năm 2024")
    await officer.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"})
    await press(officer, "Kiểm tra tệp")
    await expect(officer.locator("#happened_on-error")).to_be_visible()  # history has a day
    await desk.look(officer, "history-no-day")
    await officer.fill("#happened_on", "20/12/2024")
    await officer.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"})
    await press(officer, "Kiểm tra tệp")
    await expect(officer.get_by_role("alert")).to_contain_text("phải có căn cứ")  # and rests on something
    await papers(officer)
    await bring(officer, "\r\n".join([head, *rows[1:], rows[0].replace(";2024;", ";hai nghìn;")]))
    faults = officer.get_by_role("region", name="Các lỗi trong tệp")
    await expect(faults).to_contain_text("Năm không đúng")
    await desk.look(officer, "history-faults")
    await expect(officer.locator("#document_number")).to_have_value("120/BHXH-TĐ")  # another file, the same papers
    await bring(officer, "\r\n".join([head, *rows]))
    await expect(officer.locator(".next")).to_contain_text(f"{len(rows)} chỉ tiêu mới, 0 chỉ tiêu thay đổi")
    await press(officer, f"Nhập {len(rows)} chỉ tiêu")
    await expect(officer.locator(".next h2")).to_have_text("Đã nhập xong", timeout=30_000)
    await desk.look(officer, "history-registrations-done")

    department = await desk.open(DEPARTMENT)
    await department.goto(f"{registration}/confirm")
    await press(department, "Xác nhận bản đăng ký")
    await department.wait_for_url("**done=confirm**")
    await desk.task(officer, "report")
    card = officer.url.partition("?")[0]

    await officer.goto(f"{desk.url}/history/results?campaign={campaign}")
    head = "Mã đơn vị;Mã chỉ tiêu;Năm;Tử số;Mẫu số;Minh chứng"
    await papers(officer)
    await bring(officer, f"{head}\r\nP31;{PLACE};2024;9.430;không;Báo cáo 2024\r\nP31;khong_co;2024;1;2;")
    await expect(faults.locator("tbody tr")).to_have_count(2)
    await bring(officer, f"{head}\r\nP31;{PLACE};2024;9.430;10.000;Báo cáo 2024")
    await expect(officer.locator(".next")).to_contain_text("1 kết quả mới")
    await desk.look(officer, "history-results-check")
    await press(officer, "Nhập 1 kết quả")
    await expect(officer.locator(".next h2")).to_have_text("Đã nhập xong", timeout=30_000)
    professional = await desk.open(PROFESSIONAL)
    await professional.goto(f"{card}/{PLACE}-2024")
    await expect(professional.locator("main")).to_contain_text("120/BHXH-TĐ")
    await expect(professional.locator("main")).to_contain_text("94,3")
    await press(professional, "Xác nhận kết quả")
    await professional.wait_for_url("**done=verify**")
