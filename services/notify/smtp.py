"""Email: over a few connections that stay open, since a new one for each message costs more than the message.

Whether a failure came before or after the message's bytes were written decides between "not taken" and "unknown"; that
is why MAIL, RCPT and DATA are called one by one.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiosmtplib
import structlog

from chassis.kinds import is_email
from services.notify.domain.rules import BY_NAME
from services.notify.domain.texts import words
from services.notify.due import Due
from services.notify.mail import Envelope, compose
from services.notify.render import letter
from services.notify.sender import Doubtful, HandOver, Outcome, Refused, Taken, Unreachable
from services.notify.settings import ProviderSettings
from services.notify.signing import Signer, load_key

log = structlog.get_logger()

IDLE_SECONDS: Final = 30.0
"""A connection unused for longer may have been closed by the server: a new one is opened instead."""

BUSY_SECONDS: Final = 20.0
"""So long a message waits for a connection; it has not been handed over then, and comes again."""

MESSAGES: Final = 500
"""A connection is retired after so many messages, as mail servers ask of their clients."""

_PERMANENT = 500
_TAKEN = 2
_LOST = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished message and whom it goes to."""

    recipient: str
    content: bytes


@dataclass(slots=True)
class _Line:
    """A connection, opened when needed."""

    client: aiosmtplib.SMTP
    used: float = 0.0
    sent: int = 0


class EmailSender:
    """Writes, signs and sends email."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        data, path = settings.thidua_data, settings.dkim_key
        if path is None and data is not None:
            path = data / "notify" / f"dkim-{settings.dkim_selector}.pem"
        domain = settings.mail_domain
        self._signer = Signer(load_key(path), domain, settings.dkim_selector) if path else None
        self._lines = [_Line(self._client()) for _ in range(settings.smtp_connections)]
        self._free: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=settings.smtp_password,
            start_tls=settings.smtp_start_tls,
            local_hostname=settings.mail_domain,
            timeout=settings.provider_timeout,
        )

    def write(self, due: Due, attempt: int) -> Mail | None:  # noqa: ARG002 - a second attempt is the same message
        """The signed message; None when the person has no email address that mail can go to."""
        if due.addressee is None or due.told is None or due.names is None:
            return None
        address = (due.addressee.email or "").strip()
        if not is_email(address):
            return None
        rule, settings = BY_NAME[due.rule], self._settings
        extra = {"Feedback-ID": f"{rule.template}:{rule.category.value}:thidua"}
        if due.traceparent:
            extra["traceparent"] = due.traceparent
        envelope = Envelope(
            settings.mail_from,
            settings.mail_from_name,
            address,
            due.addressee.name,
            settings.mail_domain,
            due.notification_id,
            due.requested_at,
            extra,
        )
        content = compose(letter(rule.template, due.addressee.name, words(due.told, due.names)), envelope)
        return Mail(address, self._signer.sign(content) if self._signer else content)

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[HandOver[Mail]]:
        """An open connection to the mail server, for one message."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                line = await self._free.get()
        except TimeoutError:
            raise Unreachable("busy") from None
        try:
            try:
                await self._open(line)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                raise Unreachable(type(error).__name__) from error
            yield partial(self._send, line)
        except BaseException:
            line.client.close()  # perhaps in the middle of a dialogue
            raise
        finally:
            self._free.put_nowait(line)

    async def _send(self, line: _Line, message: Mail) -> Outcome:
        """Hand the message to the mail server."""
        try:
            async with asyncio.timeout(self._settings.provider_timeout):
                await self._address(line, message.recipient)
            return await self._hand_over(line, message.content)
        except aiosmtplib.SMTPResponseException as error:
            line.client.close()
            return Refused(f"smtp-{error.code}", error.code >= _PERMANENT)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            line.client.close()
            log.warning("mail_server_away", error=type(error).__name__)
            return Refused("smtp-unreachable", permanent=False)
        except asyncio.CancelledError:
            line.client.close()
            raise
        finally:
            line.used, line.sent = time.monotonic(), line.sent + 1

    async def close(self) -> None:
        """Cut the connections."""
        for line in self._lines:
            line.client.close()

    async def _open(self, line: _Line) -> None:
        if line.client.is_connected and (line.sent >= MESSAGES or time.monotonic() - line.used > IDLE_SECONDS):
            line.client.close()
        if not line.client.is_connected:
            line.client = self._client()  # a used client may hang on a second connect after a server's timeout
            async with asyncio.timeout(self._settings.provider_timeout):
                await line.client.connect()
                await line.client.ehlo()
            line.used, line.sent = time.monotonic(), 0

    async def _address(self, line: _Line, recipient: str) -> None:
        """Name sender and recipient; a connection that turns out to be dead is opened anew, once."""
        await self._open(line)
        try:
            await _command(line, b"MAIL", b"FROM", self._settings.mail_from)
        except _LOST:
            line.client.close()
            await self._open(line)
            await _command(line, b"MAIL", b"FROM", self._settings.mail_from)
        await _command(line, b"RCPT", b"TO", recipient)

    async def _hand_over(self, line: _Line, content: bytes) -> Outcome:
        """Send the bytes; an answer that does not come, or comes garbled, leaves the outcome open."""
        try:
            async with asyncio.timeout(self._settings.provider_timeout):
                response = await line.client.data(content)
        except aiosmtplib.SMTPException as error:
            if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
                raise
            line.client.close()
            return Doubtful()
        except (OSError, TimeoutError):
            line.client.close()
            return Doubtful()
        return Taken(response.message[:200])


async def _command(line: _Line, command: bytes, argument: bytes, address: str) -> None:
    """MAIL or RCPT for an address that `is_email` let through; the client's own parser would take too long."""
    response = await line.client.execute_command(command, b"%s:<%s>" % (argument, address.encode("ascii")))
    if response.code // 100 != _TAKEN:
        raise aiosmtplib.SMTPResponseException(response.code, response.message)
