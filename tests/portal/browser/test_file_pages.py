"""Persons, units and registrations from files as offices make them, and into files that can be brought again."""

from collections.abc import Sequence
from io import BytesIO
from unicodedata import normalize

import pytest
from openpyxl import Workbook, load_workbook
from playwright.async_api import Page, expect

from tests.portal.browser.conftest import DEPARTMENT, OFFICER, PACK, Desk, better, follow, press

pytestmark = pytest.mark.server

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("STT", "Mã cán bộ", "Họ và tên", "Ngày sinh", "Mã đơn vị", "Loại lao động", "Từ ngày")


def office_table(*rows: Sequence[object]) -> bytes:
    """A table as an office makes it: the office and a title above, a head of two merged lines, numbered columns."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["BẢO HIỂM XÃ HỘI THÀNH PHỐ HẢI PHÒNG"])
    sheet.append([])
    sheet.append(["DANH SÁCH CÁN BỘ"])
    sheet.append([normalize("NFD", each) for each in (*HEAD[:4], "Công tác")])
    sheet.append([None, None, None, None, *HEAD[4:]])
    sheet.merge_cells("E4:G4")
    for column in "ABCD":
        sheet.merge_cells(f"{column}4:{column}5")
    sheet.append([1, 2, 3, 4, 5, 6, 7])
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


async def choose(page: Page, name: str, content: bytes, kind: str = XLSX) -> None:
    """Choose a file and have it tried, until it is told what came of that."""
    await page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})
    await press(page, "Kiểm tra tệp")
    await over(page)


async def over(page: Page) -> None:
    """Wait until long work has ended."""
    await page.wait_for_url("**job=**")
    await expect(page.locator("[data-job]")).to_have_count(0, timeout=30_000)


async def taken(desk: Desk, page: Page, button: str, picture: str = "") -> bytes:
    """The file that a form writes."""
    await press(page, button)
    await page.wait_for_url("**/exports/**")
    await expect(page.locator("[data-job]")).to_have_count(0, timeout=30_000)
    if picture:
        await desk.look(page, picture)
    async with page.expect_download() as coming:
        await follow(page, "Tải tệp")
    return (await (await coming.value).path()).read_bytes()


async def test_persons_come_from_an_offices_table_and_go_into_a_file(desk: Desk) -> None:
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/people")
    await follow(page, "Nhập, xuất danh sách người")
    good = (1, "HP\u00a0001", normalize("NFD", "Phùng Thị Bảng Biểu"), "02/03/1984", "P31", "viên chức", "01/02/2024")
    wrong = (2, "HP002", "", "31/02/1984", "P99", "viên chức", "2024")
    await choose(page, "can-bo.xlsx", office_table(good, wrong))
    faults = page.get_by_role("region", name="Các lỗi trong tệp")
    for said in ("Họ tên để trống", "Ngày sinh không đúng", "Không có đơn vị mang mã này", "Ngày bắt đầu không đúng"):
        await expect(faults).to_contain_text(said)
    await expect(faults.locator("tbody tr").first).to_contain_text("8")
    await desk.look(page, "people-import-faults")
    await choose(page, "can-bo.xlsx", office_table(good))
    await expect(page.locator(".next")).to_contain_text("1 người mới, 0 người thay đổi, 0 người giữ nguyên.")
    await desk.look(page, "people-import-check")
    await press(page, "Nhập 1 người")
    await expect(page.locator(".next h2")).to_have_text("Đã nhập xong", timeout=30_000)
    await desk.look(page, "people-import-done")
    content = await taken(desk, page, "Xuất tệp Excel", "people-export")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows()]
    assert ["HP 001", "Phùng Thị Bảng Biểu", "02/03/1984"] in [row[:3] for row in rows]
    await page.goto(f"{desk.url}/people/import")
    mine = [row for row in rows if row[0] in {rows[0][0], "HP 001"}]
    again = ";".join(mine[0]) + "\r\n" + ";".join(each or "" for each in mine[1])
    await choose(page, "can-bo.csv", f"\ufeff{again}\r\n".encode(), "text/csv")
    await expect(page.locator(".next")).to_contain_text("0 người mới, 0 người thay đổi, 1 người giữ nguyên.")


async def test_targets_come_from_the_exported_file_and_every_wrong_row_is_named(desk: Desk) -> None:
    await desk.launch("tu-tep")
    page = await desk.open(OFFICER)
    await desk.task(page, "register")
    registration = page.url.partition("?")[0]
    await page.goto(f"{desk.url}/registrations")
    await follow(page, "Nhập, xuất đăng ký")
    campaign = await page.locator("#campaign option", has_text="tu-tep:").get_attribute("value")
    assert campaign is not None
    await page.select_option("#of-campaign", campaign)
    content = await taken(desk, page, "Xuất tệp Excel")
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    value, name = rows[0].index("Mức đăng ký"), rows[0].index("Mã đơn vị")
    own = [row for row in rows[1:] if row[name] == "P31"]
    goal, indicator, year = PACK["goals"][0], rows[0].index("Mã chỉ tiêu"), rows[0].index("Năm")
    own.sort(key=lambda row: (row[indicator], row[year]) != (goal["indicator"], str(goal["year"])))
    own[0][value], own[1][value] = better(goal), "chín mươi"
    await page.goto(f"{desk.url}/registrations/import")
    await page.select_option("#campaign", campaign)
    text = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in [rows[0], *own])
    await choose(page, "dang-ky.csv", f"\ufeff{text}\r\n".encode(), "text/csv")
    faults = page.get_by_role("region", name="Các lỗi trong tệp").locator("tbody tr")
    assert await faults.count() == 1, await faults.all_inner_texts()
    await desk.look(page, "registrations-import-faults")
    own[1][value] = ""
    text = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in [rows[0], *own])
    await page.select_option("#campaign", campaign)
    await choose(page, "dang-ky.csv", f"\ufeff{text}\r\n".encode(), "text/csv")
    await expect(page.locator(".next")).to_contain_text("1 chỉ tiêu mới, 0 chỉ tiêu thay đổi")
    await press(page, "Nhập 1 chỉ tiêu")
    await expect(page.locator(".next h2")).to_have_text("Đã nhập xong", timeout=30_000)
    await page.goto(registration)
    await expect(page.locator(f"table[data-grid] input[value='{better(goal)}']")).to_have_count(1)


async def test_units_go_into_a_file_and_new_ones_come_below_those_that_are_there(desk: Desk) -> None:
    page = await desk.open(DEPARTMENT)
    await page.goto(f"{desk.url}/units")
    content = await taken(desk, page, "Xuất tệp CSV")
    assert "Bảo hiểm xã hội thành phố Hải Phòng" in content.decode("utf-8-sig")
    await page.goto(f"{desk.url}/units/import")
    rows = "P31-TO1;Tổ thu lưu động;Phòng, tổ;P31;01/02/2024\r\nP99-TO1;Tổ khác;Phòng, tổ;P99;01/02/2024\r\n"
    head = "Mã đơn vị;Tên đơn vị;Loại đơn vị;Mã đơn vị cấp trên;Ngày thành lập\r\n"
    await choose(page, "don-vi.csv", f"\ufeffDANH MỤC\r\n{head}{rows}".encode(), "text/csv")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text("P99")
    await choose(page, "don-vi.csv", f"\ufeffDANH MỤC\r\n{head}{rows.splitlines()[0]}\r\n".encode(), "text/csv")
    await press(page, "Thành lập 1 đơn vị")
    await expect(page.locator(".next h2")).to_have_text("Đã thành lập 1 đơn vị", timeout=30_000)
