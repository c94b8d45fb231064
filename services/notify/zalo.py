"""Zalo: template messages to a phone number over its HTTP API. Application errors come with HTTP 200; `error` tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import structlog

from chassis.kinds import mobile
from services.notify.domain.notification import tracking_id
from services.notify.domain.rules import BY_NAME
from services.notify.domain.texts import words
from services.notify.domain.zalo_errors import CLASSES, ErrorClass, is_permanent
from services.notify.due import Due
from services.notify.render import zalo_data, zalo_template
from services.notify.sender import Doubtful, HandOver, Outcome, Refused, Taken
from services.notify.settings import ProviderSettings
from services.notify.zalo_account import ZaloAccount

log = structlog.get_logger()

KEEP_ALIVE_SECONDS: Final = 2.0
"""Shorter than servers keep an idle connection: a request that meets a closing one would leave its outcome open."""

_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class ZaloMessage:
    """A finished request, and which attempt it is."""

    body: dict[str, Any]
    traceparent: str | None
    attempt: int


class ZaloSender:
    """Writes and sends Zalo template messages."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._template_ids = settings.zalo_template_ids
        self._url = f"{settings.zalo_url.rstrip('/')}/message/template"
        self._http = httpx.AsyncClient(
            timeout=settings.provider_timeout,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            trust_env=False,
        )
        self._account = ZaloAccount(lambda: _credentials(settings), self._http, settings.oauth_url)

    def write(self, due: Due, attempt: int) -> ZaloMessage | None:
        """The request; None when the person has no Vietnamese mobile number."""
        if due.addressee is None or due.told is None or due.names is None:
            return None
        phone = mobile(due.addressee.phone or "")
        if phone is None:
            return None
        template = BY_NAME[due.rule].template
        body = {
            "phone": phone,
            "template_id": self._template_ids.get(template, zalo_template(template).template_id),
            "template_data": zalo_data(template, due.addressee.name, words(due.told, due.names)),
            "tracking_id": tracking_id(due.notification_id, due.channel, attempt),
            "sending_mode": "1",
        }
        return ZaloMessage(body, due.traceparent, attempt)

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[HandOver[ZaloMessage]]:
        """Always: an unreachable Zalo counts as a failed attempt, so that email takes over in time."""
        yield self._send

    async def _send(self, message: ZaloMessage) -> Outcome:
        """Hand the message to Zalo; with a renewed token once more if the old one had run out."""
        try:
            token = await self._account.token()
        except (OSError, ValueError) as error:
            log.warning("zalo_credentials_unreadable", error=type(error).__name__)
            return Refused("zalo-credentials", permanent=False)
        outcome = await self._post(message, token)
        expired = isinstance(outcome, _ZaloRefused) and CLASSES.get(outcome.error) is ErrorClass.AUTH
        if expired and await self._account.renew(token):
            outcome = await self._post(message, await self._account.token())
        if not isinstance(outcome, _ZaloRefused):
            return outcome
        log.warning("zalo_refused", error=outcome.error, kind=CLASSES.get(outcome.error, ErrorClass.UNKNOWN).value)
        return Refused(f"zalo{outcome.error}", is_permanent(outcome.error, message.attempt))

    async def close(self) -> None:
        """Cut the connections."""
        await self._http.aclose()

    async def _post(self, message: ZaloMessage, token: str) -> "Taken | Refused | Doubtful | _ZaloRefused":
        headers = {"access_token": token, "Content-Type": "application/json"}
        if message.traceparent:
            headers["traceparent"] = message.traceparent
        try:
            answer = await self._http.post(self._url, content=orjson.dumps(message.body), headers=headers)
        except _NOT_WRITTEN:
            return Refused("zalo-unreachable", permanent=False)
        except httpx.HTTPError:
            return Doubtful()
        if answer.status_code == _TOO_MANY:
            return Refused("zalo-429", permanent=False)
        try:
            body = orjson.loads(answer.content)
            error = int(body["error"])
            return _ZaloRefused(error) if error else Taken(str(body["data"]["msg_id"])[:200])
        except (ValueError, KeyError, TypeError):  # a proxy's page, or an answer cut short
            return Doubtful()


@dataclass(frozen=True, slots=True)
class _ZaloRefused:
    error: int


def _credentials(settings: ProviderSettings) -> Path:
    """The file with the account's tokens: as set, or the local simulator's."""
    if settings.zalo_credentials is not None:
        return settings.zalo_credentials
    folder = settings.thidua_data or Path()
    return next(iter(sorted(folder.glob("zalo*/zalo-oa.json"))), folder / "zalo-oa.json")
