"""The door of every API: what each request passes before the routes and each answer after them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import perf_counter
from typing import Final
from uuid import UUID

from opentelemetry.trace import Span, StatusCode
from prometheus_client import Histogram
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.facts.problem import AGAIN, Problem
from chassis.telemetry.telemetry import HTTP_SECONDS, log_request, span
from chassis.web.problems import Unreadable, problem_of, respond

BODY_SECONDS: Final = 5.0
"""How long the first byte of a body may take, and then each further BODY_BYTES of it."""

BODY_BYTES: Final = 16_384
"""Bytes of a body that must come in each BODY_SECONDS, unless it ends sooner: 26 kbit/s."""

CROWD: Final = 1000
"""How many requests one process holds at once; more are told to come again, so that no queue grows without end."""

SHARE: Final = 64
"""How many of them may be one person's, and for how many that nobody has signed a body is waited for: nobody fills the
place for all others.
"""

_DRAIN_SECONDS = 2.0
_KNOWN = "person-known"
_CLOSE = {"Connection": "close"}
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
# Strict-Transport-Security is for the proxy that ends TLS: RFC 6797 §7.2 forbids it on plain connections.
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class Door:
    """ASGI middleware: trace, body limits, security headers, answers to the unforeseen, metrics and the access log.

    It is one class because speed matters here: each request passes one function and one wrapped `send`. `max_body` is
    in bytes; `larger` has other limits by path template. Those who watch over a process (health, metrics) never stand
    in the crowd. HEAD is answered as GET; the server leaves the body out.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body: int,
        larger: Mapping[str, int] | None = None,
        body_seconds: float = BODY_SECONDS,
        crowd: int = CROWD,
    ) -> None:
        self._app, self._max_body, self._body_seconds, self._crowd = app, max_body, body_seconds, crowd
        self._larger = [(compile_path(path)[0], size) for path, size in (larger or {}).items()]
        self._inside = 0
        self._shares: Counter[UUID | None] = Counter()

    @staticmethod
    def of(request: Request) -> "Door":
        """The door that a request came through."""
        door: Door = request.scope["door"]
        return door

    @classmethod
    @contextmanager
    def share(cls, request: Request, person: UUID) -> Iterator[None]:
        """Count a request to a person's share; raises Problem 429 when it is used up."""
        with cls.of(request)._counted(person, _too_many):  # noqa: SLF001 - its own
            request.scope[_KNOWN] = True
            yield

    @contextmanager
    def of_nobody(self) -> Iterator[None]:
        """Count a request that nobody has signed to the share that all of those have; raises Problem 503."""
        with self._counted(None, _crowded):
            yield

    @contextmanager
    def _counted(self, whose: UUID | None, refusal: Callable[[], Problem]) -> Iterator[None]:
        if self._shares[whose] >= SHARE:
            raise refusal()
        self._shares[whose] += 1
        try:
            yield
        finally:
            self._shares[whose] -= 1
            if not self._shares[whose]:
                del self._shares[whose]

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let a request stand beside the crowd: an answer that lasts is counted by whoever gives it."""
        self._inside -= 1
        try:
            yield
        finally:
            self._inside += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                given = {name for name, _ in headers}
                headers += [header for header in _HEADERS if header[0] not in given]
            await send(message)

        head = dict(scope["headers"])
        asked = {**scope, "door": self}  # the server keeps its own, by which it knows that it was HEAD
        if scope["method"] == "HEAD":
            asked["method"] = "GET"
        self._inside += 1
        with span(scope["method"], head.get(b"traceparent", b"").decode("latin-1")) as step:
            try:
                await self._admit(asked, receive, answer, head)
            except Exception as error:
                if status:  # too late for another answer: the server breaks the connection off
                    raise
                await respond(problem_of(error))(scope, receive, answer)
            finally:
                self._inside -= 1
                _record(step, asked, status, perf_counter() - began)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, head: dict[bytes, bytes]) -> None:
        if self._inside > self._crowd and scope["path"] not in _QUIET:
            raise _crowded()
        length = int(head.get(b"content-length", 0))
        if not length and b"transfer-encoding" not in head:
            await self._app(scope, receive, send)
            return
        limit = self._max_body
        if not 0 < length <= limit:
            limit = next((size for path, size in self._larger if path.match(scope["path"])), limit)
        body = _Body(receive, limit, self._body_seconds, scope)
        if length > limit:
            with self.of_nobody():
                await body.drain()
            raise _too_large(limit)
        await self._app(scope, body, send)


def _record(step: Span, scope: Scope, status: int, seconds: float) -> None:
    """Write down what became of a request: its route's template, never its path or its query."""
    method, route = scope["method"], getattr(scope.get("route"), "path_format", None) or "unknown"
    step.update_name(f"{method} {route}")
    step.set_attribute("http.response.status_code", status)
    if status == 0 or status >= 500:  # noqa: PLR2004 - where HTTP's own faults begin
        step.set_status(StatusCode.ERROR)
    _seconds(method, route, status).observe(seconds)
    if route not in _QUIET:
        log_request(step, method, route, status, seconds)


