"""Serving HTTP: an API until SIGTERM or Ctrl-C, or a worker's health and metrics beside its work."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import perf_counter
from typing import Final

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chassis.facts.settings import Settings
from chassis.telemetry.collector import settle
from chassis.telemetry.telemetry import CONNECTIONS_MOST, flush_requests
from chassis.web.protocol import CONNECTIONS, GuardedProtocol

DRAIN_SECONDS: Final = 20
"""How long running requests may take to end after SIGTERM; 10 s more remain to close what they stood on."""

KEEP_ALIVE_SECONDS: Final = 75
"""How long an unused connection stays open: longer than clients (httpx 5 s) and proxies (nginx 60 s) keep theirs.

Who closes first must be who asks: a request that crosses a close gets no answer.
"""

_log = structlog.get_logger()


RESERVED_DESCRIPTORS: Final = 256
"""Descriptors that are not for connections of clients: sessions of the database, other services, files."""


def serve(app: ASGIApp, settings: Settings) -> None:
    """Serve an API on HOST and PORT (0: the system chooses) until SIGTERM or Ctrl-C, then let running requests end.

    It takes as many descriptors as it is allowed to take: what a system gives unasked is often 1024.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):  # where even the system may not give what it allows
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with socket.create_server((settings.host, settings.port), backlog=2048) as listening, suppress(KeyboardInterrupt):
        _Server(_config(app)).run([listening])


@asynccontextmanager
async def serving(app: ASGIApp, settings: Settings) -> AsyncIterator[str]:
    """Serve an app on HOST and PORT for the time of a block, within a process that does other things; gives its URL."""
    with socket.create_server((settings.host, settings.port)) as listening:
        server = _Beside(_config(app))
        running = asyncio.create_task(server.serve([listening]))
        try:
            await server.ready.wait()
            yield _url(listening)
        finally:
            server.should_exit = True
            await running


async def serve_metrics(settings: Settings) -> None:
    """Serve a worker's `/healthz` and `/metrics` on HOST and PORT until cancelled; with PORT 0, nothing."""
    if settings.port:
        app = Starlette(routes=[Route("/healthz", health), Route("/metrics", metrics)])
        async with serving(app, settings):
            await asyncio.Event().wait()


async def health(_: Request) -> Response:
    """Answer that this process and its event loop are alive."""
    return PlainTextResponse("ok")


class _Figures:
    """The figures of this process; to write them takes a tenth of its time, however often they are asked for."""

    def __init__(self) -> None:
        self._text, self._good_until = b"", 0.0

    def text(self) -> bytes:
        """The figures, written anew if those of before have been good for ten times as long as they took."""
        if (began := perf_counter()) >= self._good_until:
            self._text = generate_latest()
            now = perf_counter()
            self._good_until = now + 10 * (now - began)
        return self._text


_figures: Final = _Figures()


async def metrics(_: Request) -> Response:
    """Give Prometheus the figures of this process."""
    return Response(_figures.text(), media_type=CONTENT_TYPE_LATEST)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            _log.info("listening", url=_url(listening))
        settle()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        flush_requests()


class _Beside(_Server):
    """Leaves signals and garbage collection to the process that it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await uvicorn.Server.startup(self, sockets)
        finally:
            self.ready.set()


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"


def room() -> int:
    """How many connections a process may hold: CONNECTIONS, or what its descriptors leave, at least half of them."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return min(CONNECTIONS, max(allowed - RESERVED_DESCRIPTORS, allowed // 2))


def _config(app: ASGIApp) -> uvicorn.Config:
    GuardedProtocol.most = room()
    CONNECTIONS_MOST.set(GuardedProtocol.most)
    return uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
