"""Refusals are data: each code once, both languages with the same fields, and a sentence that says what to do next."""

import re

import pytest

from chassis.facts.refusal import REFUSALS, Refusal
from services import refusals


@pytest.fixture(autouse=True)
def _leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals.text()  # loads them all
    for code in [code for code in REFUSALS if code.startswith("test-")]:
        monkeypatch.delitem(REFUSALS, code)


def test_a_refusal_is_raised_with_its_fields_filled_in() -> None:
    late = Refusal("test-late", "Chỉ nhận trước ngày {day}; hãy hỏi.", "Taken before {day_en} only; ask.", "S002-18")
    raised = late(day="20/11/2024", day_en="20 {Nov} 2024")
    assert (raised.code, raised.vi, raised.en, raised.source) == (
        "test-late", "Chỉ nhận trước ngày 20/11/2024; hãy hỏi.", "Taken before 20 {Nov} 2024 only; ask.", "S002-18",
    )  # fmt: skip
    assert late(day="1", day_en="1", source="S001-1").source == "S001-1"
    with pytest.raises(KeyError):
        late(day="20/11/2024")


def test_a_code_is_said_once() -> None:
    Refusal("test-once", "Không; hãy thôi.", "No; stop.")
    with pytest.raises(ValueError, match="said twice"):
        Refusal("test-once", "Không; hãy thôi.", "No; stop.")


def test_both_languages_have_the_same_fields() -> None:
    with pytest.raises(ValueError, match="different fields"):
        Refusal("test-fields", "Trước ngày {day}; hãy hỏi.", "Before {date}; ask.")


def test_every_refusal_says_what_to_do_next_and_stands_in_the_list() -> None:
    assert refusals.FILE.read_text(encoding="utf-8") == refusals.text(), "run `make schemas`"
    for each in REFUSALS.values():
        assert re.search(r"; (nếu [^;.]*, )?hãy ", each.vi), each.code
        assert ";" in each.en, each.code
        assert each.vi.endswith("."), each.code
        assert each.en.endswith("."), each.code