@cache
def _seconds(method: str, route: str, status: int) -> Histogram:
    return HTTP_SECONDS.labels(method, route, status)


class _Body:
    """What a client sends, counted and timed while it arrives.

    One timer for all its parts, by hand: `asyncio.timeout` around each part costs three times as much.
    """

    def __init__(self, receive: Receive, limit: int, seconds: float, scope: Scope) -> None:
        self._receive, self._limit, self._seconds, self._scope = receive, limit, seconds, scope
        self._came, self._wanted = 0, 1
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[object] | None = None
        self._whole = self._late = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        if self._scope.get(_KNOWN):
            return await self._next()
        door: Door = self._scope["door"]
        with door.of_nobody():
            return await self._next()

    async def _next(self) -> Message:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)
        self._reader = asyncio.current_task()
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if not self._late:
                raise
        finally:
            reader, self._reader = self._reader, None
        if self._late:
            if reader is not None:
                reader.uncancel()
            raise HTTPException(408, headers=_CLOSE)
        if message["type"] == "http.disconnect":  # a part must never pass for the whole
            self._timer.cancel()
            raise HTTPException(400, headers=_CLOSE)
        self._came += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._whole or self._came > self._limit:
            self._timer.cancel()
        if self._came > self._limit:
            await self.drain()
            raise _too_large(self._limit)
        return message

    def _look(self) -> None:
        """Look every few seconds whether enough has come since; else whoever reads is told that it is too slow."""
        if self._came >= self._wanted:
            self._wanted = self._came + BODY_BYTES
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)
            return
        self._late = True
        if self._reader is not None:
            self._reader.cancel()

    async def drain(self) -> None:
        """Take in and forget what still comes, for a moment: a client cut off while it sends would see no answer."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while (await self._receive()).get("more_body", False):
                    pass
        except TimeoutError:
            pass


def _too_large(limit: int) -> Unreadable:
    return Unreadable(
        Problem(
            413,
            "body-too-large",
            f"Nội dung gửi lên quá lớn (tối đa {limit} byte); hãy chia nhỏ rồi gửi lại.",
            f"The body is too large (at most {limit} bytes); send it in smaller parts.",
            headers=_CLOSE,
        )
    )


def _too_many() -> Problem:
    return Problem(
        429,
        "too-many-at-once",
        f"Bạn đang gửi quá {SHARE} yêu cầu cùng lúc; hãy chờ các yêu cầu trước xong rồi gửi lại.",
        f"You have more than {SHARE} requests under way at once; wait for some of them to end, then send it again.",
        headers=AGAIN,
    )


def _crowded() -> Problem:
    return Problem(
        503,
        "busy",
        "Hệ thống đang quá tải; hãy gửi lại sau giây lát với cùng Idempotency-Key.",
        "The system is overloaded for the moment; send it again shortly with the same Idempotency-Key.",
        headers=AGAIN,
    )
