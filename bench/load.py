"""`python -m bench.load`: raw HTTP/1.1 over connections that stay open; what to send comes as JSON on standard input.

Each connection sends its bodies in turn, one request at a time, and counts the answers after a warm-up. Where a `rate`
is asked for, all together send so many requests a second, and an answer's time counts from when its request was due.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Final

import uvloop

_WARM_UP: Final = 0.5


@dataclass(slots=True)
class Tally:
    """Answers and their times between two moments; `wrong` are those that are no 201."""

    begins: float
    ends: float
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    first_wrong: str = ""
    pause: float = 0.0
    """Seconds between two requests of a connection; 0: at once."""


_FEWEST: Final = 2
"""Answers without which no time can be told: on a machine that is too busy for them the load goes on a little."""


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: list[bytes], tally: Tally, due: float = 0.0) -> None:
        self._requests, self._tally, self._due = requests, tally, due
        self._number, self._sent, self._buffer = 0, 0.0, b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        if not self._tally.pause:
            self._send()
            return
        self._due += self._tally.pause
        asyncio.get_running_loop().call_later(max(self._due - time.perf_counter(), 0), self._send)

    def _send(self) -> None:
        self._sent = self._due or time.perf_counter()
        self._transport.write(self._requests[self._number % len(self._requests)])
        self._number += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        now, tally, answer, self._buffer = time.perf_counter(), self._tally, self._buffer, b""
        if not answer.startswith(b"HTTP/1.1 201"):
            tally.wrong += 1
            tally.first_wrong = tally.first_wrong or answer.decode("utf-8", "replace")
        elif self._sent >= tally.begins:
            tally.seconds.append(now - self._sent)
        if now < tally.ends or (len(tally.seconds) < _FEWEST and not tally.wrong):
            self._next()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(exc)


async def load(asked: dict[str, Any]) -> dict[str, Any]:
    """Send until the time is over; gives answers per second and their 50th and 99th percentile in ms."""
    pause = len(asked["paths"]) / asked["rate"] if asked.get("rate") else 0.0
    tally = Tally(float("inf"), float("inf"), pause=pause)
    loop = asyncio.get_running_loop()
    clients = []
    for number, path in enumerate(asked["paths"]):
        requests = [
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {asked['token']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
            for body in asked["bodies"]
        ]
        due = time.perf_counter() + pause * number / len(asked["paths"]) if pause else 0.0
        _, client = await loop.create_connection(
            lambda r=requests, d=due: Client(r, tally, d),  # type: ignore[misc]
            "127.0.0.1",
            asked["port"],
        )
        clients.append(client)
    tally.begins = time.perf_counter() + _WARM_UP  # once all are there: a busy machine takes its time
    tally.ends = tally.begins + asked["seconds"]
    await asyncio.gather(*(client.over for client in clients))
    cuts = [0.0] * 99 if tally.wrong else quantiles(tally.seconds, n=100)  # of wrong answers none is told
    return {
        "rate": len(tally.seconds) / asked["seconds"],
        "p50": cuts[49] * 1000,
        "p99": cuts[98] * 1000,
        "wrong": tally.wrong,
        "first_wrong": tally.first_wrong,
    }


if __name__ == "__main__":
    json.dump(uvloop.run(load(json.load(sys.stdin))), sys.stdout)
