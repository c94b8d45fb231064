"""Questions and commands to the services that own the facts, with the user's own token, over one pool."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import aiohttp
import orjson
import structlog

from chassis.facts.problem import AGAIN, Problem
from chassis.telemetry.telemetry import current_traceparent

SECONDS: Final = 3.0
"""How long a service may take to answer; what may take longer is a job."""

_CONNECTIONS: Final = 100
_KEPT_SECONDS: Final = 5.0
"""How long an unused connection is kept: shorter than services and proxies keep it."""

_ONCE_MORE: Final = frozenset({408, 502, 503, 504})
"""Answers of a service that is away, or that was stopped while it read what it was sent (408)."""
_log = structlog.get_logger()


class Away(Problem):
    """A service does not answer now: what the portal knows by itself stays, its actions must wait."""

    def __init__(self, service: str) -> None:
        super().__init__(
            503,
            "service-away",
            "Bộ phận xử lý nội dung này tạm thời chưa trả lời; hãy thử lại sau giây lát, nội dung đã nhập được giữ.",
            "The part that handles this does not answer at present; what you typed is kept, try again shortly.",
            headers=AGAIN,
            service=service,
        )


def connections() -> aiohttp.ClientSession:
    """Connections to services, for a block; they hold no cookies. Why aiohttp: decision 39."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEPT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file that a service keeps, as it sends it: to be kept by whoever asked for it, never to be shown in a page."""

    content: bytes
    media_type: str
    disposition: str


class Services:
    """The services' HTTP APIs by name; what it stands on is opened by `connections`."""

    def __init__(self, urls: Mapping[str, str], http: aiohttp.ClientSession) -> None:
        self._urls, self._http = urls, http

    async def ask(self, token: str, service: str, path: str, **query: object) -> Any:
        """The answer to a query; raises Problem as the service told it, Away when it tells nothing."""
        params = {
            name: [str(each) for each in value] if isinstance(value, list) else str(value)
            for name, value in query.items()
            if value is not None
        }
        return await self._send(token, service, "GET", path, params=params)

    async def file(self, token: str, service: str, path: str) -> File:
        """A file that a service keeps; raises as `ask`."""
        status, content, headers = await self._answer(token, service, "GET", path)
        if status == 200:  # noqa: PLR2004 - it is there
            return File(content, headers.get("Content-Type", ""), headers.get("Content-Disposition", "attachment"))
        raise _problem(service, status, _read(service, content))

    async def tell(
        self, token: str, service: str, path: str, body: object = None, *, key: UUID, method: str = "POST",
        version: int | None = None, media_type: str = "text/csv",
    ) -> dict[str, Any]:  # fmt: skip
        """The answer to a command under an idempotency key; sent once more, with the same key, when none came.

        A body of bytes is a file of this media type.
        """
        headers = {"Idempotency-Key": str(key)} | ({"If-Match": f'"{version}"'} if version is not None else {})
        given: dict[str, Any] = {} if body is None else {"json": body}
        if isinstance(body, bytes):
            headers, given = {**headers, "Content-Type": media_type}, {"data": body}
        told: dict[str, Any]
        try:
            told = await self._send(token, service, method, path, headers=headers, **given)
        except Away:
            told = await self._send(token, service, method, path, headers=headers, **given)
        return told

    async def _send(self, token: str, service: str, method: str, path: str, **more: Any) -> Any:
        status, content, _ = await self._answer(token, service, method, path, **more)
        told = _read(service, content)
        if 200 <= status < 300:  # noqa: PLR2004 - success
            return told
        raise _problem(service, status, told)

    async def _answer(
        self, token: str, service: str, method: str, path: str, **more: Any
    ) -> tuple[int, bytes, Mapping[str, str]]:
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        if trace := current_traceparent():
            headers["traceparent"] = trace
        try:
            url = f"{self._urls[service].rstrip('/')}/api/v1{path}"
            return await self._request(method, url, headers=headers, **more)
        except (aiohttp.ClientError, TimeoutError, KeyError) as error:
            raise _away(service, error) from None

    async def _request(self, *given: Any, **more: Any) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers; asked once more where a connection ended without them, as an unused one does."""
        try:
            return await self._once(*given, **more)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError):
            return await self._once(*given, **more)

    async def _once(self, *given: Any, **more: Any) -> tuple[int, bytes, Mapping[str, str]]:
        limit = aiohttp.ClientTimeout(SECONDS)
        async with self._http.request(*given, timeout=limit, allow_redirects=False, **more) as answer:
            return answer.status, await answer.read(), answer.headers


def _read(service: str, content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _away(service, error) from None


def _away(service: str, error: Exception) -> Away:
    _log.warning("service_away", service=service, error=type(error).__name__)
    return Away(service)


def _problem(service: str, status: int, told: Any) -> Problem:
    try:
        code = str(told["type"]).rpartition(":")[2]
    except (KeyError, TypeError):
        return Away(service)
    if status in _ONCE_MORE and code not in {
        "rights-in-doubt",
        "rights-held-up",
        "being-built",
        "newer-version-needed",
    }:
        return Away(service)
    extra = {name: told[name] for name in ("errors", "version", "roles", "unit") if name in told}
    return Problem(status, code, told["detail"], told["title"], told.get("source", ""), **extra)
