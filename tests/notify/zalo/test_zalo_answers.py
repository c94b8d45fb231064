"""What Zalo answers to a message, over real sockets: whatever it is, it is read once and stops nothing."""

import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.delivery.sender import Doubtful, Outcome, Refused, Taken
from services.notify.domain.patience import COME_AGAIN_SECONDS, come_again
from services.notify.domain.zalo_answer import ZaloAnswer, read, read_object, whole_number
from services.notify.zalo.sender import ZaloMessage, ZaloSender
from tests.notify.zalo_server import ZaloServer, http, taken

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
PAGE = b"<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass
class Zalo:
    """A server and a sender for it, shared by all tests here: making an HTTP client takes a tenth of a second."""

    server: ZaloServer
    sender: ZaloSender

    async def answers(self, *answers: bytes) -> Outcome:
        """What comes of one message that is answered so."""
        self.server.messages = [*answers]
        async with self.sender.ready() as hand_over:
            return await hand_over(ZaloMessage({"phone": "84900000001"}, None, 1))


@pytest.fixture(scope="module")
async def zalo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Zalo]:
    server = ZaloServer()
    async with server.with_sender(tmp_path_factory.mktemp("zalo") / "zalo-oa.json") as sender:
        yield Zalo(server, sender)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (taken(), Taken("a4d0")),
        (taken(error="0", data={"msg_id": 1234567890123456789012345}), Taken("1234567890123456789012345")),
        (taken(error=0.0), Taken("a4d0")),
        (taken(data=None), Taken("")),
        (taken(data=[]), Taken("")),
        (taken(data={}), Taken("")),
        (taken(data={"msg_id": None}), Taken("")),
        (taken(data={"msg_id": ["a"]}), Taken("")),
        (taken(data={"msg_id": True}), Taken("")),
        (taken(data={"msg_id": "a\0b\ud800\u202e" + "c" * 1000}), Taken("a?b??" + "c" * 195)),
        (http(b'{"error": 0, "message": "th\xe0nh c\xf4ng", "data": {"msg_id": "\xff"}}'), Taken("?")),
        (http(b'\xef\xbb\xbf{"error": 0, "message": "a\0b", "data": {"msg_id": "m"}}\0\0'), Taken("m")),
        (http(b'{"error": 0, "quota": 1e400, "big": ' + b"9" * 10_000 + b"}"), Taken("")),
        (http(b'{"error": 0, "message": "' + b"x" * 900_000 + b'"}'), Taken("")),
        (http(gzip.compress(b'{"error": 0}'), Content_Encoding="gzip"), Taken("")),
        (http(b'{"error": "-118", "data": null}'), Refused("zalo-118", permanent=True)),
        (http(b'{"error": -118.0}', "400 Bad Request"), Refused("zalo-118", permanent=True)),
        (http(b'{"error": -32}'), Refused("zalo-32", permanent=False)),
        (http(b'{"error": -135}'), Refused("zalo-135", permanent=True, trouble="zalo-135")),
        (http(b'{"error": -999999}'), Refused("zalo-999999", permanent=False)),
    ],
)
async def test_the_number_under_error_decides(zalo: Zalo, answer: bytes, outcome: Outcome) -> None:
    assert await zalo.answers(answer) == outcome


@pytest.mark.parametrize(
    "answer",
    [
        http(b""),
        http(PAGE),
        http(PAGE, "502 Bad Gateway"),
        http(PAGE, "503 Service Unavailable"),
        http(b'{"error": 0}', "500 Internal Server Error"),
        http(b'{"message": "Success"}'),
        http(b'{"error": null}'),
        http(b'{"error": true}'),
        http(b'{"error": false}'),
        http(b'{"error": [0]}'),
        http(b'{"error": 0.5}'),
        http(b'{"error": 1e400}'),
        http(b'{"error": -1e400}'),
        http(b'{"error": NaN}'),
        http(b'{"error": "\xd9\xa0"}'),
        http(b'{"error": ' + b"9" * 5000 + b"}"),
        http(b"[0]"),
        http(b"[" * 100_000),
        http(b'{"error": 0, "data": {"msg_'),
        http(b'{"error": 0, "message": "' + b"x" * 2_000_000 + b'"}'),
        http(b"not gzip", Content_Encoding="gzip"),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000,
        b"\0\0\0",
    ],
)
async def test_an_answer_without_such_a_number_leaves_it_open(zalo: Zalo, answer: bytes) -> None:
    zalo.server.sent.clear()
    outcome = await zalo.answers(answer)
    assert isinstance(outcome, Doubtful)
    assert outcome.trouble
    assert await zalo.answers(taken()) == Taken("a4d0")
    assert len(zalo.server.sent) == 2


