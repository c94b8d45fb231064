"""A document from its draft to the incoming book, and its ways back, in the browser by the people who do it."""

import time
from typing import Any

import pytest
from playwright.async_api import Page, expect

from chassis.facts.clock import business_date, system_clock
from tests.portal.browser.conftest import DEPARTMENT, LEADER, OFFICER, PROFESSIONAL, Desk, follow, press

pytestmark = pytest.mark.server

CLERK = "Tô Thị Vào Sổ"


def today() -> str:
    return f"{business_date(system_clock()):%d/%m/%Y}"


async def wait_for(desk: Desk, page: Page, path: str, subject: str) -> None:
    """Open a document in a list, as soon as it shows there."""
    deadline = time.monotonic() + 30
    while True:
        await page.goto(f"{desk.url}{path}")
        link = page.locator("main").get_by_role("link", name=subject, exact=True)
        if await link.count():
            break
        assert time.monotonic() < deadline, f"not there: {subject}"
        await page.wait_for_timeout(200)
    async with page.expect_navigation():
        await link.first.click()


async def do(page: Page, name: str, done: str, **fields: str) -> None:
    """Fill in a step's form and take the step."""
    for field, value in fields.items():
        await page.fill(f"#{done}-{field}", value)
    await press(page, name)
    await page.wait_for_url(f"**done={done}**")


async def drafted(desk: Desk, writer: Page, subject: str, **fields: str) -> str:
    """A plan for the provinces, kept as a draft; gives its address."""
    await writer.goto(f"{desk.url}/documents/new")
    typed: dict[str, str] = {
        "symbol": "KH-BHXH", "subject": subject, "body": "Các đơn vị tổ chức thực hiện.\nBáo cáo kết quả.",
        "legal_bases": "39/CT-TTg; 15/10/2024; Chỉ thị", "reports": "Bộ Tài chính", "archive": "VT, TĐKT",
    }  # fmt: skip
    await writer.select_option("#kind", "plan")
    await writer.check("[name=to-provincial]")
    await writer.check("[name=as_above]")
    for name, value in {**typed, **fields}.items():
        await writer.fill(f"#{name}", value)
    await press(writer, "Lưu dự thảo")
    await writer.wait_for_url("**done=drafted**")
    return writer.url.partition("?")[0]


async def brought_out(number: str, path: str, people: dict[str, Page]) -> None:
    """Checked, signed, numbered, issued and sent, each by who does it."""
    await people["checker"].goto(path)
    await do(people["checker"], "Kiểm tra xong", "check_document")
    await people["leader"].goto(path)
    await do(people["leader"], "Ký văn bản", "sign_document")
    clerk = people["clerk"]
    await clerk.goto(path)
    await do(clerk, "Cấp số, ngày", "number_document", number=number, dated=today())
    await do(clerk, "Ban hành", "issue_document")
    await do(clerk, "Gửi đến các đơn vị nhận", "send_document")


@pytest.fixture
async def people(desk: Desk) -> dict[str, Page]:
    """Who brings a document out, each at a desk."""
    names: dict[str, Any] = {"writer": DEPARTMENT, "checker": PROFESSIONAL, "leader": LEADER, "clerk": CLERK}
    return {role: await desk.open(name) for role, name in names.items()}


