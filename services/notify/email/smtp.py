"""Email: over a few connections that stay open, since a new one for each message costs more than the message.

Whether a failure came before or after the message's bytes were written decides between "not taken" and "unknown"; that
is why MAIL, RCPT, DATA and the message are asked one by one. A yes to the message is any 2xx, however it is worded.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from chassis.facts.kinds import is_email
from services.notify.delivery.due import Due
from services.notify.delivery.render import letter
from services.notify.delivery.sender import Busy, Doubtful, HandOver, Outcome, Refused, Taken, Unreachable
from services.notify.domain.mail_answer import Answer
from services.notify.domain.rules import BY_NAME
from services.notify.domain.said import said
from services.notify.email.dialogue import LOST, Dialogue
from services.notify.email.mail import Envelope, compose
from services.notify.email.mail_server import MailServer
from services.notify.email.signing import Signer, load_key
from services.notify.settings import ProviderSettings

IDLE_SECONDS: Final = 30.0
"""A connection unused for longer may have been closed by the server: a new one is opened instead."""

BUSY_SECONDS: Final = 20.0
"""So long a message waits for a connection; it has not been handed over then, and comes again."""

MESSAGES: Final = 500
"""A connection is retired after so many messages, as mail servers ask of their clients."""

_YES, _NO = 2, 5
_GO_ON = 354
_CLOSING = 421


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished message and whom it goes to."""

    recipient: str
    content: bytes


@dataclass(slots=True)
class _Line:
    """A connection, opened when needed."""

    dialogue: Dialogue | None = None
    used: float = 0.0
    sent: int = 0

    def cut(self) -> None:
        if self.dialogue is not None:
            self.dialogue.cut()


class EmailSender:
    """Writes, signs and sends email."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        data, path = settings.thidua_data, settings.dkim_key
        if path is None and data is not None:
            path = data / "notify" / f"dkim-{settings.dkim_selector}.pem"
        domain = settings.mail_domain
        self._signer = Signer(load_key(path), domain, settings.dkim_selector) if path else None
        self._server = MailServer(settings)
        self._mail_from = b"MAIL FROM:<%s>\r\n" % settings.mail_from.encode("ascii")
        self._lines = [_Line() for _ in range(settings.smtp_connections)]
        self._free: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

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
        content = compose(letter(rule.template, due.addressee.name, rule.words(due.told, due.names)), envelope)
        return Mail(address, self._signer.sign(content) if self._signer else content)

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[HandOver[Mail]]:
        """An open connection to the mail server, for one message."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                line = await self._free.get()
        except TimeoutError:
            raise Busy("busy") from None
        try:
            await self._open(line)
            yield partial(self._send, line)
        except BaseException:
            line.cut()  # perhaps in the middle of a dialogue
            raise
        finally:
            self._free.put_nowait(line)

    async def close(self) -> None:
        """Cut the connections."""
        for line in self._lines:
            if line.dialogue is not None:
                await line.dialogue.closed()

    async def _open(self, line: _Line) -> Dialogue:
        """The line's connection, or a new one where that is not fit for use; raises Unreachable."""
        if line.dialogue is not None:
            if line.dialogue.is_open and line.sent < MESSAGES and time.monotonic() - line.used < IDLE_SECONDS:
                return line.dialogue
            line.cut()
        line.dialogue = await self._server.connect()
        line.used, line.sent = time.monotonic(), 0
        return line.dialogue

    async def _send(self, line: _Line, message: Mail) -> Outcome:
        """Hand the message to the mail server."""
        outcome: Outcome | None = None
        try:
            outcome = await self._handed_over(line, message)
        except Unreachable as reason:
            outcome = _unreachable(str(reason))
        finally:
            line.used, line.sent = time.monotonic(), line.sent + 1
            if not isinstance(outcome, Taken):
                line.cut()
        return outcome

    async def _handed_over(self, line: _Line, message: Mail) -> Outcome:
        """Name sender and recipient, then send the bytes; a connection that proves to be dead is opened anew, once."""
        until = self._until()
        dialogue = await self._open(line)
        answer = await dialogue.ask(self._mail_from, until)
        if not answer.code and dialogue.silence == LOST:
            dialogue = await self._open(line)
            answer = await dialogue.ask(self._mail_from, until)
        if answer.code // 100 != _YES:
            return _refused(answer, dialogue, everyone=True)
        answer = await dialogue.ask(b"RCPT TO:<%s>\r\n" % message.recipient.encode("ascii"), until)
        if answer.code // 100 != _YES:
            return _refused(answer, dialogue)
        answer = await dialogue.ask(b"DATA\r\n", until := self._until())
        if answer.code != _GO_ON or not dialogue.is_open:
            return _refused(answer, dialogue)
        answer = await dialogue.ask(_dotted(message.content), until)
        match answer.code // 100:
            case 2:
                return Taken(said(answer.text))
            case 4 | 5:
                return _refused(answer, dialogue)
            case _:
                return Doubtful(f"smtp-{answer.code or dialogue.silence}")

    def _until(self) -> float:
        """By when of the loop's time the server must have answered the next commands."""
        return asyncio.get_running_loop().time() + self._settings.provider_timeout


def _refused(answer: Answer, dialogue: Dialogue, *, everyone: bool = False) -> Refused:
    """What follows from an answer to a message that was not taken; `everyone` when it concerns no single recipient."""
    if not answer.code:
        return _unreachable(dialogue.silence)
    code = f"smtp-{answer.code}"
    trouble = code if everyone or answer.code == _CLOSING else ""
    return Refused(code, permanent=answer.code // 100 == _NO, trouble=trouble)


def _unreachable(reason: str) -> Refused:
    return Refused("smtp-unreachable", permanent=False, trouble=reason)


def _dotted(content: bytes) -> bytes:
    """A message with CRLF line ends as it is sent: dots at line starts doubled, one on a line of its own at the end."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
