"""A report as a Word file: what stands on its page, and that the same report is the same file."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Length

from contracts.values import SigningCapacity
from services.campaigns.word.paper import AnnexPage, Signer, signing_lines
from services.campaigns.word.writing import written
from tests.campaigns.papers_in_word import OUTLINE, TABLE, everything, paper, row


def millimetres(length: Length | None) -> int:
    return round(length.mm) if length is not None else 0


@pytest.mark.requirement("S003-12")
def test_a_report_follows_the_outline_in_its_order_with_the_numbers_of_the_paper() -> None:
    text = everything(written(paper({"I.1": "Một.", "III.2.1": "Hai."})))
    places = [text.index(said) for said in (
        "I. ĐẶC ĐIỂM TÌNH HÌNH", "1. Thuận lợi", "Một.", "2. Khó khăn", "III. KẾT QUẢ ĐẠT ĐƯỢC",
        "2. Đối với BHXH tỉnh", "2.1. Kết quả thực hiện", "Hai.", "2.5. Công tác phát hiện",
    )]  # fmt: skip
    assert places == sorted(places)


@pytest.mark.requirement("S003-15")
def test_its_page_is_an_official_papers() -> None:
    document = Document(BytesIO(written(paper(recipients=("Bảo hiểm xã hội Việt Nam", "Lưu: VT, TĐKT")))))
    first, across = document.sections
    assert (millimetres(first.page_width), millimetres(first.page_height)) == (210, 297)
    assert [millimetres(each) for each in (first.top_margin, first.left_margin, first.right_margin)] == [20, 30, 15]
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    assert (across.orientation, millimetres(across.page_width)) == (WD_ORIENT.LANDSCAPE, 297)
    assert document.styles["Normal"].font.name == "Times New Roman"
    text = everything(written(paper(recipients=("Bảo hiểm xã hội Việt Nam", "Lưu: VT, TĐKT"))))
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BẢO HIỂM XÃ HỘI THÀNH PHỐ HẢI PHÒNG",
        "Số: ……/BC-BHXH", "……, ngày …… tháng …… năm 2020", "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", "(Ký tên, đóng dấu)",
        "Nơi nhận: / - Bảo hiểm xã hội Việt Nam; / - Lưu: VT, TĐKT.",
    ):  # fmt: skip
        assert said in text


def test_number_place_and_day_are_written_as_the_decree_says() -> None:
    signed = Signer(signing_lines(SigningCapacity.DIRECT, "Giám đốc"), "Trần Thị Mẫu")
    text = everything(written(paper(number="5", place="Hải Phòng", day=date(2020, 2, 5), signer=signed)))
    assert "Số: 05/BC-BHXH" in text
    assert "Hải Phòng, ngày 05 tháng 02 năm 2020" in text
    assert "Trần Thị Mẫu" in text
    assert "(Ký tên" not in text
    assert "ngày 27 tháng 8 năm 2020" in everything(written(paper(day=date(2020, 8, 27))))


@pytest.mark.parametrize(
    ("capacity", "own", "lines"),
    [
        (SigningCapacity.DIRECT, "", ("GIÁM ĐỐC",)),
        (SigningCapacity.DEPUTY, "", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (SigningCapacity.BY_ORDER, "Trưởng phòng", ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
        (SigningCapacity.BY_DELEGATION, "Trưởng phòng", ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
        (SigningCapacity.ACTING, "", ("Q. GIÁM ĐỐC",)),
        (SigningCapacity.ON_BEHALF_OF_BODY, "Chủ tịch", ("TM. HỘI ĐỒNG", "CHỦ TỊCH")),
    ],
)
def test_the_capacity_stands_above_the_name(capacity: SigningCapacity, own: str, lines: tuple[str, ...]) -> None:
    assert signing_lines(capacity, "Giám đốc", own) == lines


@pytest.mark.requirement("S003-14")
def test_the_annex_is_a_table_with_a_row_for_each_year_and_its_sums() -> None:
    document = Document(BytesIO(written(paper())))
    cells = [[cell.text for cell in each.cells] for each in document.tables[-1].rows]
    assert cells[0] == ["Năm", "Số thẻ", "Hiện vật", "Nhà trực tiếp", "Tiền mặt", "Phối hợp"]
    assert cells[1] == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]
    assert cells[2] == ["2019", "1.200", "50 chăn", "-", "Tết: 45.000.000", "-"]
    assert cells[3][0] == "2020 (đến 31/07/2020)"
    assert cells[4] == ["Cộng", "1.900", "100 chăn", "-", "90.000.000", "-"]
    assert all("tblHeader" in each._tr.xml for each in document.tables[-1].rows[:2])


def test_figures_without_their_mode_are_shown_where_there_are_any_and_a_narrow_annex_stands_upright() -> None:
    cell = TABLE.columns[3]
    unknown = row(2019, 1).cells[0].model_copy(update={"column": cell.key})
    filled = AnnexPage(TABLE, (row(2019, 1).model_copy(update={"cells": (unknown,)}),))
    assert "Nhà chưa rõ" in everything(written(paper(annexes=(filled,))))
    narrow = TABLE.model_copy(update={"columns": TABLE.columns[:3]})
    document = Document(BytesIO(written(paper(annexes=(AnnexPage(narrow), AnnexPage(TABLE))))))
    assert [each.orientation for each in document.sections] == [
        WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE
    ]  # fmt: skip
    text = everything(written(paper(annexes=(AnnexPage(narrow), AnnexPage(TABLE)))))
    assert "Phụ lục I\n" in text
    assert "Phụ lục II\n" in text


def test_the_same_report_is_the_same_file_and_holds_no_clock() -> None:
    one = written(paper({"I.1": "Một."}))
    assert one == written(paper({"I.1": "Một."}))
    with ZipFile(BytesIO(one)) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = Document(BytesIO(one)).core_properties
    assert (about.author, about.language) == ("Bảo hiểm xã hội thành phố Hải Phòng", "vi-VN")


def test_an_empty_section_says_what_is_asked() -> None:
    assert "Nêu những thuận lợi chính" in everything(written(paper()))
    assert "Nêu những thuận lợi chính" not in everything(written(paper({"I.1": "Có."})))


def test_what_is_typed_is_text_and_no_markup() -> None:
    said = "<w:p>& {{ 7*7 }} #import *đậm* ]]>"
    assert said in everything(written(paper({"I.2": said})))
    assert len(OUTLINE) == len(paper().sections)
