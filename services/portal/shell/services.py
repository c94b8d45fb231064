"""Questions and commands to the services that own the facts, with the user's own token, over one pool."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import httpx
import structlog

from chassis.facts.problem import AGAIN, Problem
from chassis.telemetry.telemetry import current_traceparent

SECONDS: Final = 3.0
"""How long a service may take to answer; what may take longer is a job."""

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


class Services:
    """The services' HTTP APIs by name."""

    def __init__(self, urls: Mapping[str, str], http: httpx.AsyncClient) -> None:
        self._urls, self._http = urls, http

    async def ask(self, token: str, service: str, path: str, **query: object) -> Any:
        """The answer to a query; raises Problem as the service told it, Away when it tells nothing."""
        params = {
            name: [str(each) for each in value] if isinstance(value, list) else str(value)
            for name, value in query.items()
            if value is not None
        }
        return (await self._send(token, service, "GET", path, params=params)).json()

    async def tell(
        self, token: str, service: str, path: str, body: object = None, *, key: UUID, method: str = "POST",
        version: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The answer to a command under an idempotency key; sent once more, with the same key, when none came.

        A body of bytes is a CSV file.
        """
        headers = {"Idempotency-Key": str(key)} | ({"If-Match": f'"{version}"'} if version is not None else {})
        given: dict[str, Any] = {} if body is None else {"json": body}
        if isinstance(body, bytes):
            headers, given = {**headers, "Content-Type": "text/csv"}, {"content": body}
        try:
            answer = await self._send(token, service, method, path, headers=headers, **given)
        except Away:
            answer = await self._send(token, service, method, path, headers=headers, **given)
        told: dict[str, Any] = answer.json()
        return told

    async def _send(self, token: str, service: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        if trace := current_traceparent():
            headers["traceparent"] = trace
        try:
            url = f"{self._urls[service].rstrip('/')}/api/v1{path}"
            answer = await self._request(method, url, headers=headers, timeout=SECONDS, **more)
        except (httpx.TransportError, KeyError) as error:
            _log.warning("service_away", service=service, error=type(error).__name__)
            raise Away(service) from None
        if answer.is_success:
            return answer
        raise _problem(service, answer)

    async def _request(self, *given: Any, **more: Any) -> httpx.Response:
        """The answer; asked at once once more when a connection ended without one, as one does that lay unused."""
        try:
            return await self._http.request(*given, **more)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return await self._http.request(*given, **more)


def _problem(service: str, answer: httpx.Response) -> Problem:
    try:
        told = answer.json()
        code = str(told["type"]).rpartition(":")[2]
    except (ValueError, KeyError, TypeError):
        return Away(service)
    if answer.status_code in _ONCE_MORE and code not in {"rights-in-doubt", "being-built", "newer-version-needed"}:
        return Away(service)
    extra = {name: told[name] for name in ("errors", "version", "roles", "unit") if name in told}
    return Problem(answer.status_code, code, told["detail"], told["title"], told.get("source", ""), **extra)
