"""`python -m bench.hostile KIND PORT TOKEN SECONDS`: clients of one kind that want to leave no room for others."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

import uvloop

_HEAD: Final = "POST /api/v1/units HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class Connection(asyncio.Protocol):
    """One connection: what it says first, then nothing, or a byte more of it each second; it takes no answer at all."""

    def __init__(self, first: bytes, drip: bytes = b"", *, takes: bool = True) -> None:
        self._first, self._drip, self._takes = first, drip, takes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        if not self._takes:
            transport.pause_reading()
        transport.write(self._first)
        if self._drip:
            self._more()

    def _more(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._drip)
            asyncio.get_running_loop().call_later(1, self._more)


def kinds(token: str) -> Mapping[str, tuple[float, Callable[[], Connection]]]:
    """Each kind with how many connections it opens in a second."""
    signed = f"{_HEAD}Authorization: Bearer {token}\r\n"
    large = b"[" + b"0," * 500_000 + b"0]"
    many = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50
    return {
        "quiet": (100, lambda: Connection(b"")),
        "slow heads": (100, lambda: Connection(_HEAD.encode(), b"X")),
        "slow bodies": (100, lambda: Connection(f"{signed}Content-Length: 1000\r\n\r\n".encode(), b" ")),
        "unsigned bodies": (100, lambda: Connection(f"{_HEAD}Content-Length: 1000\r\n\r\n".encode(), b" ")),
        "no reader": (20, lambda: Connection(many, takes=False)),
        "wide heads": (50, lambda: Connection(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 7_000 + b"\r\n")),
        "wide bodies": (5, lambda: Connection(f"{signed}Content-Length: {len(large)}\r\n\r\n".encode() + large)),
    }


async def attack(kind: str, port: int, token: str, seconds: float) -> int:
    """Open connections at the kind's rate for so long, and keep them; how many there were."""
    rate, made = kinds(token)[kind]
    loop, began, opened = asyncio.get_running_loop(), time.perf_counter(), 0
    while (now := time.perf_counter() - began) < seconds:
        while opened < now * rate:
            opened += 1
            with suppress(OSError):
                await loop.create_connection(made, "127.0.0.1", port)
        await asyncio.sleep(0.01)
    return opened


if __name__ == "__main__":
    _, kind, port, token, seconds = sys.argv
    ask: Callable[[Awaitable[int]], int] = uvloop.run  # type: ignore[assignment]
    sys.stdout.write(str(ask(attack(kind, int(port), token, float(seconds)))))
