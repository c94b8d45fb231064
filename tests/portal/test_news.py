"""News: who is told of what, what comes after a pause, and that streams cost little and end when they must."""

import asyncio
import json
import select
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.fernet import Fernet

from chassis.stream.intake import apply
from chassis.stream.received import Received
from chassis.testing import as_recorded
from contracts.event import Event
from contracts.examples import example
from contracts.registry import RegistrationOpened, RegistrationSubmitted, Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.inbox.rows import INBOX
from services.portal.shell import news
from services.portal.shell.sessions import Sessions
from tests.served import Served, served

SINCE = date(2024, 1, 1)
NATION, PROVINCE, SIBLING = uuid4(), uuid4(), uuid4()
OFFICER, HEAD, NEIGHBOUR, DEPARTMENT, STRANGER = (uuid4() for _ in range(5))
UNITS = (
    (NATION, None, UnitKind.NATIONAL),
    (PROVINCE, NATION, UnitKind.PROVINCIAL),
    (SIBLING, NATION, UnitKind.PROVINCIAL),
)
ROLES = (
    (OFFICER, Role.OFFICER, PROVINCE),
    (HEAD, Role.UNIT_HEAD, PROVINCE),
    (NEIGHBOUR, Role.OFFICER, SIBLING),
    (DEPARTMENT, Role.EMULATION_DEPARTMENT, NATION),
)


@dataclass
class Portal:
    """A running portal; browsers listen to it as sockets do."""

    served: Served
    url: str

    async def signed_in(self, person: UUID) -> str:
        """What the cookie of a new session holds."""
        sessions = Sessions(self.served.platform.pool, Fernet(Fernet.generate_key()))
        return (await sessions.begin(person, {})).secret

    async def happen(self, event: Event, by: UUID | None = None) -> None:
        """The inbox folds what a person has done, as the worker does."""
        recorded = as_recorded(event, next(self.served.positions), str(uuid4()), by)
        received = Received("test", 0, recorded.position, recorded.stream, recorded)
        assert await apply(self.served.platform.pool, INBOX, [received]) == 0

    async def opened(self, unit: UUID = PROVINCE, by: UUID | None = None) -> str:
        """A registration is opened; gives the address of its page."""
        thing = uuid4()
        await self.happen(example(RegistrationOpened, registration_id=thing, unit_id=unit), by)
        return f"/registrations/{thing}"

    async def told(self, count: int) -> None:
        """Read models say so many times that something of PROVINCE has changed."""
        text = json.dumps({"page": "results", "thing": "%s", "unit": str(PROVINCE), "roles": ["officer"], "by": None})
        await self.served.platform.pool.execute(
            "select pg_notify($1, replace($2, '%s', gen_random_uuid()::text)) from generate_series(1, $3)",
            INBOX.place,
            text,
            count,
        )

    @asynccontextmanager
    async def listen(self, secret: str, after: str = "", **headers: str) -> AsyncIterator["Listener"]:
        """A stream of a session's browser."""
        where = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(_request(secret, after, headers))
            yield Listener(reader)
        finally:
            writer.close()


def _request(secret: str, after: str = "", headers: dict[str, str] | None = None) -> bytes:
    lines = {"Host": "x", "Cookie": f"session={secret}", "Accept-Encoding": "gzip", **(headers or {})}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"GET /news{after and f'?since={after}'} HTTP/1.1\r\n{head}\r\n".encode()


