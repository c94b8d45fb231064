"""A mail server that takes its time, or says what is no SMTP: what was not handed over is never counted as sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from services.notify.delivery import dispatcher
from services.notify.delivery.sender import Doubtful, Outcome, Taken, Unreachable
from services.notify.email import smtp
from services.notify.email.smtp import EmailSender, Mail
from services.notify.settings import ProviderSettings
from tests.network import tcp_server
from tests.notify.conftest import Office


@dataclass
class Server:
    """Takes `delay` seconds for each message, and answers `last` to it; `taken` holds the recipients of whole ones."""

    delay: float = 0.0
    last: bytes = b"250 queued for %s\r\n"
    port: int = 0
    taken: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        recipient = b""
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                if not await self._take(reader, recipient):
                    break
                await asyncio.sleep(self.delay)
                writer.write(self.last.replace(b"%s", recipient.partition(b"@")[0]))
            else:
                recipient = line.partition(b"<")[2].partition(b">")[0] or recipient
                writer.write(b"250 ok\r\n")

    async def _take(self, reader: asyncio.StreamReader, recipient: bytes) -> bool:
        while (part := await reader.readline()) != b".\r\n":
            if not part:
                return False
        self.taken.append(recipient.decode())
        return True


@contextlib.asynccontextmanager
async def serving(server: Server) -> AsyncIterator[EmailSender]:
    """The server, and a sender that has one connection to it."""
    async with tcp_server(server.talk) as server.port:
        one_line = {"smtp_port": server.port, "smtp_start_tls": False, "smtp_connections": 1}
        sender = EmailSender(ProviderSettings.model_validate({"smtp_host": "127.0.0.1", **one_line}))
        try:
            yield sender
        finally:
            await sender.close()


async def send(sender: EmailSender, name: str) -> Outcome:
    async with sender.ready() as hand_over:
        return await hand_over(Mail(f"{name}@thidua.example", b"Subject: x\r\n\r\nx\r\n"))


async def test_an_answer_that_is_no_smtp_leaves_the_outcome_open() -> None:
    server = Server(last=b"what?\r\n")
    async with serving(server) as sender:
        assert await send(sender, "one") == Doubtful()
    assert server.taken == ["one@thidua.example"]


async def test_a_message_that_waits_for_a_connection_was_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "BUSY_SECONDS", 0.2)
    server = Server(delay=1)
    async with serving(server) as sender:
        first = asyncio.create_task(send(sender, "one"))
        await asyncio.sleep(0.1)
        with pytest.raises(Unreachable):
            await send(sender, "two")
        assert isinstance(await first, Taken)
    assert server.taken == ["one@thidua.example"]


async def test_after_a_message_that_was_given_up_the_next_one_hears_its_own_answer() -> None:
    async with serving(Server(delay=1)) as sender:
        async with sender.ready() as hand_over:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await hand_over(Mail("one@thidua.example", b"Subject: x\r\n\r\nx\r\n"))
        second = await send(sender, "two")
    assert isinstance(second, Taken)
    assert "two" in second.provider_id


async def test_a_slow_server_gets_every_mail_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "SEND", 1.5)
    server = Server(delay=0.3)
    async with serving(server):
        people = [await office.person(phone=False) for _ in range(16)]
        one_line = {"smtp_port": server.port, "smtp_connections": 1, "smtp_start_tls": False}
        async with office.delivering(settings=one_line):
            for notification in await office.tell(*people):
                await office.ended(notification, "NotificationCompleted")
    assert sorted(server.taken) == sorted(person.email or "" for person in people)
