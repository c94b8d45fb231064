"""uvicorn's HTTP protocol with limits on what it leaves to others.

They are for how long a request's head may be, and may take, how slowly an answer may be taken, and how many connections
there may be.

Without them one connection that never ends its head takes all memory, and the loop's time with it; a thousand that take
no answer, or say nothing, leave no room for anyone else.
"""

import asyncio
import fcntl
import socket
import struct
import termios
from collections.abc import Callable
from typing import Any, Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chassis.telemetry.telemetry import CONNECTIONS_CUT, CONNECTIONS_OPEN

HEAD_BYTES: Final = 65_536
"""Bytes of a request line with its headers, and of anything else that is no body (trailers, chunks' extensions)."""

HEAD_SECONDS: Final = 10.0
"""How long a head may take from its first byte; a new connection that says nothing is closed after as long."""

UNTAKEN_BYTES: Final = 16_384
"""About how much of an answer that lasts the system holds for a reader who does not take it."""

TAKE_SECONDS: Final = 10.0
"""How long each TAKE_BYTES of an answer may take on their way; who takes less is cut off."""

TAKE_BYTES: Final = 16_384

CONNECTIONS: Final = 10_000
"""Connections of one process at most; fewer where the system allows fewer descriptors (`chassis.web.serve`)."""

LINGER_SECONDS: Final = 1.0
"""How long what still comes after a last answer is read and thrown away: a reset would take the answer with it."""


