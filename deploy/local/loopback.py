"""Serves a local tool's application on 127.0.0.1: as its own process, or inside another program such as a test."""

import argparse
import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from chassis.web.serve import KEEP_ALIVE_SECONDS
from deploy.local.cutting import CuttingProtocol
from deploy.local.files import private
from deploy.local.trouble import CannotStart, disk_errors

HOST = "127.0.0.1"
GRACE_SECONDS = 1


def listen(port: int) -> socket.socket:
    """Open a listening socket on this port of 127.0.0.1 (0: any free one); `CannotStart` when it is taken."""
    # asyncio sends at once (TCP_NODELAY) only where a socket says that it is TCP; otherwise each answer waits 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        sock.listen()
    except OSError as error:
        sock.close()
        raise CannotStart(
            f"Không mở được cổng {port} ({error.strerror}); hãy dừng chương trình đang dùng nó hoặc chọn cổng khác.",
            f"Cannot open port {port} ({error.strerror}); stop the program that uses it or choose another port.",
        ) from error
    return sock


def url_of(sock: socket.socket) -> str:
    """Return the base URL of a listening socket, without a slash at its end."""
    return f"http://{HOST}:{sock.getsockname()[1]}"


def application(title: str, **options: object) -> FastAPI:
    """Return an empty application that answers under a loopback name only, so that no web page can rebind to it."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None, **options)  # type: ignore[arg-type]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return app


def serve(app: FastAPI, sock: socket.socket) -> None:
    """Say where, then serve `app` until SIGINT or SIGTERM."""
    sys.stdout.write(f"{app.title}: {url_of(sock)}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(_config(app)).run(sockets=[sock])


@asynccontextmanager
async def serving(app: FastAPI, sock: socket.socket) -> AsyncIterator[str]:
    """Serve `app` inside the running event loop for the length of the block; yields its base URL."""
    server = _Guest(_config(app))
    task = asyncio.create_task(server.serve(sockets=[sock]))
    await server.settled.wait()
    try:
        yield url_of(sock)
    finally:
        server.should_exit = True
        await task


def run(main: Callable[[argparse.Namespace], None], parser: argparse.ArgumentParser) -> None:
    """Run a tool with its command line; what stops it from starting is told in its two sentences, exit code 1."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that survives a restart")
    options = parser.parse_args()
    try:
        with private(), disk_errors(options.data):
            main(options)
    except CannotStart as error:
        sys.exit(str(error))


class _Guest(uvicorn.Server):
    """A server that leaves the signals to the program it runs in and tells when it has started (or could not)."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.settled.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=CuttingProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
