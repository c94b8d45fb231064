"""The SMTP side: takes messages into the store, or misbehaves as the fault orders say."""

import asyncio
import re
import socket
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.mail_sink.store import MailStore

LARGEST_MESSAGE_BYTES = 32 * 1024 * 1024
END_OF_DATA = b"\r\n.\r\n"
PLAIN_ADDRESS = re.compile(r"<([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]+)>(.*)", re.ASCII)


class FaultOrder(BaseModel):
    """What shall go wrong from now on; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    reject_to: str | None = None
    code: int = Field(default=550, ge=400, le=599)
    tempfail_next: int | None = Field(default=None, ge=0)
    delay_ms: int | None = Field(default=None, ge=0, le=600_000)
    drop_after_data_next: int | None = Field(default=None, ge=0)


class Faults(BaseModel):
    """What goes wrong: refused addresses with their code, and counts of messages still to be hit."""

    rejected: dict[str, int] = {}
    tempfail_next: int = 0
    delay_ms: int = 0
    drop_after_data_next: int = 0

    def follow(self, order: FaultOrder) -> None:
        """Take an order into force."""
        if order.reject_to is not None:
            self.rejected[order.reject_to.casefold()] = order.code
        for name in ("tempfail_next", "delay_ms", "drop_after_data_next"):
            if (value := getattr(order, name)) is not None:
                setattr(self, name, value)


class Receiver:
    """What aiosmtpd calls while a client speaks."""

    def __init__(self, store: MailStore) -> None:
        self._store = store
        self.faults = Faults()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, unless a fault refuses it."""
        if code := self.faults.rejected.get(address.casefold()):
            return f"{code} {code // 100}.1.1 <{address}>: recipient refused"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, then answer, late, or never."""
        if self.faults.tempfail_next:
            self.faults.tempfail_next -= 1
            return "451 4.3.0 Try again later"
        recipients = tuple(_clean(who) for who in envelope.rcpt_tos)
        try:
            kept = self._store.keep(_clean(envelope.mail_from or ""), recipients, envelope.original_content or b"")
        except OSError as error:
            return f"452 4.3.1 Cannot keep the message: {error.strerror}"
        if self.faults.delay_ms:
            await asyncio.sleep(self.faults.delay_ms / 1000)
        if self.faults.drop_after_data_next:
            self.faults.drop_after_data_next -= 1
            await _vanish(server)
        return f"250 2.0.0 OK: queued as {kept.name}"


class Conversation(SMTP):
    """One client's connection: aiosmtpd's, with shortcuts where it spends most of its time."""

    line_length_limit = LARGEST_MESSAGE_BYTES  # of the reader's buffer; commands keep their own limit

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a message in a few large reads instead of one for each line."""
        if arg or self.session is None or self.envelope is None or not self.envelope.rcpt_tos:
            await super().smtp_DATA(arg or "")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        if (message := await self._read_message()) is None:
            await self.push("552 5.3.4 Message too big")
            self._writer.close()
            return
        self.envelope.original_content = message
        status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self.envelope = self._create_envelope()
        await self.push(status)

    async def _read_message(self) -> bytes | None:
        data = bytearray(b"\r\n")
        while not data.endswith(END_OF_DATA):
            try:
                data += await self._reader.readuntil(b".\r\n")
            except asyncio.LimitOverrunError:
                return None
            if len(data) > LARGEST_MESSAGE_BYTES:
                return None
        return bytes(data[:-3]).replace(b"\r\n.", b"\r\n")[2:]

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # aiosmtpd's full parser takes a quarter of the conversation's time; nearly every address is plain.
        plain = PLAIN_ADDRESS.fullmatch(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)


async def open_server(receiver: Receiver, sock: socket.socket) -> asyncio.Server:
    """Accept SMTP connections on a listening socket."""
    loop = asyncio.get_running_loop()

    def conversation() -> Conversation:
        return Conversation(
            receiver,
            loop=loop,
            hostname="localhost",
            ident="ESMTP mail sink",
            enable_SMTPUTF8=True,
        )

    return await loop.create_server(conversation, sock=sock)


async def _vanish(server: SMTP) -> None:
    if server.transport is not None:
        cast("asyncio.WriteTransport", server.transport).abort()  # uvloop's own is no subclass of asyncio's
    await asyncio.Event().wait()  # aiosmtpd cancels this when it sees the lost connection


def _clean(address: str) -> str:
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
