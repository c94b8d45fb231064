"""Heads of requests: how long they may be and may take, whatever they are made of."""

import asyncio
import socket
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


async def _asks(url: str, request: bytes, stack: AsyncExitStack, *, reads: bool) -> asyncio.StreamReader:
    """A connection that asks; one that does not read has room for little."""
    at = urlsplit(url)
    used = socket.socket()
    if not reads:
        used.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    used.setblocking(False)
    await asyncio.get_running_loop().sock_connect(used, (at.hostname, at.port))
    reader, writer = await asyncio.open_connection(sock=used, limit=4096)
    stack.callback(writer.close)
    writer.write(request)
    if not reads:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader


async def _much(request: Request) -> Response:
    return PlainTextResponse(b"x" * int(request.query_params["size"]))


@asynccontextmanager
async def much(cut: list[object]) -> AsyncIterator[str]:
    """A server of large answers, which notes whom it cuts off."""
    whole = GuardedProtocol.cut

    def noted(self: GuardedProtocol) -> None:
        cut.append(self)
        whole(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chassis.web.protocol.TAKE_SECONDS", 0.3)
        patch.setattr(GuardedProtocol, "cut", noted)
        async with serving(Starlette(routes=[Route("/", _much)]), ANYWHERE) as url:
            yield url


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"])
@pytest.mark.parametrize("size", [40_000_000, 5_000_000])
async def test_who_takes_no_answer_is_cut_off(size: int, last: bytes) -> None:
    cut: list[object] = []
    request = f"GET /?size={size} HTTP/1.1\r\nHost: x\r\n".encode() + last + b"\r\n"
    async with much(cut) as url, AsyncExitStack() as stack:
        await _asks(url, request, stack, reads=False)
        async with asyncio.timeout(5):
            while not cut:  # noqa: ASYNC110 - the server is at it
                await asyncio.sleep(0.05)


async def test_who_takes_an_answer_slowly_gets_it_whole() -> None:
    cut: list[object] = []
    size = 8_000_000
    async with much(cut) as url, AsyncExitStack() as stack:
        reader = await _asks(url, b"GET /?size=%d HTTP/1.1\r\nHost: x\r\n\r\n" % size, stack, reads=True)
        await reader.readuntil(b"\r\n\r\n")
        came = 0
        while came < size:
            came += len(await reader.readexactly(min(size - came, 400_000)))
            await asyncio.sleep(0.1)  # 2 s in all: seven times as long as somebody may take nothing
        assert cut == []


async def test_who_has_been_unused_longest_makes_room_for_who_comes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "most", 20)
    ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with AsyncExitStack() as stack:
        busy, writer = await stack.enter_async_context(connected(url))
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n")
        kept, last = await stack.enter_async_context(connected(url))
        last.write(ask)
        assert (await kept.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        silent = [await stack.enter_async_context(connected(url)) for _ in range(40)]
        for _ in range(100):  # each is answered although there is no room for one more
            assert b"200 OK" in (await said(url, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", most=1))[0]
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(silent[0][0].readexactly(1), 1)
        last.write(ask)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(kept.readexactly(100), 1)
        writer.write(b"x")  # a request under way is never cut
        assert b"200 OK" in await busy.read()


async def test_where_all_are_busy_who_comes_is_cut_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "most", 3)
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"
    async with AsyncExitStack() as stack:
        waiting = [await stack.enter_async_context(connected(url)) for _ in range(3)]
        for _, writer in waiting:
            writer.write(begun)
        await asyncio.sleep(0.2)
        assert (await said(url, begun, most=1))[0] == b""
        for reader, writer in waiting:
            writer.write(b"x")
            assert b"200 OK" in await reader.read()


async def test_without_bounds_who_takes_nothing_stays_and_nobody_makes_room(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[object] = []
    async with much(cut) as other, AsyncExitStack() as stack:
        monkeypatch.setattr("chassis.web.protocol.TAKE_SECONDS", 60.0)
        await _asks(other, b"GET /?size=40000000 HTTP/1.1\r\nHost: x\r\n\r\n", stack, reads=False)
        monkeypatch.setattr(GuardedProtocol, "most", 1000)
        silent = [await stack.enter_async_context(connected(url)) for _ in range(40)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(silent[0][0].readexactly(1), 1.5)
        assert cut == []
