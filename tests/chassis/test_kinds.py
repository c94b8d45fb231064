"""Kinds of values: what is taken, in which form it is kept, and that the JSON Schema tells exactly that."""

import json
import re
from datetime import UTC, date, datetime
from decimal import MAX_EMAX, MIN_ETINY, Decimal
from typing import Annotated, Any
from unicodedata import is_normalized

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chassis.facts.kinds import (
    Day,
    Email,
    Figure,
    Line,
    Mobile,
    Paragraphs,
    Truth,
    Year,
    hidden,
    is_email,
    is_figure,
    mobile,
    plain,
    shown,
    shown_en,
)

NAME = TypeAdapter[str](Annotated[str, Line(12, name=True)])
WORDS = TypeAdapter[str](Annotated[str, Line(12, shortest=0)])
TEXT = TypeAdapter[str](Annotated[str, Paragraphs(12, shortest=0)])
FIGURE: TypeAdapter[Decimal] = TypeAdapter(Figure)
DAY: TypeAdapter[date] = TypeAdapter(Day)
ODD = st.text(
    st.sampled_from(
        "aắ á\u0301\u0302 \u00a0\u3000\t\r\n\x00\x7f\x85\u00ad\u200b\u202e\u2028\ufeff\ufffd\ue000=+-@＝－\U000e0041😀"
    ),
    max_size=14,
)


def fault(kind: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        kind.validate_python(value)
    return refused.value.errors()[0]["type"]


def allows(kind: TypeAdapter[Any], value: object) -> bool:
    """What the kind's JSON Schema says; Python's `$` would let a line end pass, which JSON Schema's does not."""
    schema = json.loads(json.dumps(kind.json_schema()).replace('$"', '\\\\Z"'))
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def takes(kind: TypeAdapter[Any], value: object) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", [NAME, WORDS, TEXT])
@given(text=ODD)
def test_the_schema_of_a_text_allows_what_is_taken(kind: TypeAdapter[str], text: str) -> None:
    if len(text) <= 12:  # spaces at the ends count for the schema alone
        assert takes(kind, text) == allows(kind, text), ascii(text)


@given(ODD)
def test_text_is_kept_composed_visible_and_without_spaces_at_its_ends(text: str) -> None:
    if takes(NAME, text):
        kept = NAME.validate_python(text)
        assert is_normalized("NFC", kept)
        assert kept == kept.strip()
        assert hidden(kept) is None
        assert NAME.validate_python(kept) == kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "string_too_short"),
        (" \u00a0", "string_too_short"),
        ("a" * 13, "string_too_long"),
        ("\u2000" + "a" * 12, "string_too_long"),  # trimmed it would do; the document's maxLength says no
        ("a\ufffdb", "hidden_character"),
        ("a\x00", "hidden_character"),
        ("a\u2028b", "hidden_character"),
        ("a\u202eb", "hidden_character"),
        ("a\nb", "hidden_character"),
        ("\ud800", "hidden_character"),
        ("=1+1", "formula_like"),
        (" ＝1", "formula_like"),
        (7, "string_type"),
    ],
)
def test_names_that_are_none(text: object, why: str) -> None:
    assert fault(NAME, text) == why


def test_text_is_kept_in_nfc_with_plain_spaces() -> None:
    assert NAME.validate_python(" Tie\u0302\u0301n\u00a0lên ") == "Tiến lên"
    assert TEXT.validate_python("a\r\nb\rc\td") == "a\nb\nc\td"
    assert hidden("ab\ufffd") == (3, "U+FFFD")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("95.160", "95.160"),
        ("0100", "100"),
        (95, "95"),
        (Decimal("94.99999999999999999999"), "94.99999999999999999999"),
        (Decimal("1E+2"), "100"),
        (Decimal("1.794447365719259e+28"), "1.794447365719259E+28"),
        (Decimal("1.5e+27"), f"15{'0' * 26}"),
        (Decimal("0E+20000"), "0"),
        (Decimal("1E+999999999999"), "1E+999999999999"),
        (Decimal("-0.00"), "0.00"),
        ("+2", "2"),
    ],
)
def test_figures_are_kept_as_written_and_without_exponent(value: object, kept: str) -> None:
    assert str(FIGURE.validate_python(value)) == kept


