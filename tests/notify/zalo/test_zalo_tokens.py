"""The Official Account's tokens: a living pair is never replaced by what is none, and a refusal is remembered."""

import asyncio
import fcntl
import json
from pathlib import Path
from typing import Any

import pytest

from services.notify.delivery.sender import Outcome, Refused, Taken
from services.notify.zalo import account
from services.notify.zalo.sender import ZaloMessage, ZaloSender
from tests.notify.zalo_server import CREDENTIALS, ZaloServer, http, pair, taken

EXPIRED = [http(json.dumps({"error": code}).encode()) for code in (-124, -216, -220)]
NO = http(b'{"error": -14014, "error_name": "Invalid refresh token.", "error_reason": "not valid"}')


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "zalo-oa.json"


def kept(file: Path) -> dict[str, Any]:
    credentials: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return credentials


def tokens(file: Path) -> tuple[str, str]:
    return kept(file)["access_token"], kept(file)["refresh_token"]


def put(file: Path, **changes: str) -> None:
    """What an operator does."""
    write(file, json.dumps({**CREDENTIALS, **changes}))


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def send(sender: ZaloSender) -> Outcome:
    async with sender.ready() as hand_over:
        return await hand_over(ZaloMessage({}, None, 1))


@pytest.mark.parametrize("expired", EXPIRED)
async def test_an_ended_token_is_renewed_once_and_the_message_goes_out(file: Path, expired: bytes) -> None:
    server = ZaloServer([expired, taken()])
    async with server.with_sender(file) as sender:
        assert await send(sender) == Taken("a4d0")
    assert (server.sent, server.asked) == (["old", "new"], ["once"])
    assert kept(file) == {**CREDENTIALS, "access_token": "new", "refresh_token": "next"}


@pytest.mark.parametrize(
    "answer",
    [
        pair("", ""),
        pair("new", ""),
        pair("", "next"),
        pair(None, None),
        pair(1, 2),
        pair(["new"], {"a": "next"}),
        pair("new\r\nX-Injected: 1", "next"),
        pair("new\0", "next"),
        pair("n w", "next"),
        pair("mới", "next"),
        pair("n" * 5000, "next"),
        NO,
        http(b'{"error": "-14014"}'),
        http(b"{}"),
        http(b"[]"),
        http(b"null"),
        http(b"\xff\x00"),
        http(b"<html></html>", "503 Service Unavailable"),
        http(b'{"access_token": "' + b"x" * 2_000_000 + b'"}'),
        b"HTTP/1.1 200 OK\r\n",
    ],
)
async def test_what_is_no_pair_of_tokens_never_replaces_one_and_is_asked_for_once(file: Path, answer: bytes) -> None:
    server = ZaloServer([EXPIRED[0]], [answer])
    async with server.with_sender(file) as sender:
        outcomes = [*await asyncio.gather(*(send(sender) for _ in range(20))), await send(sender)]
        assert {type(outcome) for outcome in outcomes} == {Refused}
        assert kept(file) == CREDENTIALS
        assert server.asked == ["once"]
        server.messages = [taken()]
        assert await send(sender) == Taken("a4d0"), "the old token may come to life again"


async def test_a_refused_pair_stands_in_the_state_and_sends_messages_to_the_next_channel(file: Path) -> None:
    async with ZaloServer([EXPIRED[0]], [NO]).with_sender(file) as sender:
        assert await send(sender) == Refused("zalo-124", permanent=True, trouble="zalo-14014")


async def test_an_oauth_server_that_is_away_refuses_nothing(file: Path) -> None:
    away = http(b'{"error": -1}', "503 Service Unavailable")
    async with ZaloServer([EXPIRED[0]], [away]).with_sender(file) as sender:
        assert await send(sender) == Refused("zalo-124", permanent=False, trouble="zalo-124")


@pytest.mark.parametrize(
    "changes",
    [{"refresh_token": "another"}, {"secret_key": "another"}, {"access_token": "fresh", "refresh_token": "another"}],
)
async def test_whoever_puts_something_else_into_the_file_is_heard_at_once(file: Path, changes: dict[str, str]) -> None:
    server = ZaloServer([EXPIRED[0]], [NO])
    async with server.with_sender(file) as sender:
        await send(sender)
        put(file, **changes)
        server.messages, server.tokens = [EXPIRED[0], taken()], [pair("new", "next")]
        assert await send(sender) == Taken("a4d0")
    assert server.sent[-1] == changes.get("access_token", "new")


@pytest.mark.parametrize(("answer", "pause"), [(NO, "REFUSED_SECONDS"), (http(b""), "UNHEARD_SECONDS")])
async def test_once_the_pause_is_over_it_is_asked_about_again(
    file: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, pause: str
) -> None:
    monkeypatch.setattr(account, pause, 0.0)
    server = ZaloServer([EXPIRED[0]], [answer])
    async with server.with_sender(file) as sender:
        await send(sender)
        await send(sender)
    assert len(server.asked) == 2


async def test_new_tokens_that_are_refused_too_are_not_renewed_by_every_message(file: Path) -> None:
    server = ZaloServer([EXPIRED[0]])
    async with server.with_sender(file) as sender:
        for _ in range(5):
            assert await send(sender) == Refused("zalo-124", permanent=True, trouble="zalo-token-refused")
    assert server.asked == ["once"]
    assert tokens(file) == ("new", "next")


async def test_the_same_token_once_more_is_no_renewal_but_its_refresh_token_is_kept(file: Path) -> None:
    server = ZaloServer([EXPIRED[0]], [pair("old", "next")])
    async with server.with_sender(file) as sender:
        for _ in range(3):
            assert isinstance(await send(sender), Refused)
    assert server.asked == ["once"]
    assert tokens(file) == ("old", "next")


async def test_a_renewal_goes_on_when_the_message_that_asked_for_it_is_given_up(file: Path) -> None:
    server = ZaloServer([EXPIRED[0]], slow_tokens=0.3)
    async with server.with_sender(file) as sender:
        message = asyncio.create_task(send(sender))
        while not server.asked:  # noqa: ASYNC110 - the news is on a socket
            await asyncio.sleep(0.01)
        message.cancel()
        await asyncio.wait([message])
    assert tokens(file) == ("new", "next")


async def test_another_process_that_never_lets_go_of_the_file_is_not_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "LOCK_SECONDS", 0.2)
    with file.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        server = ZaloServer([EXPIRED[0]])
        async with server.with_sender(file) as sender:
            assert await send(sender) == Refused("zalo-124", permanent=False, trouble="zalo-124")
    assert server.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"app_id": "1"}',
        json.dumps({**CREDENTIALS, "access_token": ""}),
        json.dumps({**CREDENTIALS, "access_token": "a\nb"}),
        json.dumps({**CREDENTIALS, "secret_key": "bí mật"}),
        json.dumps({**CREDENTIALS, "refresh_token": 1}),
    ],
)
async def test_a_file_that_holds_no_tokens_is_said_and_no_message_is_sent(file: Path, text: str) -> None:
    server = ZaloServer()
    async with server.with_sender(file) as sender:
        write(file, text)
        assert await send(sender) == Refused("zalo-credentials", permanent=False, trouble="zalo-credentials")
        put(file)
        assert await send(sender) == Taken("a4d0")
    assert server.sent == ["old"]
