"""One request to a provider over HTTP; its answer is read up to a bound in bytes and in time."""

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

import httpx

ANSWER_BYTES: Final = 1_048_576
"""What comes beyond is not read; such an answer breaks off there."""

ANSWER_SECONDS: Final = 40.0
"""How long an answer may take that comes drop by drop, whatever the time between its drops."""

NOT_SENT: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.UnsupportedProtocol, httpx.InvalidURL),
)
"""Raised before a byte of the request was written."""

FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, TimeoutError)
"""All that a provider, the network or a wrong address can cause."""


class Heard(NamedTuple):
    """An answer as it came; `retry_after` is the header of that name."""

    status: int
    retry_after: str
    body: bytes


async def post(http: httpx.AsyncClient, url: str, content: bytes, headers: Mapping[str, str]) -> Heard:
    """Ask once; raises one of FAILURES."""
    body = bytearray()
    asked = {**headers, "Accept-Encoding": "identity"}
    async with asyncio.timeout(ANSWER_SECONDS), http.stream("POST", url, content=content, headers=asked) as answer:
        async for part in answer.aiter_bytes():
            body += part[: ANSWER_BYTES - len(body)]
            if len(body) == ANSWER_BYTES:
                break
        return Heard(answer.status_code, answer.headers.get("retry-after", ""), bytes(body))
