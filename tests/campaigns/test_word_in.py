"""A filled Word file read back into its sections: by headings however typed, nothing guessed, nothing lost."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import example, given, settings
from hypothesis import strategies as some

from chassis.facts.kinds import hidden
from services.campaigns.word import blocks
from services.campaigns.word.blocks import Unreadable, cleaned
from services.campaigns.word.paper import PaperSection
from services.campaigns.word.reading import Apart, Became, Note, Where, compared, normal
from services.campaigns.word.writing import written
from tests.campaigns.papers_in_word import LONGEST, OUTLINE, TEXTS, bytes_of, everything, held, paper, typed

HAND = (
    "*I. ĐẶC ĐIỂM TÌNH HÌNH*", "*1. Thuận lợi*", "Một.", "*2. Khó khăn:*", "Hai.", "*III. Kết quả đạt được*",
    "*2. Đối với BHXH tỉnh, thành phố*", "*2.1 Kết quả thực hiện chỉ tiêu đề ra gắn với nhiệm vụ chính trị của Ngành*",
    "Ba.", "*III.2.5. Công tác phát hiện, xây dựng và nhân rộng điển hình tiên tiến*", "Bốn.",
)  # fmt: skip
READ = {"I.1": "Một.", "I.2": "Hai.", "III.2.1": "Ba.", "III.2.5": "Bốn."}


def became(content: bytes, texts: dict[str, str] | None = None) -> dict[str, Became]:
    return {each.key: each.became for each in held(content, texts).sections}


def without(*lines: str) -> list[str]:
    return [each for each in HAND if each not in lines]


def with_(line: str, *more: str) -> list[str]:
    at = HAND.index(line) + 1
    return [*HAND[:at], *more, *HAND[at:]]


LETTERS = some.characters(exclude_categories=["C"], exclude_characters="\ufffd")
LINE = some.one_of(
    some.text(LETTERS, max_size=30),
    some.sampled_from([each.title for each in OUTLINE]),
    some.sampled_from([f"{each.label} {each.title}" for each in OUTLINE]),
    some.sampled_from(["Nơi nhận:", "Phụ lục I", "- một\thai", "III.2.1.", "*2. Khó khăn*"]),
)
WORDS = some.lists(LINE, max_size=5).map("\n".join).map(cleaned).filter(lambda text: not hidden(text, lines=True))


@settings(max_examples=60, deadline=None)
@given(
    said=some.dictionaries(some.sampled_from(TEXTS), WORDS), stands=some.dictionaries(some.sampled_from(TEXTS), WORDS)
)
def test_whatever_is_written_is_read_again(said: dict[str, str], stands: dict[str, str]) -> None:
    hints = {each.key: each.hint for each in OUTLINE if each.hint}
    said = {key: text for key, text in said.items() if text.strip() != hints.get(key)}
    ends = "\n".join(said.values()).split("\n")
    if "Nơi nhận:" in said.get("III.2.5", "") or "Phụ lục I" in ends:
        return  # the end of a report, written into its last section
    found = {each.key: each for each in held(written(paper(said)), stands).sections}
    for key in TEXTS:
        wanted, there = normal(said.get(key, "")), normal(stands.get(key, ""))
        assert found[key].said == wanted
        assert found[key].became is (Became.SAME if wanted == there else Became.EMPTY if not wanted else Became.CHANGED)
    assert held(written(paper(said)), stands).apart == []


@settings(max_examples=60, deadline=None)
@example(lines=["'"])
@given(lines=some.lists(some.one_of(LINE, some.sampled_from(HAND)), max_size=14))
def test_nothing_of_a_file_is_lost(lines: list[str]) -> None:
    """Each line comes as text of a section, as its heading, as a difference or apart."""
    lines = [line for line in map(cleaned, lines) if line.strip() and not hidden(line) and line.strip("*#") == line]
    content = typed([*lines])
    result = held(content)
    kept = "\n".join([
        *(text for each in result.sections for text in (each.said, *each.others)),
        *(each.text for each in result.apart),
        *(each.title for each in OUTLINE), *(f"{each.label} {each.title}" for each in OUTLINE),
        everything(written(paper())).replace("\t", "\n").replace(" / ", "\n"),
    ]).casefold()  # fmt: skip
    for line in everything(content).split("\n"):
        assert line.strip().casefold() in kept or line.strip() == "III.2.1."


def test_a_template_that_is_filled_in_word_comes_back() -> None:
    document = Document(BytesIO(written(paper())))
    for paragraph in document.paragraphs:
        if paragraph.text == "Nêu những thuận lợi chính":
            paragraph.runs[0].text = "Được cấp ủy quan tâm."
    result = held(bytes_of(document))
    assert result.changes == {"I.1": "Được cấp ủy quan tâm."}
    assert result.apart == []


def test_the_number_place_and_day_that_are_filled_in_are_nothing_new() -> None:
    other = written(paper(number="71", place="Hải Phòng", day=date(2020, 8, 27)))
    assert held(other).apart == []


@pytest.mark.requirement("S003-12")
def test_headings_typed_by_hand_are_headings() -> None:
    assert held(typed(HAND)).changes == READ


def test_a_letter_stands_alone_before_a_heading() -> None:
    sections = (*OUTLINE, PaperSection("III.2.5.a", "Mô hình mới"), PaperSection("III.2.5.b", "Mô hình cũ"))
    asked = replace(paper(), sections=sections)
    assert "b) Mô hình cũ" in everything(written(asked))
    found = compared(typed([*HAND, "*a) Mô hình mới*", "Năm.", "b) Mô hình cũ: Sáu."]), asked, LONGEST)
    assert found.changes == READ | {"III.2.5.a": "Năm.", "III.2.5.b": "Sáu."}


def test_headings_in_a_style_are_headings() -> None:
    assert held(typed("#" + each.strip("*") if each.startswith("*") else each for each in HAND)).changes == READ


def test_plain_headings_are_headings_and_so_is_one_before_its_text() -> None:
    lines = [each.strip("*") for each in without("Một.", "*1. Thuận lợi*")]
    lines.insert(1, "1. Thuận lợi: Một.")
    assert held(typed(lines)).changes == READ


def test_decomposed_letters_soft_hyphens_and_bullets_of_a_typeface_are_read_as_what_they_are() -> None:
    lines = [normalize("NFD", each) for each in HAND]
    lines[1] = normalize("NFD", "*1. Thu\u00adận\u00a0l\u200bợi*")
    lines[2] = normalize("NFD", "\uf0b7 Mộ\u00adt.")
    assert held(typed(lines)).changes == READ | {"I.1": "- Một."}


def test_text_before_the_first_heading_is_shown_apart() -> None:
    result = held(typed(["Kính gửi: Vụ Thi đua", "", *HAND]))
    assert result.changes == READ
    assert result.apart == [Apart(Where.BEFORE, "Kính gửi: Vụ Thi đua")]


def test_a_section_whose_heading_is_missing_stays_as_it_stands() -> None:
    content = typed(without("*2. Khó khăn:*"))
    assert became(content, {"I.2": "Cũ."})["I.2"] is Became.MISSING
    assert held(content).changes["I.1"] == "Một.\nHai."  # what stood below it is the section's before, and is shown


def test_a_section_whose_heading_is_there_twice_stays_and_both_texts_are_shown() -> None:
    result = held(typed([*HAND, "*2. Khó khăn*", "Năm."]))
    twice = next(each for each in result.sections if each.key == "I.2")
    assert (twice.became, twice.others) == (Became.TWICE, ("Hai.", "Năm."))
    assert "I.2" not in result.changes
    assert result.changes["III.2.5"] == "Bốn."


def test_a_section_left_empty_in_the_file_stays() -> None:
    assert became(typed(without("Hai.")), {"I.2": "Cũ."})["I.2"] is Became.EMPTY


def test_text_below_a_heading_that_takes_none_is_shown_apart() -> None:
    result = held(typed(with_("*III. Kết quả đạt được*", "Năm qua")))
    assert result.apart == [Apart(Where.UNDER_HEADING, "Năm qua", "III")]


def test_a_heading_in_other_words_is_taken_by_its_number_and_said_so() -> None:
    lines = ["*2. Khó khăn, vướng mắc*" if each == "*2. Khó khăn:*" else each for each in HAND]
    result = held(typed(lines))
    assert result.changes == READ
    assert next(each.notes for each in result.sections if each.key == "I.2") == (Note.OTHER_WORDS,)


def test_a_heading_of_nothing_that_is_asked_is_no_heading_and_said_so() -> None:
    result = held(typed(with_("Hai.", "#Phương hướng", "Năm.")))
    assert result.changes == READ | {"I.2": "Hai.\nPhương hướng\nNăm."}
    assert next(each.notes for each in result.sections if each.key == "I.2") == (Note.UNKNOWN_HEADING,)


def test_a_title_in_the_text_of_another_section_is_text_where_headings_look_like_headings() -> None:
    assert held(typed(with_("Một.", "Khó khăn"))).changes == READ | {"I.1": "Một.\nKhó khăn"}


def test_what_follows_the_end_of_a_report_is_shown_apart() -> None:
    result = held(typed([*HAND, "Nơi nhận:", "- Sở Nội vụ;", "Phụ lục", "Số thẻ: 12"]))
    assert result.changes == READ
    assert result.apart == [Apart(Where.AFTER, "- Sở Nội vụ;"), Apart(Where.ANNEX, "Số thẻ: 12")]


def test_a_figure_changed_in_the_annex_is_shown_and_not_taken() -> None:
    document = Document(BytesIO(written(paper(READ))))
    document.tables[-1].cell(2, 1).paragraphs[0].runs[0].text = "1.300"
    result = held(bytes_of(document), READ)
    assert result.changes == {}
    assert [each.where for each in result.apart] == [Where.ANNEX]
    assert "1.300" in result.apart[0].text


def test_a_table_in_a_section_is_lines_and_a_picture_is_named() -> None:
    document = Document(BytesIO(typed(HAND)))
    table = document.add_table(rows=2, cols=2)
    for place, text in enumerate(("Năm", "Thẻ", "2019", "1.200")):
        table.cell(place // 2, place % 2).text = text
    document.element.body.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:drawing/></w:r></w:p>"))
    result = held(bytes_of(document))
    assert result.changes["III.2.5"] == "Bốn.\nNăm\tThẻ\n2019\t1.200"
    assert next(each.notes for each in result.sections if each.key == "III.2.5") == (Note.TABLE, Note.PICTURE)


def test_recorded_changes_boxes_and_lists_are_read() -> None:
    document = Document(BytesIO(typed(HAND)))
    changed = '<w:ins w:id="1" w:author="a"><w:r><w:t>Thêm.</w:t></w:r></w:ins>'
    changed += '<w:del w:id="2" w:author="a"><w:r><w:delText>Bớt.</w:delText></w:r></w:del>'
    inserted = parse_xml(f"<w:p {nsdecls('w')}>{changed}</w:p>")
    box = parse_xml(f'<w:p {nsdecls("w")}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Ở khung</w:t></w:r></w:p>'
                    '</w:txbxContent></w:pict></w:r></w:p>')  # fmt: skip
    document.element.body.insert(len(HAND), inserted)
    document.element.body.insert(len(HAND) + 1, box)
    document.add_paragraph("một", style="List Bullet")
    document.add_paragraph("hai", style="List Number")
    document.add_paragraph("ba", style="List Number")
    result = held(bytes_of(document))
    assert result.changes["III.2.5"] == "Bốn.\nThêm.\n\n- một\n1. hai\n2. ba"
    assert Apart(Where.BOX, "Ở khung") in result.apart


def test_a_text_that_is_too_long_or_was_damaged_is_not_taken() -> None:
    assert became(typed(with_("Hai.", "x" * LONGEST)))["I.2"] is Became.TOO_LONG
    assert became(typed(with_("Hai.", "Lỗi \ufffd")))["I.2"] is Became.UNREADABLE


def repacked(content: bytes, **parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(content)) as there, ZipFile(out, "w", ZIP_DEFLATED) as anew:
        for each in there.namelist():
            anew.writestr(each, parts.pop(each, b"") or there.read(each))
        for name, blob in parts.items():
            anew.writestr(name, blob)
    return out.getvalue()


def test_files_that_may_not_be_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def why(content: bytes) -> str:
        with pytest.raises(Unreadable) as refused:
            held(content)
        return refused.value.code

    good = typed(HAND)
    assert why(repacked(good, **{"word/vbaProject.bin": b"x"})) == "macros"
    assert why(repacked(good, **{"word/bomb.xml": b"0" * (blocks.MOST_UNPACKED + 1)})) == "too-big"
    assert why(repacked(good, **{"word/document.xml": b"<w:document"})) == "broken"
    assert why(good[: len(good) // 2]) == "broken"
    assert why(b"%PDF-1.7") == "broken"
    entities = b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    assert why(repacked(good, **{"word/document.xml": entities})) == "broken"
    monkeypatch.setattr(blocks, "MOST_PARAGRAPHS", len(HAND) - 1)
    assert why(good) == "too-big"
    monkeypatch.setattr(blocks, "MOST_PARTS", 3)
    assert why(good) == "too-big"
