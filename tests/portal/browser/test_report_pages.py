"""A unit's report in a review: filled in, pasted into, sent on the last evening and late, sent back, corrected."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from docx import Document
from playwright.async_api import Page, expect

from chassis.facts.clock import VIETNAM, business_date, system_clock
from cli.cast import CAST
from deploy.local.run_info import RunInfo
from services.registry.domain.unit import unit_id
from tests.campaigns.papers_in_word import bytes_of
from tests.portal.browser.conftest import DEPARTMENT, HEAD, OFFICER, Desk, press

pytestmark = pytest.mark.server
SECOND = "Phan Thị Thí Dụ"
PACK = yaml.safe_load(Path("services/campaigns/packs/4575-2017.yaml").read_text(encoding="utf-8"))
[REVIEW] = PACK["reviews"]
COLUMNS = [each["key"] for each in REVIEW["annexes"][0]["columns"]]
ROWS = [
    "2016\t1.150\t0\t50 chăn\t2\t3\t\t45.000.000\t\t",
    "2017\t1.240\t0\t40 chăn; 200 kg gạo\t1\t2\t\t52.500.000\t\t",
    "2018\t1.300\t12.000.000\t\t3\t1\t\t38.000.000\t\t",
    "2019\t1.420\t0\t60 chăn\t5\t0\t\t61.200.000\t\t",
    "2020\t700\t0\t2 tấn gạo\t0\t4\t\t20.000.000\t\tĐến hết tháng 7",
]


async def asked(platform: RunInfo, code: str, before: date, **changes: Any) -> str:
    """Open a review, as the department does; gives its title."""
    [keeper] = [each.id for each in CAST if each.name == DEPARTMENT]
    title = f"Tổng kết vì người nghèo ({code})"
    review = {**REVIEW, "code": code, "title": title, "before": before, **changes}
    review = {name: value for name, value in review.items() if name not in {"guidance", "form"}}
    async with httpx.AsyncClient(base_url=platform.services["campaigns"].url, timeout=60) as campaigns:
        token = await campaigns.post(f"{platform.issuer.url}/token", json={"sub": str(keeper)})
        campaigns.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        body = httpx.Request("POST", "http://a", json=yaml_json({"unit_id": unit_id("VSS"), "review": review})).content
        for _ in range(50):
            answer = await campaigns.post("/api/v1/reviews", content=body, headers={"Content-Type": "application/json"})
            if answer.status_code != 403:  # what the cast holds is known there a moment after they are there
                break
            await asyncio.sleep(0.2)
        assert answer.status_code == 201, answer.text
    return title


def yaml_json(value: Any) -> Any:
    """A YAML value as JSON has it: days as text."""
    if isinstance(value, dict):
        return {name: yaml_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [yaml_json(each) for each in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def today() -> date:
    return business_date(system_clock())


@contextmanager
def at(platform: RunInfo, day: date, hour: int) -> Iterator[None]:
    """It is this hour of a day, in Viet Nam."""
    moment = datetime.combine(day, time(hour), VIETNAM)
    clock = platform.data / "clock"
    clock.write_text(str((moment - datetime.now(UTC)).total_seconds()), encoding="ascii")
    try:
        yield
    finally:
        clock.write_text("0", encoding="ascii")


async def open_report(desk: Desk, page: Page, title: str) -> str:
    """Open one's report of a review from the list, as soon as it is there; gives its address."""
    for _ in range(100):
        await page.goto(f"{desk.url}/reports")
        if await page.get_by_role("link", name=title, exact=True).count():
            break
        await page.wait_for_timeout(200)
    async with page.expect_navigation():
        await page.get_by_role("link", name=title, exact=True).first.click()
    return page.url.partition("?")[0]