@dataclass
class Listener:
    """What came of a stream so far."""

    reader: asyncio.StreamReader
    text: str = ""

    async def until(self, wanted: str, times: int = 1) -> str:
        """Everything that came, once it holds this."""
        async with asyncio.timeout(10):
            while self.text.count(wanted) < times:
                more = await self.reader.read(65_536)
                assert more, self.text
                self.text += more.decode()
        return self.text

    async def rest(self) -> str:
        """Everything that came, once the server has ended it."""
        async with asyncio.timeout(10):
            self.text += (await self.reader.read()).decode()
        return self.text

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was told."""
        return [json.loads(line[6:]) for line in self.text.splitlines() if line.startswith('data: {"')]

    @property
    def pages(self) -> list[str]:
        """Which pages have changed."""
        return [event["page"] for event in self.events]

    @property
    def last(self) -> str:
        """The number of the last event."""
        return [line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1]


@pytest.fixture(scope="module")
def _soon() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(news, "HEARTBEAT_SECONDS", 0.3)
        patched.setattr(news, "WRITE_SECONDS", 0.5)
        yield


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory, _soon: None
) -> AsyncIterator[Portal]:
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as running:
        for number, (unit, above, kind) in enumerate(UNITS):
            await running.feed(
                UnitEstablished(
                    unit_id=unit, code=f"T{number}", name="Đơn vị", kind=kind, parent_id=above, established_on=SINCE
                )
            )
        for person, role, unit in ROLES:
            await running.feed(RoleGranted(person_id=person, role=role, unit_id=unit, since=SINCE))
        portal = Portal(running, str(running.client.base_url))
        async with portal.listen(await portal.signed_in(OFFICER)) as first:  # until it hears what is told
            while not first.events:
                await portal.told(1)
                await first.until("\n\n", times=first.text.count("\n\n") + 1)  # news, or a heartbeat
        yield portal


async def test_who_is_told_sees_the_thing_and_learns_its_address_alone(portal: Portal) -> None:
    people = (OFFICER, HEAD, NEIGHBOUR, DEPARTMENT, STRANGER)
    secrets = {person: await portal.signed_in(person) for person in people}
    async with (
        portal.listen(secrets[OFFICER]) as officer,
        portal.listen(secrets[HEAD]) as head,
        portal.listen(secrets[NEIGHBOUR]) as neighbour,
        portal.listen(secrets[DEPARTMENT]) as department,
        portal.listen(secrets[STRANGER]) as stranger,
    ):
        for each in (officer, head, neighbour, department, stranger):
            await each.until("retry:")
        first = await portal.opened()
        thing = UUID(first.rpartition("/")[2])
        submitted = example(RegistrationSubmitted, registration_id=thing, unit_id=PROVINCE)
        await portal.happen(submitted, by=HEAD)
        others = await portal.opened(SIBLING, by=STRANGER)
        await officer.until('"says"', times=2)
        for each in (head, neighbour, department):
            await each.until('"says"')
        beats = stranger.text.count("id:")
        await stranger.until("id:", times=beats + 2)
        for each in (officer, head, neighbour, department):
            await each.until("id:", times=each.text.count("id:") + 1)
    assert officer.events == [{"says": "changed", "kind": "registrations", "page": first}] * 2
    assert (head.pages, neighbour.pages, department.pages) == ([first], [others], [first])  # the head knows his step
    assert stranger.events == []
    head_of_answer = officer.text.partition("\r\n\r\n")[0].lower()
    assert "200 ok" in head_of_answer
    assert "content-type: text/event-stream" in head_of_answer
    assert "cache-control: no-store" in head_of_answer
    assert "content-encoding" not in head_of_answer


async def test_who_comes_back_is_told_what_he_missed(portal: Portal) -> None:
    secret, begun = await portal.signed_in(OFFICER), str(time.time_ns() // 1000)
    first = await portal.opened()
    async with portal.listen(secret, after=begun) as listener:
        await listener.until('"says"')
        assert listener.pages == [first]
    missed = [await portal.opened(), await portal.opened()]
    async with portal.listen(secret, after="1", Last_Event_ID=listener.last) as listener:
        await listener.until('"says"', times=2)
        assert listener.pages == missed
    async with portal.listen(secret, Last_Event_ID="1") as listener:  # older than what this process knows
        await listener.until('"says"')
        assert listener.events == [{"says": "missed", "kind": "", "page": ""}]
    async with portal.listen(secret, Last_Event_ID="-1\t٣") as listener:
        await listener.until("id:")
        assert listener.events == []


async def test_what_was_not_heard_is_said_to_be_missed(portal: Portal) -> None:
    async with portal.listen(await portal.signed_in(STRANGER)) as listener:
        await listener.until("retry:")
        owner = await asyncpg.connect(portal.served.platform.settings.database_url)
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'thidua-listen' and datname = current_database()"
        )
        await owner.close()
        await listener.until('"says"')
    assert listener.events == [{"says": "missed", "kind": "", "page": ""}]


async def test_a_third_stream_of_a_session_takes_the_oldest_ones_place(portal: Portal) -> None:
    secret = await portal.signed_in(OFFICER)
    async with portal.listen(secret) as first, portal.listen(await portal.signed_in(OFFICER)) as another:
        await first.until("retry:")
        async with portal.listen(secret) as second:
            await second.until("retry:")
            async with portal.listen(secret) as third:
                await third.until("retry:")
                assert "retry: 60000\n" in await first.rest()
                page = await portal.opened()
                for each in (second, third, another):
                    await each.until(page)
            assert "retry: 60000" not in second.text + third.text + another.text


@pytest.mark.parametrize("most", [3, 100])
async def test_one_person_s_streams_leave_room_for_others(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(news, "STREAMS", 5)
    monkeypatch.setattr(news, "OF_ONE_PERSON", most)
    async with AsyncExitStack() as stack:
        mine = [await stack.enter_async_context(portal.listen(await portal.signed_in(OFFICER))) for _ in range(6)]
        for each in mine:
            await each.until("retry:")
        async with portal.listen(await portal.signed_in(HEAD)) as other:
            await other.until("retry:")
            if most == 3:
                await other.until(await portal.opened())
            else:  # it is told to come again
                assert "retry: 60000\n" in await other.rest()


async def test_where_there_is_no_room_a_browser_is_told_what_it_missed_and_comes_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "STREAMS", 0)
    begun = str(time.time_ns() // 1000)
    page = await portal.opened()
    for _ in range(50):
        async with portal.listen(await portal.signed_in(OFFICER), after=begun) as listener:
            assert "retry: 60000\n" in await listener.rest()
        if listener.pages:
            break
    assert listener.pages == [page]


@pytest.mark.parametrize("how", ["signed out", "idle"])
async def test_a_stream_ends_with_its_session_and_keeps_none_alive(portal: Portal, how: str) -> None:
    pool, secret = portal.served.platform.pool, await portal.signed_in(OFFICER)
    await pool.execute("update shell.sessions set seen_at = now() - interval '29 minutes'")
    before = await pool.fetch("select id, seen_at from shell.sessions order by id")
    async with portal.listen(secret) as listener:
        await listener.until("id:", times=2)
        assert await pool.fetch("select id, seen_at from shell.sessions order by id") == before
        if how == "idle":
            await pool.execute("update shell.sessions set seen_at = now() - interval '31 minutes'")
        else:
            await Sessions(pool, Fernet(Fernet.generate_key())).end(secret)
        await listener.rest()
    assert listener.text.endswith("0\r\n\r\n")
    for cookie in (secret, "made-up", ""):
        answer = await portal.served.client.get("/news", headers={"Cookie": f"session={cookie}"})
        assert (answer.status_code, answer.content) == (204, b"")


def never_reading(url: str, secret: str) -> socket.socket:
    """A browser that asks for news and takes nothing."""
    where, sock = urlsplit(url), socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((where.hostname, where.port))
    sock.sendall(_request(secret))
    return sock


def broken_off(sock: socket.socket) -> bool:
    """Whether the other side has reset the connection."""
    poll = select.poll()
    poll.register(sock, 0)
    return any(what & (select.POLLERR | select.POLLHUP) for _, what in poll.poll(0))


async def test_who_never_reads_is_dropped_and_others_go_on(portal: Portal) -> None:
    secret = await portal.signed_in(OFFICER)
    async with portal.listen(await portal.signed_in(HEAD)) as reading:
        with never_reading(portal.url, secret) as sock:
            async with asyncio.timeout(10):
                while not broken_off(sock):
                    await portal.told(200)
                    await asyncio.sleep(0.1)
            page = await portal.opened()
            await reading.until(page)


PROGRAM = "from chassis.run.main import main; from services.portal.app import SERVICE; main(SERVICE)"


async def test_the_process_ends_at_once_whatever_streams_are_open(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = portal.served.platform.settings
    for name in ("database_url", "database_role", "thidua_issuer", "thidua_env"):
        monkeypatch.setenv(name.upper(), str(getattr(settings, name)))
    monkeypatch.setenv("PORT", "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "api", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout
    try:
        async with asyncio.timeout(60):
            while (line := json.loads(await process.stdout.readline()))["event"] != "listening":
                pass
        other = Portal(portal.served, line["url"])
        secrets = [await other.signed_in(OFFICER) for _ in range(11)]
        streams = [await asyncio.open_connection(*_place(other.url)) for _ in secrets[1:]]
        for (_, writer), secret in zip(streams, secrets[1:], strict=True):
            writer.write(_request(secret))
        listeners = [Listener(reader) for reader, _ in streams]
        for each in listeners:
            await each.until("retry:")
        with never_reading(other.url, secrets[0]):
            for _ in range(10):
                await other.told(200)
                await asyncio.sleep(0.05)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            for each in listeners:
                assert (await each.rest()).endswith("0\r\n\r\n")
            async with asyncio.timeout(10):
                await process.stdout.read()
                await process.wait()
            assert time.monotonic() - began < 4
        for _, writer in streams:
            writer.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _place(url: str) -> tuple[str, int]:
    where = urlsplit(url)
    return str(where.hostname), int(where.port or 0)
