"""Zalo as a test tells it to answer: raw bytes over real sockets, at both of its addresses; gone at the end."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.notify.settings import ProviderSettings
from services.notify.zalo.sender import ZaloSender
from tests.network import tcp_server

CREDENTIALS = {"app_id": "1", "secret_key": "s", "access_token": "old", "refresh_token": "once", "oa_id": "7"}


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer, the only one on its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{k}: {v}" for k, v in headers.items()]
    return "\r\n".join(lines).replace("_", "-").encode("latin-1") + b"\r\n\r\n" + body


def taken(**changes: Any) -> bytes:
    """The usual answer to a message that was taken."""
    usual = {"error": 0, "message": "Success", "data": {"msg_id": "a4d0", "sent_time": "1626926349402"}}
    return http(json.dumps({**usual, **changes}).encode())


def pair(access: object, refresh: object) -> bytes:
    """The usual answer to a request for tokens."""
    return http(json.dumps({"access_token": access, "refresh_token": refresh, "expires_in": "90000"}).encode())


@dataclass
class ZaloServer:
    """`messages` and `tokens` are answered one after the other, the last of them again and again.

    A pair comes `slow_tokens` seconds late. `sent` holds the token under which each message came, `asked` the refresh
    token of each request for a pair.
    """

    messages: list[bytes] = field(default_factory=lambda: [taken()])
    tokens: list[bytes] = field(default_factory=lambda: [pair("new", "next")])
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    slow_tokens: float = 0.0
    cookies: int = 0
    port: int = 0

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
        body = (await reader.readexactly(int(headers["content-length"]))).decode()
        self.cookies += "cookie" in headers
        if b"/message/template" in head:
            self.sent.append(headers["access_token"])
            answer = self.messages.pop(0) if len(self.messages) > 1 else self.messages[0]
        else:
            self.asked.append(body.rpartition("refresh_token=")[2])
            await asyncio.sleep(self.slow_tokens)
            answer = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        writer.write(answer)
        await writer.drain()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen on a port of its own."""
        async with tcp_server(self._talk) as self.port:
            yield

    @contextlib.asynccontextmanager
    async def with_sender(self, file: Path) -> AsyncIterator[ZaloSender]:
        """The server, and a sender whose tokens are in a file."""
        file.write_text(json.dumps(CREDENTIALS), encoding="utf-8")  # noqa: ASYNC240 - before anything runs
        async with self.running():
            url = f"http://127.0.0.1:{self.port}"
            sender = ZaloSender(ProviderSettings(zalo_url=url, zalo_credentials=file, provider_timeout=2))
            try:
                yield sender
            finally:
                await sender.close()
