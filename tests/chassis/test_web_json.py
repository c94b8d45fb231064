"""JSON as it stands: figures to the last digit, each key once."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.web.json_body import KeyRepeated, read_json


def test_figures_are_read_to_the_last_digit() -> None:
    text = b'{"value": 94.99999999999999999999, "others": [1e2, -0.0, 0E-20000, 7]}'
    assert read_json(text) == {
        "value": Decimal("94.99999999999999999999"),
        "others": [Decimal("1E+2"), Decimal("-0.0"), Decimal("0E-20000"), 7],
    }
    assert str(read_json(b"42.710")) == "42.710"


@pytest.mark.parametrize("text", [b'{"a":1,"a":1}', b'[{"a":{"b":1,"c":2,"b":3}}]', b'{"a":1,"\\u0061":2}'])
def test_a_key_stands_once(text: bytes) -> None:
    with pytest.raises(KeyRepeated):
        read_json(text)


@pytest.mark.parametrize(
    "text", [b"NaN", b"Infinity", b'"\\ud800"', b"\xff", b"\xef\xbb\xbf{}", b"01", b"{'a':1}", b"", b"1" * 5000]
)
def test_what_is_no_json(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_json(text)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_values)
def test_all_else_is_read_as_by_everybody(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value
