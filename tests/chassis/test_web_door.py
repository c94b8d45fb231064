"""The door: bodies that are too large or too slow, crowds, faults of ours, and what is written down of a request."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from chassis.web.door import Door
from chassis.web.problems import HANDLERS
from chassis.web.serve import health, serving
from tests.chassis.web_support import ANYWHERE, PLEDGES, an_api, an_issuer, client, code

LIMIT = 4096
CANARY = "nguyen-thi-canary"


READ: list[int] = []


async def _read(request: Request) -> Response:
    READ.append(len(await request.body()))
    return PlainTextResponse(str(READ[-1]))


async def _fail(_: Request) -> Response:
    raise RuntimeError(CANARY)


async def _break(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError(CANARY)

    return StreamingResponse(parts())


async def _last(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        with Door.of(request).aside():
            yield b"begun"
            await asyncio.sleep(1)

    return StreamingResponse(parts())


@asynccontextmanager
async def a_door(body_seconds: float = 30, crowd: int = 1000) -> AsyncIterator[str]:
    """A few endpoints behind a door; gives their URL."""
    routes = [
        Route("/read", _read, methods=["POST"]),
        Route("/large", _read, methods=["POST"]),
        Route("/things/{id}/large", _read, methods=["POST"]),
        Route("/fail", _fail),
        Route("/break", _break),
        Route("/last", _last),
        Route("/healthz", health),
    ]
    inside = Starlette(routes=routes, exception_handlers=HANDLERS)
    larger = dict.fromkeys(("/large", "/things/{id}/large"), 20 * LIMIT)
    inside.add_middleware(Door, max_body=LIMIT, larger=larger, body_seconds=body_seconds, crowd=crowd)
    async with serving(inside, ANYWHERE) as url:
        yield url


async def _raw(url: str, request: bytes, *, then: float = 0, more: bytes = b"", again: int = 1) -> bytes:
    """What a server answers to these bytes, until it closes the connection; `more` comes up to so many times."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    try:
        writer.write(request)
        answer = asyncio.create_task(reader.read())
        for _ in range(again if more else 0):
            await asyncio.wait([answer], timeout=then)
            if not answer.done():
                writer.write(more)
        async with asyncio.timeout(5):
            return await answer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def _problem(answer: bytes) -> tuple[str, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b" ")[1].decode(), json.loads(body)["type"].rpartition(":")[2]