def field(page: Page, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def cell(page: Page, year: int, column: str) -> Any:
    return field(page, f"a-support-{year}-{column}")


async def paste(page: Page, where: Any, block: str) -> None:
    """Paste a block into a cell, as from a spreadsheet."""
    async with page.expect_navigation():
        await where.evaluate(
            "(input, text) => { const data = new DataTransfer(); data.setData('text/plain', text); input.dispatchEvent("
            "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })) }",
            block,
        )


async def write(page: Page, **more: str) -> None:
    """A report that may be sent: a section, and the annex whole."""
    await field(page, "s-I.1").fill("Được cấp ủy quan tâm.")
    for row in ROWS:
        year, *values = row.split("\t")
        for column, value in zip(COLUMNS, values, strict=True):
            await cell(page, int(year), column).fill(value)
    await field(page, "u-support-2020").fill("31/07/2020")
    for name, value in more.items():
        await field(page, name).fill(value)
    await press(page, "Lưu nháp")
    await page.wait_for_url("**done=saved**")


async def send(page: Page, address: str) -> None:
    await page.goto(f"{address}/submit")
    await press(page, "Ký và gửi báo cáo")
    await page.wait_for_url("**done=submit**")


@pytest.mark.requirement("S003-12")
async def test_an_outline_is_filled_an_annex_pasted_and_a_refused_cell_corrected(desk: Desk, platform: RunInfo) -> None:
    title = await asked(platform, "dien-va-dan", today() + timedelta(days=4))
    officer = await desk.open(OFFICER)
    await open_report(desk, officer, title)
    await desk.look(officer, "report-empty")
    await expect(officer.locator(".state")).to_contain_text("Ngày cuối còn kịp: ")
    await field(officer, "s-I.1").fill("Thuận lợi: được cấp ủy quan tâm.\n\nDòng thứ hai.")
    await cell(officer, 2016, "cards").fill("nhiều")
    await cell(officer, 2016, "goods").fill("50 chăn; 200 kg gạo")
    await cell(officer, 2017, "goods").fill("40 chăn")
    sums = officer.locator("#annex-support tfoot td")
    await expect(sums.nth(2)).to_have_text("90 chăn; 200 kg gạo")
    await press(officer, "Lưu nháp")
    await expect(officer.locator("#errors")).to_be_focused()
    await expect(officer.locator(".errors li")).to_have_count(1)
    await expect(officer.locator('[id="a-support-2016-cards-error"]')).to_contain_text("Hãy nhập một số, như 1.234.")
    assert await cell(officer, 2016, "cards").input_value() == "nhiều"
    await desk.look(officer, "report-refused")
    await officer.locator(".errors a").click()
    await expect(cell(officer, 2016, "cards")).to_be_focused()
    await cell(officer, 2016, "cards").fill("1.150")
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")
    assert await field(officer, "s-I.1").input_value() == "Thuận lợi: được cấp ủy quan tâm.\n\nDòng thứ hai."
    assert await cell(officer, 2016, "goods").input_value() == "50 chăn; 200 kg gạo"


@pytest.mark.requirement("S003-14")
async def test_a_pasted_block_that_has_slipped_is_asked_about_and_houses_say_their_mode(
    desk: Desk, platform: RunInfo
) -> None:
    title = await asked(platform, "dan-lech-cot", today() + timedelta(days=4))
    officer = await desk.open(OFFICER)
    address = await open_report(desk, officer, title)
    sums = officer.locator("#annex-support tfoot td")
    await field(officer, "s-I.1").fill("Đang viết dở")
    await paste(officer, cell(officer, 2016, "cards"), "\n".join(ROWS))
    assert await field(officer, "s-I.1").input_value() == "Đang viết dở"
    await expect(officer.locator("main")).to_contain_text("Đã đưa 30 ô vào bảng")
    await expect(sums.nth(0)).to_have_text("5.810")
    await expect(sums.nth(6)).to_have_text("216.700.000")
    await desk.look(officer, "report-pasted")
    slipped = "\n".join("\t".join(row.split("\t")[2:]) for row in ROWS)
    await paste(officer, cell(officer, 2016, "cards"), slipped)
    await expect(officer.locator("#slipped-support")).to_contain_text("có vẻ lệch cột")
    assert await cell(officer, 2016, "cards").input_value() == "1.150"  # nothing is put anywhere before it is chosen
    await desk.look(officer, "report-slipped")
    await officer.locator("#slipped-support").get_by_role("button", name="Đưa vào bảng").click()
    await expect(officer.locator("main")).to_contain_text("Đã đưa")
    assert await cell(officer, 2018, "card_money").input_value() == "12.000.000"
    await cell(officer, 2019, "houses_unknown").fill("2")
    await field(officer, "u-support-2020").fill("31/07/2020")
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")

    head = await desk.open(HEAD)
    await head.goto(address)
    await press(head, "Lưu và gửi")
    await head.wait_for_url("**/submit**")
    await expect(head.locator("#errors")).to_contain_text("chưa ghi rõ")
    await head.locator(".errors a").click()
    await expect(cell(head, 2019, "houses_unknown")).to_be_focused()
    await desk.look(head, "report-mode-unknown")
    await cell(head, 2019, "houses_unknown").fill("")
    await press(head, "Lưu và gửi")
    await head.wait_for_url("**/submit**")
    await expect(head.locator("main")).to_contain_text("vào Hộp việc của")
    await desk.look(head, "report-submit")
    await press(head, "Ký và gửi báo cáo")
    await head.wait_for_url("**done=submit**")
    await expect(head.locator(".state .pill").first).to_have_text("Đã gửi, chờ chấp nhận")
    await desk.look(head, "report-sent")


@pytest.mark.requirement("S003-10")
async def test_a_report_is_sent_on_the_last_evening_and_another_a_day_late(desk: Desk, platform: RunInfo) -> None:
    before = today() + timedelta(days=1)
    last, late = [await asked(platform, code, before) for code in ("chieu-cuoi", "tre-han")]
    officer = await desk.open(OFFICER)
    addresses = []
    for title in (last, late):
        addresses.append(await open_report(desk, officer, title))
        await write(officer)
    with at(platform, before - timedelta(days=1), 23):
        head = await desk.open(HEAD)
        await head.goto(f"{desk.url}/reports")
        await expect(head.get_by_role("row").filter(has_text=last)).to_contain_text("Hạn cuối hôm nay")
        await send(head, addresses[0])
        await expect(head.locator(".state")).not_to_contain_text("Muộn")
        await desk.look(head, "report-in-time")
    with at(platform, before, 8):
        head = await desk.open(HEAD)
        await head.goto(f"{addresses[1]}/submit")
        await expect(head.locator("main")).to_contain_text("Gửi hôm nay là muộn 1 ngày")
        await desk.look(head, "report-submit-late")
        await press(head, "Ký và gửi báo cáo")
        await head.wait_for_url("**done=submit**")
        await expect(head.locator(".state")).to_contain_text("Muộn 1 ngày")
        await head.goto(f"{desk.url}/reports?open=false")
        await expect(head.get_by_role("row").filter(has_text=late)).to_contain_text("Muộn 1 ngày")
        await desk.look(head, "reports-sent")


async def test_two_at_one_annex_see_each_others_figures_and_choose(desk: Desk, platform: RunInfo) -> None:
    title = await asked(platform, "hai-nguoi-mot-bang", today() + timedelta(days=9))
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    address = await open_report(desk, officer, title)
    await head.goto(address)
    await field(head, "s-I.1").fill("Thủ trưởng viết")
    await cell(head, 2016, "cards").fill("1.000")
    await cell(head, 2017, "goods").fill("50 chăn")
    await cell(head, 2018, "note").fill("Chỉ thủ trưởng ghi")
    await press(head, "Lưu nháp")
    await head.wait_for_url("**done=saved**")
    await field(officer, "s-I.1").fill("Cán bộ viết")
    await field(officer, "s-I.2").fill("Chỉ cán bộ viết")
    await cell(officer, 2016, "cards").fill("1.100")
    await cell(officer, 2017, "goods").fill("60 chăn")
    await cell(officer, 2017, "cards").fill("7")
    await press(officer, "Lưu nháp")
    await expect(officer.locator(".errors li")).to_have_count(3)
    await expect(officer.locator('[id="a-support-2016-cards-error"]')).to_contain_text("1.000")
    await expect(officer.locator('[id="s-I.1-error"]')).to_contain_text("Thủ trưởng viết")
    assert await cell(officer, 2016, "cards").input_value() == "1.100"
    assert await cell(officer, 2018, "note").input_value() == "Chỉ thủ trưởng ghi"
    await desk.look(officer, "report-both")
    for name in ("s-I.1", "a-support-2017-goods"):
        await officer.locator(f'[name="take-{name}"][value=theirs]').check()
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")
    names = ("s-I.1", "s-I.2", "a-support-2016-cards", "a-support-2017-goods", "a-support-2017-cards")
    assert [await field(officer, name).input_value() for name in names] == [
        "Thủ trưởng viết", "Chỉ cán bộ viết", "1.100", "50 chăn", "7",
    ]  # fmt: skip


async def test_a_report_is_sent_back_recalled_accepted_and_corrected(desk: Desk, platform: RunInfo) -> None:
    title = await asked(platform, "di-va-ve", today() + timedelta(days=9))
    officer, head, department = await desk.open(OFFICER), await desk.open(HEAD), await desk.open(DEPARTMENT)
    address = await open_report(desk, officer, title)
    await write(officer)
    await send(head, address)
    await head.goto(f"{address}/recall")
    await head.fill("#reason", "Thiếu một trang")
    await desk.look(head, "report-recall")
    await press(head, "Rút lại báo cáo")
    await head.wait_for_url("**done=recall**")
    await send(head, address)

    await department.goto(f"{address}/return")
    await department.fill("#reason", "Số thẻ chưa khớp")
    await department.locator("summary").click()
    await field(department, "x-a-support-2016-cards").fill("Đối chiếu lại với danh sách")
    await field(department, "x-s-I.2").fill("Chưa nêu khó khăn")
    await desk.look(department, "report-return")
    await press(department, "Trả lại báo cáo")
    await department.wait_for_url("**done=return**")
    await officer.goto(address)
    main = officer.locator("main")
    await expect(main).to_contain_text("Báo cáo bị trả lại để sửa: Số thẻ chưa khớp")
    await expect(officer.locator('[id="a-support-2016-cards-returned"]')).to_contain_text("Đối chiếu lại")
    await expect(officer.locator('[id="s-I.2-returned"]')).to_contain_text("Chưa nêu khó khăn")
    await desk.look(officer, "report-returned")
    await cell(officer, 2016, "cards").fill("1.151")
    await field(officer, "s-I.2").fill("Địa bàn rộng.")
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")
    await send(head, address)
    await department.goto(f"{address}/accept")
    await press(department, "Chấp nhận báo cáo")
    await department.wait_for_url("**done=accept**")

    await officer.goto(address)
    await cell(officer, 2016, "cards").fill("1.200")
    await press(officer, "Đính chính số liệu")
    await expect(officer.locator("#errors")).to_be_focused()
    assert await cell(officer, 2016, "cards").input_value() == "1.200"
    await officer.fill("#reason", "Cộng nhầm danh sách")
    await desk.look(officer, "report-correct")
    await press(officer, "Đính chính số liệu")
    await officer.wait_for_url("**done=correct**")
    await expect(main).to_contain_text("Số liệu đính chính đang chờ chấp nhận")
    await expect(officer.locator("#history")).to_contain_text("Cộng nhầm danh sách")
    await desk.look(officer, "report-correcting")
    await department.goto(f"{address}/accept")
    await press(department, "Chấp nhận báo cáo")
    await department.wait_for_url("**done=accept**")
    await expect(department.locator("#annex-support")).to_contain_text("1.200")


@pytest.mark.requirement("S003-14")
async def test_an_annex_is_filled_without_scripts_with_its_sums_and_causes(desk: Desk, platform: RunInfo) -> None:
    title = await asked(platform, "khong-script", today() + timedelta(days=9))
    officer = await desk.open(OFFICER, java_script_enabled=False)
    await open_report(desk, officer, title)
    await officer.locator("summary", has_text="Dán từ Excel").click()
    await officer.fill("#block-support", "\n".join(["2015\t9", *ROWS, "Cộng\t5.810"]))
    await press(officer, "Đưa vào bảng")
    await expect(officer.locator("main")).to_contain_text("Không thuộc kỳ báo cáo nên bỏ lại: năm 2015")
    await expect(officer.locator("#annex-support tfoot td").first).to_have_text("5.810")
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")
    await officer.locator("summary", has_text="Nguyên nhân").click()
    await officer.fill("#explain_shortfall-cause", "Chưa vận động đủ nguồn lực")
    await press(officer, "Nêu nguyên nhân chưa đạt")
    await officer.wait_for_url("**done=explain_shortfall**")
    await officer.select_option("#plan_remedy-shortfall", "1")
    await officer.fill("#plan_remedy-what", "Vận động doanh nghiệp")
    await officer.fill("#plan_remedy-before", "31/13/2027")
    await press(officer, "Đề ra biện pháp")
    await expect(officer.locator("#plan_remedy-before-error")).to_contain_text("Hãy nhập ngày")
    assert await officer.input_value("#plan_remedy-what") == "Vận động doanh nghiệp"
    await officer.fill("#plan_remedy-before", "31/12/2027")
    await press(officer, "Đề ra biện pháp")
    await officer.wait_for_url("**done=plan_remedy**")
    await officer.locator("#attach-file").set_input_files(
        {"name": "Phụ lục.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"phu luc " * 200}
    )
    await officer.fill("#attach-title", "Bản quét phụ lục")
    await press(officer, "Đính kèm tệp")
    await officer.wait_for_url("**done=attach**")
    async with officer.expect_download() as waiting:
        await officer.get_by_role("link", name="Bản quét phụ lục").click()
    assert (await (await waiting.value).path()).read_bytes().startswith(b"%PDF-1.7")
    seen = await desk.open(OFFICER)
    await seen.goto(officer.url.partition("?")[0])
    await desk.look(seen, "report-causes")


async def choose_word(page: Page, content: bytes) -> None:
    """Choose a Word file and have it read into the form."""
    await page.locator("#word-file").set_input_files(
        {"name": "bao-cao.docx", "mimeType": "application/octet-stream", "buffer": content}
    )
    async with page.expect_navigation():
        await press(page, "Đọc tệp Word")


@pytest.mark.requirement("S003-12")
async def test_the_word_form_is_filled_and_read_in_and_a_wrong_file_takes_nothing_away(
    desk: Desk, platform: RunInfo
) -> None:
    title = await asked(platform, "viet-trong-word", today() + timedelta(days=4))
    officer = await desk.open(OFFICER)
    address = await open_report(desk, officer, title)
    await field(officer, "s-I.2").fill("Đang viết dở trên trang")
    await officer.locator("#word summary").click()
    async with officer.expect_download() as waiting:
        await officer.get_by_role("link", name="Tải mẫu Word để viết").click()
    form = Document(str(await (await waiting.value).path()))
    await choose_word(officer, b"%PDF-1.7\n" + b"khong phai Word " * 50)
    await expect(officer.locator("#word-file-error")).to_contain_text("lưu thành tệp .docx rồi gửi lại")
    assert await field(officer, "s-I.2").input_value() == "Đang viết dở trên trang"
    assert await field(officer, "s-I.1").input_value() == ""
    await desk.look(officer, "report-word-refused")

    lines = list(form.paragraphs)
    [at] = [number for number, each in enumerate(lines) if each.text.endswith("Thuận lợi")]
    for text in ("Được cấp ủy quan tâm.", "Người dân ủng hộ."):
        lines[at + 1].insert_paragraph_before(text)
    await choose_word(officer, bytes_of(form))
    await expect(officer.locator("main")).to_contain_text("Đã đọc tệp Word: 1 mục khác với nội dung đang có")
    assert await field(officer, "s-I.1").input_value() == "Được cấp ủy quan tâm.\nNgười dân ủng hộ."
    assert await field(officer, "s-I.2").input_value() == "Đang viết dở trên trang"
    await desk.look(officer, "report-word-read")
    other = await desk.open(HEAD)
    await other.goto(address)
    assert await field(other, "s-I.1").input_value() == ""  # nothing is stored before it is saved
    await press(officer, "Lưu nháp")
    await officer.wait_for_url("**done=saved**")
    await other.goto(address)
    assert await field(other, "s-I.1").input_value() == "Được cấp ủy quan tâm.\nNgười dân ủng hộ."
    assert await field(other, "s-I.2").input_value() == "Đang viết dở trên trang"


@pytest.mark.requirement("B12", "S003-15")
async def test_a_report_that_was_signed_on_paper_is_entered_with_its_scan_and_accepted_by_another(
    desk: Desk, platform: RunInfo
) -> None:
    before = today() + timedelta(days=1)
    title = await asked(platform, "bang-giay", before)
    officer = await desk.open(OFFICER)
    address = await open_report(desk, officer, title)
    await write(officer)
    scan = b"%PDF-1.7\n" + b"ban da ky " * 200
    with at(platform, before, 9):
        department, second = await desk.open(DEPARTMENT), await desk.open(SECOND)
        await department.goto(address)
        await department.fill("#paper-received_on", f"{before + timedelta(days=3):%d/%m/%Y}")
        await press(department, "Nhập báo cáo giấy đã nhận")
        await expect(department.locator("#paper-file-error")).to_be_visible()
        assert await department.input_value("#paper-received_on") == f"{before + timedelta(days=3):%d/%m/%Y}"
        await department.locator("#paper-file").set_input_files(
            {"name": "quet.pdf", "mimeType": "application/pdf", "buffer": scan}
        )
        await press(department, "Nhập báo cáo giấy đã nhận")
        await expect(department.locator(".errors")).to_contain_text("chưa tới")
        await desk.look(department, "report-paper-refused")
        await department.locator("#paper-file").set_input_files(
            {"name": "quet.pdf", "mimeType": "application/pdf", "buffer": scan}
        )
        await department.fill("#paper-received_on", f"{today():%d/%m/%Y}")  # in the incoming book: the last day
        await press(department, "Nhập báo cáo giấy đã nhận")
        await department.wait_for_url("**done=paper**")
        await expect(department.locator(".state")).to_contain_text("Đã gửi, chờ chấp nhận")
        await expect(department.locator(".state")).not_to_contain_text("Muộn")
        await desk.look(department, "report-paper")
        async with department.expect_download() as waiting:
            await department.get_by_role("link", name="Bản giấy đã ký (tệp quét)").click()
        assert (await (await waiting.value).path()).read_bytes() == scan
        await department.goto(f"{address}/accept")
        await expect(department.locator("main")).to_contain_text("không tự chấp nhận")
        await second.goto(f"{address}/accept")
        await press(second, "Chấp nhận báo cáo")
        await second.wait_for_url("**done=accept**")
