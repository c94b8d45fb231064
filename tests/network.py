"""Connections of tests: a TCP server that leaves nothing behind, and clients that tests share."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import httpx

ONE_CALL_EACH: Final = httpx.Limits(max_keepalive_connections=0)
"""For a client that tests share: no test leaves it a connection."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What the server does with one connection."""


@contextlib.asynccontextmanager
async def tcp_server(talk: Talk, port: int = 0) -> AsyncIterator[int]:
    """Talk with each client on a port of 127.0.0.1 (0: any free one), which is given.

    After the block the listener is closed, each conversation that still goes on is cancelled, and every connection is
    closed and waited for. What a conversation raised is raised here, but for a client that went away.
    """
    talks: set[asyncio.Task[None]] = set()

    async def whole_talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            try:
                await talk(reader, writer)
            except asyncio.CancelledError:
                writer.transport.abort()  # it may be a client that does not read any more
                raise
            finally:
                writer.close()
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.create_task(whole_talk(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        for outcome in await asyncio.gather(*talks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        await server.wait_closed()
