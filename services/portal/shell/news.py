"""News by server-sent events: which things have changed that a person's pages show. Source: HTML Living Standard, §9.2.

One reader per process hears what read models tell and hands it to the streams of those whom it concerns. A stream holds
no session of the database, no more than WAITING events, and ends with its session, its reader or the server.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from random import randint
from typing import Final
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.service.platform import Platform
from chassis.store.database import TRANSIENT
from chassis.store.patience import at_all_costs
from chassis.store.wake import hearing
from chassis.web.door import Door
from chassis.web.protocol import GuardedProtocol
from services.portal.shell.pages import session_cookie
from services.portal.shell.sessions import Sessions, fingerprint
from services.portal.shell.told import Told

STREAMS: Final = 500
"""Streams of one process, beside the crowd of other requests: half of the 1024 files that a system commonly allows."""

OF_ONE_SESSION: Final = 2
"""Streams of one session: its tabs share one. A further one takes the place of the oldest."""

OF_ONE_PERSON: Final = 10
"""Streams of one person, on all devices together: nobody takes the place for all others."""

HEARTBEAT_SECONDS: Final = 20.0
"""How often a stream shows that it is alive, and its session is looked at."""

WRITE_SECONDS: Final = 5.0
"""How long a reader may take nothing of what is sent."""

AGAIN_MS: Final = (3_000, 9_000)
"""After how long a browser comes again when a stream ends; not all at once."""

POLL_MS: Final = 60_000
"""After how long one comes again for which there is no room."""

WAITING: Final = 50
PAST: Final = 1000
_HEARD: Final = 10_000
_LONGEST: Final = 18
_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"x-accel-buffering", b"no"),  # a proxy must not hold it back
    (b"connection", b"close"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def _event(number: int, **said: str) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (number, orjson.dumps(said))


class _Stream:
    """The answer to one browser, as long as it lasts: an ASGI application."""

    def __init__(self, news: "News", person: UUID, session: bytes, since: int, connection: GuardedProtocol) -> None:
        self.person, self.session, self.over = person, session, False
        self._news, self._since, self._connection, self._bell = news, since, connection, asyncio.Event()
        self._waiting = [b"retry: %d\n\n" % randint(*AGAIN_MS)]  # noqa: S311 - no secret

    def put(self, content: bytes) -> None:
        """Send an event as soon as what was put before is taken; too many are one that something was missed."""
        if len(self._waiting) >= WAITING:
            content, self._waiting = self._news.missed(), []
        self._waiting.append(content)
        self._bell.set()

    def beat(self, content: bytes) -> None:
        """Send a sign of life, if nothing else waits."""
        if not self._waiting:
            self.put(content)

    def end(self, again_ms: int = 0) -> None:
        """Let the stream end, and its browser come again."""
        if again_ms:
            self._waiting.append(b"retry: %d\n\n" % again_ms)
        self.over = True
        self._bell.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing comes
        door: Door = scope["door"]
        with door.aside(), self._news.among(self):
            self._waiting += self._news.after(self._since, self.person)
            self._connection.lasts(self.end)
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            more = True
            while more:
                content, self._waiting, more = b"".join(self._waiting), [], not self.over
                part = {"type": "http.response.body", "body": content, "more_body": more}
                try:
                    async with asyncio.timeout(WRITE_SECONDS):
                        await send(part)
                except TimeoutError:
                    self._connection.cut()
                    await send(part)  # returns when the connection is gone
                    return
                if more:
                    await self._bell.wait()
                    self._bell.clear()


class News:
    """What has changed of late, and the streams that are told."""

    def __init__(self, platform: Platform, sessions: Sessions) -> None:
        self._platform, self._sessions = platform, sessions
        self._streams: dict[_Stream, None] = {}
        self._heard: asyncio.Queue[str] = asyncio.Queue(_HEARD)
        self._past: deque[tuple[int, set[UUID], bytes]] = deque()
        self._number = self._since = 0

    def now(self) -> int:
        """The number of what is new from now on: microseconds, by this process's clock."""
        return time.time_ns() // 1000

    def _next(self) -> int:
        self._number = max(self._number + 1, self.now())
        return self._number

    def missed(self) -> bytes:
        """The event that something may have changed of which nothing is known."""
        return _event(self._next(), says="missed", kind="", page="")

    def after(self, since: int, person: UUID) -> list[bytes]:
        """What a person has not been told since then."""
        found = [event for number, people, event in self._past if number > since and person in people]
        return [self.missed()] if since < self._since or len(found) >= WAITING else found

    @contextmanager
    def among(self, stream: _Stream) -> Iterator[None]:
        """Tell a stream what is new; where there is no room, it or one older than it comes again later."""
        older = [each for each in self._streams if each.person == stream.person and not each.over]
        same = [each for each in older if each.session == stream.session]
        if len(same) >= OF_ONE_SESSION or len(older) >= OF_ONE_PERSON:
            (same if len(same) >= OF_ONE_SESSION else older)[0].end(POLL_MS)
        elif len(self._streams) >= STREAMS:
            stream.end(POLL_MS)
        self._streams[stream] = None
        try:
            yield
        finally:
            del self._streams[stream]

    def gap(self) -> None:
        """Something may have been missed: nobody is told what came before, and everybody that it may be so."""
        self._past.clear()
        self._since, event = self._next(), self.missed()
        for stream in self._streams:
            stream.put(event)

    def hear(self, text: str) -> None:
        """Take up what a read model tells."""
        try:
            self._heard.put_nowait(text)
        except asyncio.QueueFull:
            while not self._heard.empty():
                self._heard.get_nowait()
            self.gap()

    async def _tell(self) -> None:
        try:
            told = Told.of(await self._heard.get())
        except ValueError:  # it is MUCH, or another version told it
            self.gap()
            return
        held = await at_all_costs(lambda: self._platform.access.holders(told.roles, told.unit), "news")
        people, number = held - {told.by}, self._next()  # whose own step it is knows
        event = _event(number, says="changed", kind=told.page, page=f"/{told.page}/{told.thing}")
        if len(self._past) == PAST:
            self._since = self._past.popleft()[0]
        self._past.append((number, people, event))
        for stream in self._streams:
            if stream.person in people:
                stream.put(event)

    async def _beat(self) -> None:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        asked = {stream.session for stream in self._streams}
        ended = set[bytes]()
        with suppress(*TRANSIENT):
            ended = asked - (await self._sessions.living(asked)).keys()
        sign = _event(self._next())
        for stream in self._streams:
            if stream.session in ended:
                stream.end()
            stream.beat(sign)

    async def telling(self) -> None:
        """Tell what is heard, until cancelled."""
        while True:
            await self._tell()

    async def beating(self) -> None:
        """Keep streams alive whose sessions are, until cancelled."""
        while True:
            await self._beat()


@asynccontextmanager
async def spread(platform: Platform, sessions: Sessions, places: Sequence[str]) -> AsyncIterator[News]:
    """Spread what the read models of these places tell, for the time of a block."""
    news, settings = News(platform, sessions), platform.settings
    async with hearing(settings.database_url, settings.database_role, places, news.hear, news.gap):
        tasks = [asyncio.create_task(news.telling()), asyncio.create_task(news.beating())]
        try:
            yield news
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def serve(request: Request) -> ASGIApp:
    """A stream for who is signed in; to listen keeps no session alive. Others are told (204) not to come again."""
    news: News = request.state.news
    request.scope["route"] = ROUTE  # by which it stands in figures and in the log
    secret = request.cookies.get(session_cookie(request), "")
    session = fingerprint(secret)
    person = (await request.state.shell.sessions.living([session])).get(session)
    if person is None:
        return Response(status_code=204)
    since = request.headers.get("last-event-id") or request.query_params.get("since", "")
    known = since.isascii() and since.isdecimal() and len(since) <= _LONGEST
    return _Stream(news, person, session, int(since) if known else news.now(), request.state.connection)


ROUTE: Final = Route("/news", serve)
