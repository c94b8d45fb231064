"""A mail server that says what a test tells it to, over real sockets; it is gone, with every connection, at the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from services.notify.email.smtp import EmailSender
from services.notify.settings import ProviderSettings
from tests.network import tcp_server


@dataclass
class MailServer:
    """What it says at each step; an answer without a line end is followed by the end of the connection.

    `taken` holds the recipient of each message that came whole; `silent` names steps at which it says nothing.
    """

    greeting: bytes = b"220 ready\r\n"
    mail: bytes = b"250 ok\r\n"
    rcpt: bytes = b"250 ok\r\n"
    data: bytes = b"354 go on\r\n"
    message: bytes = b"250 queued\r\n"
    silent: frozenset[str] = frozenset()
    port: int = 0
    taken: list[str] = field(default_factory=list)
    greeted: int = 0

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = b""
        self.greeted += 1
        if not await self._say(writer, "greeting"):
            return
        while line := await reader.readline():
            step = line[:4].decode("latin-1").strip().lower()
            if step == "rcpt":
                recipient = line.partition(b"<")[2].partition(b">")[0]
            if not await self._say(writer, step):
                return
            if step == "data" and self.data.startswith(b"354"):
                while (part := await reader.readline()) != b".\r\n":
                    if not part:
                        return
                self.taken.append(recipient.decode())
                if not await self._say(writer, "message"):
                    return

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> bool:
        if step in self.silent:
            await asyncio.Event().wait()
        answer: bytes = getattr(self, step, b"250 ok\r\n")
        writer.write(answer)
        await writer.drain()
        return answer.endswith(b"\n")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen on a port of its own."""
        async with tcp_server(self._talk, self.port) as self.port:
            yield

    @property
    def address(self) -> dict[str, Any]:
        """Settings of a sender that has one connection to it."""
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_start_tls": False, "smtp_connections": 1}

    @contextlib.asynccontextmanager
    async def with_sender(self, **settings: Any) -> AsyncIterator[EmailSender]:
        """The server, and a sender for it."""
        async with self.running():
            sender = EmailSender(ProviderSettings.model_validate({**self.address, "provider_timeout": 2, **settings}))
            try:
                yield sender
            finally:
                await sender.close()