async def test_no_cookie_is_kept(zalo: Zalo) -> None:
    answer = http(b'{"error": 0}', Set_Cookie="a=\xff; Max-Age=9")
    assert [await zalo.answers(answer), await zalo.answers(answer)] == [Taken(""), Taken("")]
    assert zalo.server.cookies == 0


@pytest.mark.parametrize(
    ("status", "retry_after", "outcome"),
    [
        ("429 Too Many Requests", "", Refused("zalo-429", permanent=False)),
        ("429 Too Many Requests", "7", Refused("zalo-429", permanent=False, after=7.0)),
        ("429 Too Many Requests", "soon", Refused("zalo-429", permanent=False)),
        ("503 Service Unavailable", "7", Refused("zalo-503", permanent=False, after=7.0, trouble="zalo-503")),
        ("503 Service Unavailable", "0", Refused("zalo-503", permanent=False, trouble="zalo-503")),
        ("503 Service Unavailable", "3600", Refused("zalo-503", permanent=True, trouble="zalo-503")),
        ("429 Too Many Requests", "9" * 400, Refused("zalo-429", permanent=True)),
    ],
)
async def test_a_time_to_come_again_is_kept_or_the_next_channel_takes_over(
    zalo: Zalo, status: str, retry_after: str, outcome: Refused
) -> None:
    headers = {"Retry_After": retry_after} if retry_after else {}
    assert await zalo.answers(http(PAGE, status, **headers)) == outcome


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        ("Saturday, 28-Nov-26 03:01:30 GMT", 90.0),
        ("Sat Nov 28 03:01:30 2026", 90.0),
        (format_datetime(NOW - timedelta(days=400), usegmt=True), 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("tomorrow", None),
        ("Sat, 28 Nov 99999 03:01:30 GMT", None),
        ("1 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_both_forms_of_retry_after_are_understood(value: str, seconds: float | None) -> None:
    assert come_again(value, NOW) == seconds


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255)) | st.from_regex(r"[0-9]{1,6000}", fullmatch=True))
def test_no_retry_after_is_negative_or_raises(value: str) -> None:
    seconds = come_again(value, NOW)
    assert seconds is None or seconds >= 0
    assert min(seconds or 0.0, COME_AGAIN_SECONDS) <= COME_AGAIN_SECONDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["error", "data", "msg_id", "x"]), inner),
)


@given(st.integers(100, 599), st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_answer_is_reading_it_raises_nothing(status: int, body: bytes) -> None:
    answer = read(status, body)
    assert answer is None or (abs(answer.error) < 10**6 and len(answer.message_id) <= 200)
    assert answer is None or answer.error or status // 100 == 2


def test_a_number_is_a_whole_one_of_at_most_six_digits() -> None:
    assert [whole_number(value) for value in (0, "0", -124, "-124", " -124 ", -124.0, 999_999)] == [
        *(0, 0, -124, -124, -124, -124, 999_999)
    ]
    odd: tuple[object, ...] = (
        None,
        True,
        False,
        0.5,
        float("inf"),
        float("nan"),
        "",
        "0x0",
        "1_0",
        "+1",
        10**6,
        "1000000",
        [],
        {},
    )
    assert not any(whole_number(value) is not None for value in odd)


def test_an_object_is_read_whatever_stands_around_it() -> None:
    assert read_object(b"\xef\xbb\xbf {} \0") == {}
    assert read(200, b' {"error": "0"}\n') == ZaloAnswer(0, "")
