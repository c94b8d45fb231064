"""Zalo: template messages to a phone number over its HTTP API. Application errors come with HTTP 200; `error` tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import structlog

from chassis.facts.clock import system_clock
from chassis.facts.kinds import mobile
from services.notify.delivery.due import Due
from services.notify.delivery.post import FAILURES, NOT_SENT, Heard, post
from services.notify.delivery.render import zalo_data, zalo_template
from services.notify.delivery.sender import Doubtful, HandOver, Outcome, Refused, Taken
from services.notify.domain.notification import tracking_id
from services.notify.domain.patience import COME_AGAIN_SECONDS, come_again
from services.notify.domain.rules import BY_NAME
from services.notify.domain.zalo_answer import read
from services.notify.domain.zalo_errors import CLASSES, ErrorClass, is_permanent
from services.notify.settings import ProviderSettings
from services.notify.zalo.account import ZaloAccount

log = structlog.get_logger()

KEEP_ALIVE_SECONDS: Final = 2.0
"""Shorter than servers keep an idle connection: a request that meets a closing one would leave its outcome open."""

_TOO_MANY, _UNAVAILABLE = 429, 503


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
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # one in odd letters would stop every request
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
        rule = BY_NAME[due.rule]
        template = rule.template
        body = {
            "phone": phone,
            "template_id": self._template_ids.get(template, zalo_template(template).template_id),
            "template_data": zalo_data(template, due.addressee.name, rule.words(due.told, due.names)),
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
            return Refused("zalo-credentials", permanent=False, trouble="zalo-credentials")
        outcome = await self._post(message, token)
        if _is_expired(outcome) and await self._account.renew(token):
            token = await self._account.token()
            outcome = await self._post(message, token)
            if _is_expired(outcome):
                self._account.give_up(token)
        return self._read(outcome, message.attempt) if isinstance(outcome, _ZaloRefused) else outcome

    def _read(self, refused: "_ZaloRefused", attempt: int) -> Refused:
        """What a code of Zalo's means for this message, and whether it means every message."""
        kind = CLASSES.get(refused.error, ErrorClass.UNKNOWN)
        log.warning("zalo_refused", error=refused.error, kind=kind.value)
        code = f"zalo{refused.error}"
        if kind is ErrorClass.AUTH and (why := self._account.given_up):
            return Refused(code, permanent=True, trouble=why)  # until an operator puts new tokens there
        trouble = code if kind in (ErrorClass.AUTH, ErrorClass.ACCOUNT) else ""
        return Refused(code, is_permanent(refused.error, attempt), trouble=trouble)

    async def close(self) -> None:
        """Cut the connections, after a renewal of the tokens that is under way."""
        await self._account.settled()
        await self._http.aclose()

    async def _post(self, message: ZaloMessage, token: str) -> "Outcome | _ZaloRefused":
        headers = {"access_token": token, "Content-Type": "application/json"}
        if message.traceparent:
            headers["traceparent"] = message.traceparent
        try:
            heard = await post(self._http, self._url, orjson.dumps(message.body), headers)
        except NOT_SENT as error:
            return Refused("zalo-unreachable", permanent=False, trouble=type(error).__name__)
        except FAILURES as error:
            return Doubtful(type(error).__name__)
        if (turned_away := _turned_away(heard)) is not None:
            return turned_away
        answer = read(heard.status, heard.body)
        if answer is None:
            return Doubtful(f"zalo-http-{heard.status}")
        return _ZaloRefused(answer.error) if answer.error else Taken(answer.message_id)


@dataclass(frozen=True, slots=True)
class _ZaloRefused:
    error: int


def _is_expired(outcome: "Outcome | _ZaloRefused") -> bool:
    return isinstance(outcome, _ZaloRefused) and CLASSES.get(outcome.error) is ErrorClass.AUTH


def _turned_away(heard: Heard) -> Refused | None:
    """A refusal by what stands before Zalo's application: too many requests, or out of service until a time it names.

    Without that time, a 503 may be a proxy's that gave up waiting: the message may have been taken.
    """
    seconds = come_again(heard.retry_after, system_clock())
    if heard.status != _TOO_MANY and (heard.status != _UNAVAILABLE or seconds is None):
        return None
    trouble = "" if heard.status == _TOO_MANY else f"zalo-{heard.status}"
    too_long = seconds is not None and seconds > COME_AGAIN_SECONDS
    return Refused(f"zalo-{heard.status}", too_long, after=0.0 if too_long else seconds or 0.0, trouble=trouble)


def _credentials(settings: ProviderSettings) -> Path:
    """The file with the account's tokens: as set, or the local simulator's."""
    if settings.zalo_credentials is not None:
        return settings.zalo_credentials
    folder = settings.thidua_data or Path()
    return next(iter(sorted(folder.glob("zalo*/zalo-oa.json"))), folder / "zalo-oa.json")
