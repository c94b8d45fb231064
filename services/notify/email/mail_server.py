"""The mail server as it is connected to; while it is away, one message at a time finds out whether it is back."""

import asyncio
import time
from typing import Final, cast

import aiosmtplib

from services.notify.delivery.sender import Unreachable
from services.notify.email.dialogue import GARBLED, Dialogue
from services.notify.settings import ProviderSettings

AWAY_SECONDS: Final = 1.0
"""After a vain attempt, the messages of the next second need not try it themselves."""

SHUT_SECONDS: Final = 300.0
"""The same after a refusal for good, as of a wrong password: servers lock out those who insist."""

_PERMANENT = 500
_VAIN = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError)
"""What connecting raises; a ValueError is a greeting or a challenge that cannot be read."""


class MailServer:
    """Opens connections to the mail server that the settings name."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._away = ""
        self._away_until = 0.0
        self._looking = False

    async def connect(self) -> Dialogue:
        """A new connection, greeted, encrypted and logged in as set; raises Unreachable with the reason."""
        if self._away and (self._looking or time.monotonic() < self._away_until):
            raise Unreachable(self._away)
        self._looking = True
        try:
            dialogue = await self._opened()
        except _VAIN as error:
            self._away = _reason(error)
            shut = isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= _PERMANENT
            self._away_until = time.monotonic() + (SHUT_SECONDS if shut else AWAY_SECONDS)
            raise Unreachable(self._away) from error
        finally:
            self._looking = False
        self._away = ""
        return dialogue

    async def _opened(self) -> Dialogue:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=settings.smtp_password,
            start_tls=settings.smtp_start_tls,
            local_hostname=settings.mail_domain,
            timeout=settings.provider_timeout,
        )
        try:
            async with asyncio.timeout(settings.provider_timeout):
                await client.connect()
                await client.ehlo()
            if client.transport is None:
                raise ConnectionResetError
        except BaseException:
            client.close()
            raise
        return Dialogue(cast("asyncio.Transport", client.transport))


def _reason(error: Exception) -> str:
    """What a person is told of an error: the server's code, or the class of what is behind it; never its words."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"smtp-{error.code}" if error.code > 0 else GARBLED
    return type(error.__cause__ or error).__name__
