"""Serving HTTP: an API until SIGTERM or Ctrl-C, or a worker's health and metrics beside its work."""

import asyncio
import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import make_asgi_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from chassis.settings import Settings

DRAIN_SECONDS: Final = 20
"""How long running requests may take to end after SIGTERM; 10 s more remain to close what they stood on."""

_log = structlog.get_logger()


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what start-up has made stays: looking through it again and again took a tenth of each request
        gc.set_threshold(20_000, 20, 20)
        for listening in sockets or []:
            host, port = listening.getsockname()[:2]
            _log.info("listening", url=f"http://{host}:{port}")


class _Beside(_Server):
    """Leaves the signals to the process that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve an API on HOST and PORT (0: the system chooses) until SIGTERM or Ctrl-C, then let running requests end."""
    with socket.create_server((settings.host, settings.port), backlog=2048) as listening, suppress(KeyboardInterrupt):
        _Server(_config(app)).run([listening])


async def serve_metrics(settings: Settings) -> None:
    """Serve a worker's `/healthz` and `/metrics` on HOST and PORT until cancelled; with PORT 0, nothing."""
    if settings.port == 0:
        return
    app = Starlette(routes=[Route("/healthz", _health), Mount("/metrics", make_asgi_app())])
    with socket.create_server((settings.host, settings.port)) as listening:
        server = _Beside(_config(app))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
