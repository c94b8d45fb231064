"""Text as it is searched and sorted: marks, đ, and the order of the Vietnamese alphabet."""

from unicodedata import normalize

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.facts.folding import folded, marked, order_key

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
VIETNAMESE = some.text(alphabet=f"{LETTERS}{LETTERS.upper()} -,.0123456789", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cò vũ", "cổ vũ"),
        ("phổi, kết hợp", "phối, kết hợp"),
        ("án định", "ấn định"),
        ("Khôi", "Khối"),
        ("HĐ - BTĐKT", "HD-BTĐKT"),
        ("Đ\u1ed3ng\u00a0Nai", "dong nai"),
        (normalize("NFD", "Quyết định số 123/QĐ-BHXH"), "QUYẾT ĐỊNH SỐ 123/QĐ-BHXH"),
    ],
)
def test_what_differs_in_marks_case_and_signs_folds_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_signs_part_words_and_are_nothing_themselves() -> None:
    assert folded("HĐ - BTĐKT") == "hd btdkt"
    assert folded(" %_'\"\\\0\n- ") == ""
    assert marked("  Công chức,\u00a0VIÊN  chức ") == "công chức viên chức"


@for_all(some.text(max_size=40))
def test_folding_ends_at_once_and_leaves_letters_digits_and_single_spaces(text: str) -> None:
    for fold in (folded, marked):
        once = fold(text)
        assert fold(once) == once
        assert "  " not in once
        assert once == once.strip()
        assert not set(once) & set("%_\\'\"\0")


@for_all(VIETNAMESE)
def test_all_that_is_vietnamese_folds_to_ascii(text: str) -> None:
    assert folded(text).isascii()
    assert folded(marked(text)) == folded(text)
    for form in ("NFC", "NFD"):
        assert folded(normalize(form, text)) == folded(text)
        assert marked(normalize(form, text.upper())) == marked(text)
        assert order_key(normalize(form, text)) == order_key(text)


def in_order(*texts: str) -> None:
    assert sorted(texts, key=lambda text: order_key(text).encode()) == list(texts)


def test_letters_stand_in_the_order_of_the_alphabet() -> None:
    in_order(*"aăâbcdđeêghiklmnoôơpqrstuưvxy")


def test_tones_are_looked_at_last_over_the_whole_text() -> None:
    in_order(*"aàảãáạăằẳẵắặâầẩẫấậ")
    in_order("ba", "bà", "bả", "bã", "bá", "bạ", "bạ a", "ban")
    in_order("má a", "ma b", "má b")
    in_order("Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hải Phòng", "Hậu Giang")
    in_order("Bắc Kạn", "Bến Tre", "Dak", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai")


@for_all(some.lists(some.sampled_from(sorted(set(LETTERS))), min_size=1, max_size=8), some.text(max_size=5))
def test_a_text_stands_before_whatever_goes_on_from_it(word: list[str], more: str) -> None:
    text = "".join(word)
    assert order_key(text) <= order_key(f"{text} {more}") or not marked(more)


@for_all(some.text(max_size=40))
def test_a_key_is_that_of_what_is_searched(text: str) -> None:
    assert order_key(text) == order_key(marked(text))
    assert order_key(text).partition("\t")[0] or not marked(text)
    assert "\0" not in order_key(text)
