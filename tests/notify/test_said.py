"""What a provider says, and how it is read: whatever the bytes are, it fits into a fact, a log line and a page."""

from unicodedata import is_normalized
from uuid import UUID

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.notify import Channel, DeliveryAccepted
from services.notify.domain.mail_answer import Answer
from services.notify.domain.said import LONGEST, said


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (b" 2.0.0 Ok: queued as 4F1B2 ", "2.0.0 Ok: queued as 4F1B2"),
        ("Đã nhận thư".encode(), "Đã nhận thư"),
        (b"\xc4\x90\xe3 nh\x86n \xff\xfe", "Đ? nh?n ??"),
        (b"a\x00b\x1b[31mc", "a?b?[31mc"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("abc\u202edef\ud800\ufffd", "abc?def??"),
        ("a\u0309", "ả"),
        (b"2.1.5 <lan.tran@thidua.example>... queued for lan@x.example", "2.1.5 <@>... queued for @"),
        ("a@" * 100_000, "@"),
        ("x" * 100_000, "x" * LONGEST),
        (b"", ""),
    ],
)
def test_odd_bytes_and_letters_stand_as_question_marks(words: bytes | str, shown: str) -> None:
    assert said(words) == shown


@given(st.binary() | st.text(st.characters()))
def test_whatever_is_said_can_be_stored_and_shown(words: bytes | str) -> None:
    shown = said(words)
    assert len(shown) <= LONGEST
    assert shown.isprintable()
    assert is_normalized("NFC", shown)
    assert said(shown) == shown
    fact = DeliveryAccepted(notification_id=UUID(int=1), channel=Channel.EMAIL, attempt=1, provider_id=shown)
    assert orjson.loads(fact.model_dump_json())["provider_id"] == shown


@pytest.mark.parametrize(
    ("heard", "code", "text", "whole"),
    [
        (b"250 ok\r\n", 250, b"ok", True),
        (b"250\r\n", 250, b"", True),
        (b"250ok\n", 250, b"ok", True),
        (b"251-one\r\n251-\r\n251 two\r\n", 251, b"one two", True),
        (b"250-ok\r\n550 no\r\n", 550, b"ok no", True),
        (b"299 \xff\x00\r\n", 299, b"\xff\x00", True),
        (b"250-ok\r\n", 250, b"ok", False),
        (b"250 half", 250, b"", False),
        (b"25", 0, b"", False),
        (b"", 0, b"", False),
        (b"250-ok\r\nwhat?\r\n", 250, b"ok", True),
        (b"what?\r\n", 0, b"", True),
        (b"2500 ok\r\n", 0, b"", True),
        (b"100 ok\r\n", 0, b"", True),
        (b"+25 ok\r\n", 0, b"", True),
        ("٢٥٠ ok\r\n".encode(), 0, b"", True),
        (b"250 ok\r\n550 unasked\r\n550", 250, b"ok", True),
        (b"550 " + b"x" * 1_000_000 + b"\r\n", 550, b"x" * 996, True),
    ],
)
def test_a_mail_servers_code_is_that_of_its_last_line(heard: bytes, code: int, text: bytes, whole: bool) -> None:  # noqa: FBT001
    answer = Answer()
    assert answer.hear(heard) is whole
    assert (answer.code, answer.text) == (code, text)


@given(st.binary(max_size=60) | st.from_regex(rb"([2-5]\d\d[ -][a-z]{0,5}\r?\n){1,4}", fullmatch=True), st.data())
@example(b"250-ok\r\n250 done\r\n", None)
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(heard: bytes, data: st.DataObject | None) -> None:
    at_once, in_pieces = Answer(), Answer()
    at_once.hear(heard)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(heard))))) if data else range(len(heard))
    for start, end in zip([0, *cuts], [*cuts, len(heard)], strict=True):
        in_pieces.hear(heard[start:end])
    assert (in_pieces.code, in_pieces.text, in_pieces.whole) == (at_once.code, at_once.text, at_once.whole)