class GuardedProtocol(HttpToolsProtocol):
    """Refuses what is too long (431), too slow (408) or no HTTP (400), and closes the connection."""

    head_bytes = HEAD_BYTES
    head_seconds = HEAD_SECONDS
    most = CONNECTIONS
    _size = 0  # of the present message's request line and headers
    _pending = 0  # bytes taken in since anything came of them
    _in_head = False
    _refused = False
    _lingers = False
    _whole = True  # the present message has come to its end
    _timer: asyncio.TimerHandle | None = None
    _over: Callable[[], object] | None = None  # tells who gives an answer that lasts that it is to end
    _ending = False
    _taking: asyncio.TimerHandle | None = None
    _untaken = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unused: dict[GuardedProtocol, None] = self.server_state.__dict__.setdefault("unused", {})
        """Connections of this server on which no request is under way; who has been so longest comes first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As uvicorn's; where there is no room for it, the connection that has been unused longest makes room."""
        super().connection_made(transport)
        CONNECTIONS_OPEN.inc()
        if len(self.connections) > self.most:
            CONNECTIONS_CUT.labels("room").inc()
            longest = next(iter(self._unused), self)
            self._unused.pop(longest, None)
            longest.cut()
        self._unused[self] = None
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn's."""
        CONNECTIONS_OPEN.dec()
        self._unused.pop(self, None)
        self._unwatch()
        self.resume_writing()
        super().connection_lost(exc)
        if self._over is not None:
            self._over()

    def pause_writing(self) -> None:
        """As uvicorn's: an answer waits for its reader, who must take so much of it from now on."""
        super().pause_writing()
        if self._over is None:
            self._expect_taken()

    def resume_writing(self) -> None:
        """As uvicorn's."""
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _expect_taken(self) -> None:
        if self._taking is None:
            self._untaken = self._left()
            self._taking = self.loop.call_later(TAKE_SECONDS, self._took)

    def _took(self) -> None:
        before, self._untaken = self._untaken, self._left()
        if before - self._untaken < TAKE_BYTES:
            CONNECTIONS_CUT.labels("untaken").inc()
            self.cut()
        else:
            self._taking = self.loop.call_later(TAKE_SECONDS, self._took)

    def _left(self) -> int:
        """Bytes of answers that have not come to the reader yet: here and in the system."""
        used: socket.socket = self.transport.get_extra_info("socket")
        [there] = struct.unpack("i", fcntl.ioctl(used.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))
        return self.transport.get_write_buffer_size() + int(there)

    def timeout_keep_alive_handler(self) -> None:
        """As uvicorn's."""
        if not self.transport.is_closing():
            self._close()

    def _close(self) -> None:
        """Close the connection as soon as its reader has taken what was said: who does not read would stay for ever."""
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self._expect_taken()

    def on_response_complete(self) -> None:
        """As uvicorn's."""
        if self.cycle.keep_alive and not self.pipeline:
            self._unused[self] = None
        super().on_response_complete()

    def lasts(self, over: Callable[[], object]) -> None:
        """For an answer that lasts, the connection's last: `over` is called when reader or server go.

        A reader who takes nothing is soon waited for in `send`; who has waited enough calls `cut`.
        """
        self._over = over
        self.transport.set_write_buffer_limits(0)
        self._set(socket.SO_SNDBUF, UNTAKEN_BYTES)
        if self._ending or self.transport.is_closing():
            over()

    def cut(self) -> None:
        """Break the connection off; what was not taken is thrown away, which the system would otherwise keep."""
        self._set(socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _set(self, option: int, value: int | bytes) -> None:
        used: socket.socket = self.transport.get_extra_info("socket")
        used.setsockopt(socket.SOL_SOCKET, option, value)

    def shutdown(self) -> None:
        """As uvicorn's, called when the server is to end: what lasts ends too, untaken if need be."""
        super().shutdown()
        self._ending = True
        if self._over is not None:
            self._over()
            if self.flow.write_paused:
                self.cut()

    def data_received(self, data: bytes) -> None:
        """As uvicorn's."""
        if self._refused:
            return
        self._pending += len(data)
        super().data_received(data)
        if self._pending > self.head_bytes:
            self._refuse(431)
        elif self._in_head and self._timer is None:
            self._watch()

    def _watch(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._late)

    def _unwatch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self._in_head:
            CONNECTIONS_CUT.labels("head").inc()
            self._refuse(408)
        else:
            self._close()

    def _refuse(self, status: int) -> None:
        if self._refused:
            return
        self._refused, self._in_head = True, False
        self._unwatch()
        if getattr(self.cycle, "response_complete", True):  # else another answer is under way
            self.transport.write(_ANSWERS[status])
        self.linger()

    def linger(self) -> None:
        """End the connection; who is still sending is let read the last answer first."""
        if self._lingers or self.transport.is_closing():
            return
        if (self._whole and not self._refused) or not getattr(self.cycle, "response_complete", True):
            self._close()
            return
        self._lingers, self._refused, self._in_head = True, True, False
        self._unwatch()
        self.flow.resume_reading()
        self.transport.write_eof()
        self._timer = self.loop.call_later(LINGER_SECONDS, self._close)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's sentence is for nobody
        """As uvicorn's, with a sentence for a person."""
        self._refuse(400)

    def on_message_begin(self) -> None:
        """Called by the parser."""
        super().on_message_begin()
        self._size, self._in_head, self._whole = 0, True, False
        self.scope["state"]["connection"] = self

    def on_url(self, url: bytes) -> None:
        """Called by the parser with each part of the request's target."""
        self._size += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser for each header, and for each trailer after the body."""
        self._pending = 0
        self._size += len(name) + len(value) + 4
        if self._size > self.head_bytes:
            self._refuse(431)
        if not self._refused:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Called by the parser at the end of the head."""
        self._pending, self._in_head = 0, False
        self._unused.pop(self, None)
        self._unwatch()
        if self._size > self.head_bytes:
            self._refuse(431)
        if not self._refused:
            super().on_headers_complete()
            self.cycle.transport = _Ends(self)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """Called by the parser with each part of the body."""
        self._pending = 0
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser at the end of the message."""
        self._pending, self._whole = 0, True
        if not self._refused:
            super().on_message_complete()


class _Ends:
    """The transport as a request's cycle sees it: to close it is to linger."""

    def __init__(self, protocol: GuardedProtocol) -> None:
        self._transport, self.close = protocol.transport, protocol.linger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _answer(status: int, reason: str, code: str, vi: str, en: str) -> bytes:
    problem: dict[str, Any] = {"type": f"urn:thidua:problem:{code}", "title": en, "detail": vi, "status": status}
    body = orjson.dumps(problem)
    head = (
        f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


_ANSWERS: Final = {
    400: _answer(
        400,
        "Bad Request",
        "request-unreadable",
        "Yêu cầu không đúng giao thức HTTP; hãy kiểm tra chương trình gửi.",
        "The request is no valid HTTP; check the program that sends it.",
    ),
    408: _answer(
        408,
        "Request Timeout",
        "request-too-slow",
        "Phần đầu của yêu cầu đến quá chậm; hãy kiểm tra đường truyền rồi gửi lại.",
        "The head of the request arrived too slowly; check the connection and send it again.",
    ),
    431: _answer(
        431,
        "Request Header Fields Too Large",
        "request-head-too-large",
        "Phần đầu của yêu cầu quá dài; hãy rút gọn địa chỉ và các tiêu đề rồi gửi lại.",
        "The head of the request is too long; shorten its address and headers and send it again.",
    ),
}