async def _parts(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


async def test_a_body_up_to_the_limit_passes_whole_and_in_parts() -> None:
    async with a_door() as url, client(url) as api:
        assert (await api.post("/read", content=b"x" * LIMIT)).text == str(LIMIT)
        assert (await api.post("/read", content=_parts(4, LIMIT // 4))).text == str(LIMIT)


@pytest.mark.parametrize("size", [LIMIT + 1, 3_000_000])
async def test_a_body_announced_as_too_large_is_refused(size: int) -> None:
    async with a_door() as url, client(url) as api:
        answer = await api.post("/read", content=b"x" * size)
        assert (answer.status_code, code(answer), answer.headers["connection"]) == (413, "body-too-large", "close")


async def test_an_endpoint_that_reads_no_body_is_spared_a_large_one() -> None:
    async with a_door() as url, client(url) as api:
        answer = await api.request("GET", "/fail", content=b"x" * (LIMIT + 1))
        assert (answer.status_code, code(answer)) == (413, "body-too-large")


@pytest.mark.parametrize("parts", [5, 1000])
async def test_a_body_that_grows_too_large_is_refused(parts: int) -> None:
    async with a_door() as url, client(url) as api:
        answer = await api.post("/read", content=_parts(parts, 1000))
        assert (answer.status_code, code(answer)) == (413, "body-too-large")


async def test_an_oversized_command_is_refused_by_an_api() -> None:
    async with an_issuer() as issuer, an_api(issuer) as api:
        whole = await api.post(PLEDGES, json={"name": "x" * 5000})
        in_parts = await api.post(PLEDGES, content=_parts(5, 1000), headers={"Content-Type": "application/json"})
        assert (code(whole), code(in_parts)) == ("body-too-large", "body-too-large")


async def test_an_endpoint_may_take_more_than_the_others() -> None:
    async with a_door() as url, client(url) as api:
        for path in ("/large", "/things/1/large"):
            assert (await api.post(path, content=b"x" * 20 * LIMIT)).text == str(20 * LIMIT)
        assert (await api.post("/things/1/read/large", content=b"x" * 2 * LIMIT)).status_code == 413
        answer = await api.post("/large", content=_parts(21, LIMIT))
        assert (answer.status_code, str(20 * LIMIT) in answer.json()["detail"]) == (413, True)


async def test_a_body_that_stalls_is_given_up() -> None:
    async with a_door(body_seconds=0.2) as url:
        head = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
        assert _problem(await _raw(url, head)) == ("408", "body-too-slow")
        assert _problem(await _raw(url, head + b"12345", then=0.1, more=b"67")) == ("408", "body-too-slow")


async def test_a_body_that_only_trickles_is_given_up() -> None:
    async with a_door(body_seconds=0.2) as url:
        head = b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
        began = asyncio.get_running_loop().time()
        assert _problem(await _raw(url, head, more=b"x", then=0.1, again=40)) == ("408", "body-too-slow")
        assert asyncio.get_running_loop().time() - began < 3  # of the four seconds that it would trickle


async def test_a_large_body_may_take_its_time_as_long_as_it_comes() -> None:
    async with a_door(body_seconds=2) as url:
        head = b"POST /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n"
        answer = await _raw(url, head, more=b"x" * 10_000, then=0.4, again=6)
        assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_a_slow_body_that_comes_in_time_passes_and_its_connection_goes_on() -> None:
    async with a_door(body_seconds=3) as url:
        head = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
        last = b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab"
        answer = await _raw(url, head + b"12", then=0.2, more=b"34" + last)
        assert answer.count(b"HTTP/1.1 200 OK") == 2


async def test_the_time_for_a_body_does_not_count_once_it_is_here() -> None:
    async def slow(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(2.5)
        return PlainTextResponse("done")

    inside = Starlette(routes=[Route("/", slow, methods=["POST"])])
    async with serving(Door(inside, max_body=LIMIT, body_seconds=2), ANYWHERE) as url, client(url) as api:
        assert (await api.post("/", content=b"x")).text == "done"


async def test_a_crowd_is_told_to_come_again() -> None:
    head = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"
    async with a_door(crowd=2) as url, client(url) as api:
        waiting = [asyncio.create_task(_raw(url, head, then=3, more=b"x")) for _ in range(2)]
        for _ in range(20):  # until both are inside
            await asyncio.sleep(0.1)
            if (answer := await api.post("/read", content=b"x")).is_error:
                break
        assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (503, "busy", "1")
        assert (await api.get("/healthz")).status_code == 200  # who watches over it stands in no crowd
        assert [b"200 OK" in answer for answer in await asyncio.gather(*waiting)] == [True, True]
        assert (await api.post("/read", content=b"x")).status_code == 200


async def test_an_answer_that_lasts_stands_beside_the_crowd() -> None:
    head = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    async with a_door(crowd=2) as url, client(url) as api:
        waiting = [asyncio.create_task(_raw(url, head)) for _ in range(2)]
        await asyncio.sleep(0.3)
        waiting += [asyncio.create_task(_raw(url, head)) for _ in range(2)]
        await asyncio.sleep(0.3)
        assert (await api.post("/read", content=b"x")).status_code == 200
        assert [b"200 OK" in answer for answer in await asyncio.gather(*waiting)] == [True] * 4


async def test_one_person_fills_no_more_than_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.web.door.SHARE", 2)
    async with an_issuer() as issuer, an_api(issuer) as api:
        other = {"Authorization": f"Bearer {issuer.token(sub=str(uuid4()))}"}
        head = (
            f"POST {PLEDGES} HTTP/1.1\r\nHost: x\r\nAuthorization: {api.headers['Authorization']}\r\n"
            "Content-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
        ).encode()
        url, body = str(api.base_url), b'{"name":"A"}'
        waiting = [asyncio.create_task(_raw(url, head, then=3, more=body)) for _ in range(2)]
        for _ in range(20):  # until both are inside
            await asyncio.sleep(0.1)
            if (third := await api.post(PLEDGES, json={"name": "A"})).is_error:
                break
        assert (third.status_code, code(third), third.headers["retry-after"]) == (429, "too-many-at-once", "1")
        assert (await api.post(PLEDGES, json={"name": "A"}, headers=other)).status_code == 201
        assert [b"201 Created" in answer for answer in await asyncio.gather(*waiting)] == [True, True]
        assert (await api.post(PLEDGES, json={"name": "A"})).status_code == 201


_UNSIGNED = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"


async def test_bodies_that_nobody_has_signed_are_waited_for_in_a_share_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis.web.door.SHARE", 2)
    async with a_door(crowd=4) as url, client(url) as api:
        waiting = [asyncio.create_task(_raw(url, _UNSIGNED, then=2, more=b"x")) for _ in range(2)]
        await asyncio.sleep(0.3)
        refused = [_problem(await _raw(url, _UNSIGNED)) for _ in range(10)]
        assert refused == [("503", "busy")] * 10
        assert (await api.get("/last")).status_code == 200  # there is room for who waits for no body
        assert [b"200 OK" in answer for answer in await asyncio.gather(*waiting)] == [True, True]


async def test_without_that_share_they_fill_the_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.web.door.Door.of_nobody", lambda _: nullcontext())
    async with a_door(crowd=4) as url, client(url) as api:
        waiting = [asyncio.create_task(_raw(url, _UNSIGNED, then=2, more=b"x")) for _ in range(4)]
        await asyncio.sleep(0.3)
        assert (await api.get("/last")).status_code == 503
        await asyncio.gather(*waiting)


async def test_a_fault_of_ours_is_told_without_its_inside_and_found_in_the_log_by_its_trace() -> None:
    async with a_door() as url, client(url) as api:
        with structlog.testing.capture_logs() as lines:
            answer = await api.get("/fail", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
    assert (answer.status_code, code(answer)) == (500, "unexpected")
    assert CANARY not in answer.text
    assert [line["log_level"] for line in lines if line["event"] == "unexpected"] == ["error"]


async def test_an_answer_that_breaks_off_is_not_taken_for_whole() -> None:
    async with a_door() as url, client(url) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            await api.get("/break")
        assert (await api.post("/read", content=b"x")).status_code == 200


async def test_every_answer_carries_the_security_headers_once() -> None:
    async with an_issuer() as issuer, an_api(issuer) as api:
        for answer in (
            await api.post(PLEDGES, json={"name": "A"}),
            await api.get("/nowhere"),
            await api.get("/healthz"),
        ):
            assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
            assert answer.headers.get_list("cache-control") == ["no-store"]
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert "server" not in answer.headers


async def test_the_access_log_names_the_route_and_neither_path_nor_query() -> None:
    async with an_issuer() as issuer, an_api(issuer) as api:
        with structlog.testing.capture_logs() as lines:
            await api.post(PLEDGES, params={"who": CANARY}, json={"name": "A"})
            await api.get(f"/{CANARY}", params={"who": CANARY})
            await api.get("/healthz")
    requests = [(line["method"], line["route"], line["status"]) for line in lines if line["event"] == "request"]
    assert requests == [("POST", "/api/v1/pledges/{id}", 201), ("GET", "unknown", 404)]
    assert CANARY not in str(lines)
    assert PLEDGES[-36:] not in str(lines)


async def test_a_body_that_breaks_off_never_passes_for_a_whole_one() -> None:
    READ.clear()
    async with a_door() as url:
        for part in (b"Content-Length: 100\r\n\r\nbegun", b"Transfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n"):
            at = urlsplit(url)
            _, writer = await asyncio.open_connection(at.hostname, at.port)
            writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\n" + part)
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.transport.abort()
        await asyncio.sleep(0.3)
        assert READ == []
        async with httpx.AsyncClient(base_url=url) as http:
            assert (await http.post("/read", content=b"whole")).text == "5"


async def test_who_is_still_sending_reads_the_answer_before_the_connection_ends() -> None:
    """A connection that is closed on what was not read is reset, and the reset takes the answer with it."""
    head = b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
    async with a_door(body_seconds=0.05) as url:
        at = urlsplit(url)
        for _ in range(20):
            reader, writer = await asyncio.open_connection(at.hostname, at.port)
            writer.write(head)
            answered = asyncio.get_running_loop().time() + 0.15
            while asyncio.get_running_loop().time() < answered:
                writer.write(b"x")
                await asyncio.sleep(0.002)
            await asyncio.sleep(0.02)
            assert _problem(await reader.read()) == ("408", "body-too-slow")
            writer.close()
            await writer.wait_closed()