@pytest.mark.parametrize(
    "value", ["", "1,5", "1e2", "0E-20000", "NaN", "２", " 1", "1_000", "1:30", True, 1.5, None, Decimal("NaN")]
)
def test_what_is_no_figure(value: object) -> None:
    assert fault(FIGURE, value) == "decimal_malformed"


@given(
    st.one_of(
        st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.from_regex(r"[+-]?\d{1,4}\.?\d{0,3}")
    )
)
def test_a_figure_that_a_rule_may_allow_is_plain(value: Any) -> None:
    if takes(FIGURE, value) and is_figure(kept := FIGURE.validate_python(value)):
        assert re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", str(kept))
        assert Decimal(shown_en(kept)) == kept
        assert "E" not in shown(kept)


@given(st.one_of(st.decimals(), st.builds(lambda e: Decimal((0, (1, 7), e)), st.integers(MIN_ETINY, MAX_EMAX - 1))))
def test_a_number_of_any_size_is_taken_or_refused_at_once(number: Decimal) -> None:
    """Ten to the billionth, written out, would fill the memory."""
    for kind in (FIGURE, TypeAdapter(Year)):
        if takes(kind, number):
            assert len(str(kind.validate_python(number))) < 50 or not is_figure(number)


@pytest.mark.parametrize(
    "value", ["0E-20000", f"2.{'0' * 20}", "1E+9", "1E+400", "0.0000001", "-1000000000", "Infinity", "NaN"]
)
def test_figures_that_no_rule_allows(value: str) -> None:
    assert not is_figure(plain(Decimal(value)))


def test_figures_are_shown_without_exponent_and_needless_noughts() -> None:
    assert [shown(Decimal(text)) for text in ("95.160", "1E+2", "0.000001", "100", "0")] == [
        "95,16",
        "100",
        "0,000001",
        "100",
        "0",
    ]


@pytest.mark.parametrize(
    "value",
    [
        0,
        86_400,
        "1731196800",
        "2024-1-1",
        "2024-02-30",
        "２024-01-01",
        "2024-01-01T00:00:00",
        datetime(2024, 1, 1, tzinfo=UTC),
        None,
    ],
)
def test_what_is_no_day(value: object) -> None:
    assert fault(DAY, value) == "date_malformed"


def test_a_day_is_a_text_of_one_form() -> None:
    assert DAY.validate_python("2024-11-10") == date(2024, 11, 10)


@pytest.mark.parametrize(
    ("kind", "value"), [(Year, "2024"), (Year, True), (Year, Decimal("2024.5")), (Truth, "yes"), (Truth, 1)]
)
def test_values_of_one_type_are_not_taken_for_another(kind: Any, value: object) -> None:
    assert not takes(TypeAdapter(kind), value)


@pytest.mark.parametrize("text", ["0912345678", "84912345678", "+84 912.345-678", " 0 9 1 2 3 4 5 6 7 8 "])
def test_mobile_numbers_are_kept_in_one_form(text: str) -> None:
    assert mobile(text) == "84912345678"
    assert allows(TypeAdapter(Mobile), text)


@pytest.mark.parametrize(
    "text", ["0912３４５６７８", "091٢٣٤٥٦٧٨", "0212345678", "091234567", "+0912345678", "0912345678\n", ""]
)
def test_other_numbers_are_none(text: str) -> None:
    assert mobile(text) is None
    assert not allows(TypeAdapter(Mobile), text)


@pytest.mark.parametrize(
    "address", ["an@hue.example", "a.b+c@x-y.hue.example", "o'lan@thidua.example", f"{'a' * 64}@x.example"]
)
def test_plain_addresses_are_written_to(address: str) -> None:
    assert is_email(address)
    assert allows(TypeAdapter(Email), address)


@pytest.mark.parametrize(
    "address",
    ["", "an", "an@", "an@hue", "a b@hue.example", "an@hue.example\r\nRCPT TO:<x@y.example>", "<an@hue.example>",
     "an@hue.example,b@hue.example", ".an@hue.example", "lan..anh@hue.example", "lan.@hue.example", "an@-hue.example",
     "ân@hue.example", "lan@x.e", "lan@x.123", f"lan@{'b' * 64}.example", f"{'a' * 65}@x.example", "an@hue.example\n",
     f"{'a' * 60}@{'b.' * 95}example"],
)  # fmt: skip
def test_other_addresses_are_not(address: str) -> None:
    assert not is_email(address)
    assert not allows(TypeAdapter(Email), address)
