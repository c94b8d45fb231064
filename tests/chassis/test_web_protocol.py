"""Heads of requests: how long they may be and may take, whatever they are made of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.web.protocol import HEAD_BYTES, GuardedProtocol
from chassis.web.serve import serving
from tests.chassis.web_support import ANYWHERE

LAST = b"Connection: close\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def _size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving(Starlette(routes=[Route("/", _size, methods=["GET", "POST"])]), ANYWHERE) as url:
        yield url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def said(url: str, *parts: bytes, pause: float = 0.0, most: int = 1000) -> tuple[bytes, int]:
    """What a server says to these parts, the last one again and again, until it closes; and how many it took."""
    sent = 0
    async with connected(url) as (reader, writer):
        answer = asyncio.create_task(reader.read())
        with suppress(ConnectionError):
            while sent < most and not answer.done():
                writer.write(parts[min(sent, len(parts) - 1)])
                await writer.drain()
                sent += 1
                await asyncio.wait([answer], timeout=pause)
        async with asyncio.timeout(5):
            try:
                return await answer, sent
            except ConnectionError:
                return b"", sent


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: " + b"a" * 4000 + b"\r\n"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 500),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 4000),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"a" * 4000),
        (b"GET /", b"a" * 4000),
        (b"GET /?", b"a=b&" * 1000),
        (CHUNKED + b"1\r\nx\r\n0\r\nX-A: ", b"a" * 4000),
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"X-A: b\r\n" * 500),
        (CHUNKED + b"1;", b"a" * 4000),
    ],
)
async def test_what_does_not_end_is_cut_off_soon(url: str, begin: bytes, more: bytes) -> None:
    answer, sent = await said(url, begin, more)
    assert sent * len(more) < 8 * HEAD_BYTES
    assert not answer or answer.split(b" ")[1] in (b"431", b"400")


async def test_a_long_head_in_one_piece_is_refused_in_words(url: str) -> None:
    answer, _ = await said(url, b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * HEAD_BYTES + b"\r\n" + LAST, most=1)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"request-head-too-large" in answer


async def test_a_head_up_to_the_limit_and_a_long_body_pass(url: str) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * (HEAD_BYTES - 200) + b"\r\n"
    answer, _ = await said(url, head + b"Content-Length: 300000\r\n" + LAST + b"x" * 300_000, most=1)
    assert answer.endswith(b"\r\n\r\n300000")


async def test_many_requests_on_one_connection_have_each_their_own_limit(url: str) -> None:
    one = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * (HEAD_BYTES // 4) + b"\r\n"
    answer, _ = await said(url, (one + b"\r\n") * 9 + one + LAST, most=1)
    assert answer.count(b"HTTP/1.1 200 OK") == 10


@pytest.mark.parametrize(
    ("begin", "more", "status"),
    [
        (b"GET / HTTP/1.1\r\n", b"X-A: b\r\n", b"408"),
        (b"GET / HTTP/1.1\r\nX-A: ", b"a", b"408"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n", b"X-A: b\r\n", b"200"),
    ],
)
async def test_a_head_that_trickles_is_given_up(
    url: str, monkeypatch: pytest.MonkeyPatch, begin: bytes, more: bytes, status: bytes
) -> None:
    monkeypatch.setattr(GuardedProtocol, "head_seconds", 0.3)
    began = asyncio.get_running_loop().time()
    answer, _ = await said(url, begin, more, pause=0.05)
    assert asyncio.get_running_loop().time() - began < 2
    assert answer.split(b" ")[1] == status


async def test_a_connection_that_says_nothing_is_closed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "head_seconds", 0.3)
    async with connected(url) as (reader, _), asyncio.timeout(2):
        assert await reader.read() == b""


async def test_an_answer_may_take_longer_than_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "head_seconds", 0.2)

    async def slow(_: Request) -> Response:
        await asyncio.sleep(0.6)
        return PlainTextResponse("whole")

    async with serving(Starlette(routes=[Route("/", slow)]), ANYWHERE) as url:
        answer, _ = await said(url, b"GET / HTTP/1.1\r\nHost: x\r\n" + LAST, most=1)
    assert answer.endswith(b"whole")


async def test_what_is_no_http_is_told_so_in_words(url: str) -> None:
    answer, _ = await said(url, b"HELO mail.example\r\n\r\n", most=1)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"request-unreadable" in answer


@asynccontextmanager
async def lasting(ended: asyncio.Event, *, floods: bool = False) -> AsyncIterator[str]:
    """A server whose answer lasts until it is told that it is over; a flood is more than anybody takes."""

    async def last(request: Request) -> ASGIApp:
        connection: GuardedProtocol = request.state.connection

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            over = asyncio.Event()
            connection.lasts(over.set)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while floods and not over.is_set():
                await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
            if not floods:
                await send({"type": "http.response.body", "body": b"begun", "more_body": True})
                await over.wait()
                await send({"type": "http.response.body", "body": b"over", "more_body": False})
            ended.set()

        return answer

    async with serving(Starlette(routes=[Route("/", last)]), ANYWHERE) as url:
        yield url


async def test_an_answer_that_lasts_ends_with_the_server() -> None:
    ended = asyncio.Event()
    async with asyncio.timeout(5):
        async with AsyncExitStack() as client:
            async with lasting(ended) as url:
                reader, writer = await client.enter_async_context(connected(url))
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                await reader.readuntil(b"begun")
            assert (await reader.read()).endswith(b"over\r\n0\r\n\r\n")


async def test_an_answer_that_lasts_ends_with_its_reader() -> None:
    ended = asyncio.Event()
    async with lasting(ended) as url:
        async with connected(url) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"begun")
            assert not ended.is_set()
        await asyncio.wait_for(ended.wait(), 5)


async def test_an_answer_that_nobody_takes_holds_up_no_server() -> None:
    ended = asyncio.Event()
    async with asyncio.timeout(5):
        async with AsyncExitStack() as client:
            async with lasting(ended, floods=True) as url:
                _, writer = await client.enter_async_context(connected(url))
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                await asyncio.sleep(0.5)
                assert not ended.is_set()
            assert ended.is_set()