async def test_a_document_goes_out_and_stands_in_the_incoming_book(desk: Desk, people: dict[str, Page]) -> None:
    writer, clerk = people["writer"], people["clerk"]
    await writer.goto(f"{desk.url}/documents/new")
    await desk.look(writer, "document-new")
    path = await drafted(desk, writer, "Kế hoạch vào sổ")
    await desk.look(writer, "document-draft")
    await expect(writer.get_by_role("button", name="Kiểm tra xong")).to_have_count(0)
    await brought_out("901", path, people)
    await do(clerk, "Ghi việc gửi ra ngoài", "dispatch_document", happened_on=today(), reference="RA 1")
    await desk.look(clerk, "document-sent")
    await expect(clerk.locator("main")).to_contain_text("901/KH-BHXH")
    await follow(clerk, "Bản in")
    await expect(clerk.locator(".paper")).to_contain_text("Lưu: VT, TĐKT (2 bản)")
    await desk.look(clerk, "document-print")

    officer = await desk.open(OFFICER)
    await wait_for(desk, officer, "/incoming", "Kế hoạch vào sổ")
    await desk.look(officer, "incoming-one")
    await officer.fill("#receive_document-number", "77")
    await officer.fill("#receive_document-received_on", "01/01/2024")
    await press(officer, "Vào sổ văn bản đến")
    await expect(officer.locator("#errors")).to_contain_text("trước ngày ban hành")
    await do(officer, "Vào sổ văn bản đến", "receive_document", number="77", received_on=today())
    await expect(officer.locator("main")).to_contain_text("Số đến 77")
    await clerk.goto(path)
    await expect(clerk.get_by_role("row").filter(has_text="Đã vào sổ")).to_have_count(1)


async def test_a_document_is_corrected_and_recalled_where_it_came(desk: Desk, people: dict[str, Page]) -> None:
    path = await drafted(desk, people["writer"], "Kế hoạch thu hồi")
    await brought_out("902", path, people)
    leader = people["leader"]
    await leader.goto(path)
    await do(leader, "Đính chính", "correct_document", wrong="năm 2024", right="năm 2025")
    await do(leader, "Thu hồi", "recall_document", reason="Ban hành nhầm")
    await desk.look(leader, "document-recalled")
    officer = await desk.open(OFFICER)
    await wait_for(desk, officer, "/incoming", "Kế hoạch thu hồi")
    await expect(officer.locator("main")).to_contain_text("Ban hành nhầm")
    await expect(officer.locator("main")).to_contain_text("năm 2025")
    await desk.look(officer, "incoming-recalled")


async def test_a_document_is_replaced_by_one_that_rests_on_it(desk: Desk, people: dict[str, Page]) -> None:
    old = await drafted(desk, people["writer"], "Kế hoạch cũ")
    await brought_out("903", old, people)
    new = await drafted(desk, people["writer"], "Kế hoạch thay", based_on=old)
    await brought_out("904", new, people)
    leader = people["leader"]
    await leader.goto(old)
    await expect(leader.locator("#replace_document-replaced_by")).to_contain_text("904/KH-BHXH")
    await do(leader, "Thay thế", "replace_document")
    await desk.look(leader, "document-replaced")
    officer = await desk.open(OFFICER)
    await wait_for(desk, officer, "/incoming", "Kế hoạch cũ")
    await expect(officer.locator("main")).to_contain_text("904/KH-BHXH")


async def test_a_line_that_cannot_be_read_is_said_and_a_number_is_used_once(
    desk: Desk, people: dict[str, Page]
) -> None:
    writer, clerk = people["writer"], people["clerk"]
    path = await drafted(desk, writer, "Kế hoạch một")
    await brought_out("905", path, people)
    await writer.goto(f"{desk.url}/documents/new")
    for name, value in (("symbol", "KH-BHXH"), ("subject", "Kế hoạch hai"), ("legal_bases", "không có ngày")):
        await writer.fill(f"#{name}", value)
    await writer.select_option("#kind", "plan")
    await writer.check("[name=to-provincial]")
    await press(writer, "Lưu dự thảo")
    await expect(writer.locator("#errors")).to_contain_text("không có ngày")
    await desk.look(writer, "document-refused")
    await writer.fill("#legal_bases", "39/CT-TTg; 15/10/2024")
    await writer.fill("#body", "Nội dung")
    await press(writer, "Lưu dự thảo")
    await writer.wait_for_url("**done=drafted**")
    second = writer.url.partition("?")[0]
    await people["checker"].goto(second)
    await do(people["checker"], "Kiểm tra xong", "check_document")
    await people["leader"].goto(second)
    await do(people["leader"], "Ký văn bản", "sign_document")
    await clerk.goto(second)
    await clerk.fill("#number_document-number", "905")
    await clerk.fill("#number_document-dated", today())
    await press(clerk, "Cấp số, ngày")
    await expect(clerk.locator("#errors")).to_contain_text("905")
