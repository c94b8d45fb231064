"""The door of every API: what each request passes before the routes and each answer after them."""

import asyncio
from functools import cache
from time import perf_counter
from typing import Final

from opentelemetry.trace import Span, StatusCode
from prometheus_client import Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problem import AGAIN, Problem
from chassis.problems import problem_of, respond
from chassis.telemetry import HTTP_SECONDS, log_request, span

BODY_SECONDS: Final = 30.0
"""How long a client may take to send a body."""

CROWD: Final = 1000
"""How many requests one process holds at once; more are told to come again, so that no queue grows without end."""

_DRAIN_SECONDS = 2.0
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

    It is one class because speed matters here: each request passes one function and one wrapped `send`.
    """

    def __init__(self, app: ASGIApp, *, max_body: int, body_seconds: float = BODY_SECONDS, crowd: int = CROWD) -> None:
        self._app, self._max_body, self._body_seconds, self._crowd = app, max_body, body_seconds, crowd
        self._inside = 0

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
        self._inside += 1
        with span(scope["method"], head.get(b"traceparent", b"").decode("latin-1")) as step:
            try:
                await self._admit(scope, receive, answer, head)
            except Exception as error:
                if status:  # too late for another answer: the server breaks the connection off
                    raise
                await respond(problem_of(error))(scope, receive, answer)
            finally:
                self._inside -= 1
                _record(step, scope, status, perf_counter() - began)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, head: dict[bytes, bytes]) -> None:
        if self._inside > self._crowd:
            raise _crowded()
        length = int(head.get(b"content-length", 0))
        if not length and b"transfer-encoding" not in head:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._max_body, self._body_seconds)
        if length > self._max_body:
            await body.drain()
            raise HTTPException(413, headers=_CLOSE)
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

    One timer for the whole body, by hand: `asyncio.timeout` around each part costs three times as much.
    """

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive, self._left, self._seconds = receive, limit, seconds
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[object] | None = None
        self._whole = self._late = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._expire)
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
        self._left -= len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._whole or self._left < 0:
            self._timer.cancel()
        if self._left < 0:
            await self.drain()
            raise HTTPException(413, headers=_CLOSE)
        return message

    def _expire(self) -> None:
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


def _crowded() -> Problem:
    return Problem(
        503,
        "busy",
        "Hệ thống đang quá tải; hãy gửi lại sau giây lát với cùng Idempotency-Key.",
        "The system is overloaded for the moment; send it again shortly with the same Idempotency-Key.",
        headers=AGAIN,
    )
